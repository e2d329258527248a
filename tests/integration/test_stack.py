"""`loupe up`: parts that die come back, all of it ends, the same folder continues."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from loupe.endpoints import FILE_NAME, Endpoints

PARTS = ("postgres", "s3", "temporal", "api", "worker")
# As tests/conftest.py gives them; tests are no package, so its types cannot be imported.
RunningStack = Any
RunStack = Any


def is_alive(pid: int) -> bool:
    """A process that ended but was not reaped yet counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(holds: Callable[[], bool], what: str, seconds: int = 60) -> None:
    watch = threading.Event()
    for _ in range(seconds * 10):
        if holds():
            return
        watch.wait(0.1)
    pytest.fail(f"not within {seconds} s: {what}")


def loupe(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "loupe", *arguments], capture_output=True, text=True, check=False)


def who_am_i(endpoints: Endpoints) -> str:
    headers = {"Authorization": f"Bearer {endpoints.api_key}"}
    answer = httpx.get(f"{endpoints.api}/v1/session", headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["user"]["email"]


def states(data: Path) -> dict[str, str]:
    result = loupe("doctor", "--json", "--data", str(data))
    return {check["part"]: check["state"] for check in json.loads(result.stdout)["checks"]}


@pytest.fixture(scope="module")
def own_stack(run_stack: RunStack, run_folder: Path) -> Iterator[RunningStack]:
    with run_stack(run_folder / "own-stack", "--no-ui") as running:
        yield running


def test_doctor_finds_every_part_well(own_stack: RunningStack) -> None:
    assert set(states(own_stack.data).values()) == {"ok"}
    assert loupe("doctor", "--data", str(own_stack.data)).returncode == 0


def test_the_files_with_keys_are_private(own_stack: RunningStack) -> None:
    for name in (FILE_NAME, "keys.json"):
        assert (own_stack.data / name).stat().st_mode & 0o077 == 0


async def test_postgres_takes_nobody_without_the_password(own_stack: RunningStack) -> None:
    url = own_stack.endpoints.database_url
    password = url.split(":")[2].split("@")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.replace(password, "guess"))


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_comes_back(own_stack: RunningStack, part: str) -> None:
    others = {name: own_stack.pid(name) for name in PARTS if name != part}
    killed = own_stack.pid(part)

    os.kill(killed, signal.SIGKILL)

    eventually(lambda: own_stack.pid(part) != killed and is_alive(own_stack.pid(part)), f"{part} is started again")
    eventually(lambda: set(states(own_stack.data).values()) == {"ok"}, "every part is well")
    assert f"{part}: ended with signal SIGKILL" in own_stack.output.read_text()
    assert who_am_i(own_stack.endpoints) == "admin@loupe.localhost"
    assert own_stack.process.poll() is None
    if part in ("s3", "temporal", "api"):
        assert {name: own_stack.pid(name) for name in others} == others


def test_callers_of_a_restarting_api_wait_instead_of_failing(own_stack: RunningStack) -> None:
    os.kill(own_stack.pid("api"), signal.SIGKILL)
    assert who_am_i(own_stack.endpoints) == "admin@loupe.localhost"


def test_a_second_stack_in_the_same_folder_is_refused(own_stack: RunningStack) -> None:
    result = loupe("up", "--data", str(own_stack.data), "--port", "0")
    assert result.returncode == 1
    assert f"process {own_stack.process.pid}" in result.stderr
    assert who_am_i(own_stack.endpoints) == "admin@loupe.localhost"


def test_user_add_prints_a_link_or_nothing_but_a_key(own_stack: RunningStack) -> None:
    data = ("--data", str(own_stack.data))
    link = loupe("user", "add", "eve@example.org", "--role", "annotator", "--team", "readers", *data)
    assert link.stdout.startswith(f"{own_stack.endpoints.portal}/login#token=")
    key = loupe("user", "add", "eve@example.org", "--role", "annotator", "--team", "readers", "--api-key", *data)
    own = own_stack.endpoints.model_copy(update={"api_key": key.stdout.strip()})
    assert who_am_i(own) == "eve@example.org"


def test_user_add_makes_a_key_for_the_aws_wire(own_stack: RunningStack) -> None:
    data = ("--data", str(own_stack.data))
    made = loupe("user", "add", "ops@example.org", "--role", "admin", "--access-key", *data)
    client = aws_client(own_stack.endpoints.model_copy(update=json.loads(made.stdout)), "sagemaker")
    names = [team["WorkteamName"] for team in client.list_workteams()["Workteams"]]
    assert "readers" in names
    assert loupe("user", "disable-key", json.loads(made.stdout)["aws_access_key_id"], *data).returncode == 0

    def refused() -> bool:
        try:
            client.list_workteams()
        except ClientError as error:
            return error.response["Error"]["Code"] == "UnrecognizedClientException"
        return False

    eventually(refused, "the key is refused")
    client.close()
    assert loupe("user", "disable-key", "AKIANOSUCHKEY0000000", *data).returncode == 1


def test_user_add_refuses_a_role_that_does_not_exist(own_stack: RunningStack) -> None:
    result = loupe("user", "add", "eve@example.org", "--role", "owner", "--data", str(own_stack.data))
    assert result.returncode == 1
    assert "role" in result.stderr
    assert "annotator_reviewer" in result.stderr


def aws_client(endpoints: Endpoints, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoints.api,
        region_name=endpoints.region,
        aws_access_key_id=endpoints.aws_access_key_id,
        aws_secret_access_key=endpoints.aws_secret_access_key,
    )


def loops_of(endpoints: Endpoints) -> dict[str, str]:
    """Names and start times of the sample loops, as boto3 lists them."""
    client = aws_client(endpoints, "sagemaker-a2i-runtime")
    found: dict[str, str] = {}
    for name in ("demo-sentiment", "demo-image-class", "demo-key-values"):
        arn = f"arn:aws:sagemaker:{endpoints.region}:{endpoints.account_id}:flow-definition/{name}"
        for loop in client.list_human_loops(FlowDefinitionArn=arn)["HumanLoopSummaries"]:
            found[loop["HumanLoopName"]] = str(loop["CreationTime"])
    client.close()
    return found


def test_a_stop_leaves_nothing_and_the_same_folder_continues(run_stack: RunStack, run_folder: Path) -> None:
    data = run_folder / "continued"
    with run_stack(data, "--demo") as first:
        pids = [first.pid(part) for part in PARTS]
        loops = loops_of(first.endpoints)
        assert len(loops) == 3
        login_links = [line for line in first.output.read_text().splitlines() if "/login#token=" in line]
        assert len(login_links) == 3
    assert first.process.returncode == 0
    assert [pid for pid in pids if is_alive(pid)] == []
    assert not (data / FILE_NAME).exists()

    with run_stack(data, "--demo") as second:
        assert second.endpoints.api_key == first.endpoints.api_key
        assert second.endpoints.aws_secret_access_key == first.endpoints.aws_secret_access_key
        assert who_am_i(second.endpoints) == "admin@loupe.localhost"
        assert loops_of(second.endpoints) == loops


def test_nothing_outlives_a_killed_stack_and_its_folder_continues(run_stack: RunStack, run_folder: Path) -> None:
    data = run_folder / "killed"
    with run_stack(data, "--no-ui") as first:
        pids = [first.pid(part) for part in PARTS]
        first.process.kill()
        first.process.wait()
        eventually(lambda: not any(is_alive(pid) for pid in pids), "the parts of a killed stack end")
        (data / FILE_NAME).unlink()

    with run_stack(data, "--no-ui") as second:
        assert who_am_i(second.endpoints) == "admin@loupe.localhost"
        assert second.endpoints.api_key == first.endpoints.api_key


def test_a_cluster_that_goes_away_is_never_replaced_by_an_empty_one(run_stack: RunStack, run_folder: Path) -> None:
    data = run_folder / "vanished"
    with run_stack(data, "--no-ui") as running:
        (data / "postgres").rename(data / "elsewhere")
        os.kill(running.pid("postgres"), signal.SIGKILL)
        assert running.process.wait(120) == 1
        assert f"the data folder {data / 'postgres'} went away" in running.output.read_text()
        assert not (data / "postgres").exists()


def test_a_part_that_cannot_run_stops_the_whole_and_is_named(run_stack: RunStack, run_folder: Path) -> None:
    data = run_folder / "broken"
    with run_stack(data, "--no-ui") as running:
        pids = [running.pid(part) for part in PARTS]
        (data / "temporal.db").write_bytes(b"this is no database")
        for extra in ("-wal", "-shm"):
            (data / f"temporal.db{extra}").unlink(missing_ok=True)
        os.kill(running.pid("temporal"), signal.SIGKILL)
        assert running.process.wait(120) == 1
        said = running.output.read_text()
        assert "loupe: temporal ended" in said
        assert "What to do:" in said
        assert str(data / "logs" / "temporal.log") in said
        assert [pid for pid in pids if is_alive(pid)] == []
