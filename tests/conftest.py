"""The real parts that tests run against: each is started once per run, on a free loopback port, and ended."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from cryptography.fernet import Fernet

from loupe.endpoints import FILE_NAME, Endpoints
from loupe.parts.postgres import Postgres
from loupe.parts.s3_gateway import S3Gateway
from loupe.parts.temporal_server import TemporalServer
from loupe.ports import free_port
from runtime.s3 import S3
from runtime.settings import Settings
from store.database import Pool, connect
from store.migrate import migrate

# What is written here may be lost: a test run that is killed starts anew.
UNSAFE_BUT_QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "log_statement": "none"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: once Playwright's synchronous API is loaded, no other event loop can run in this thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def own_environment() -> Iterator[None]:
    """Settings of the person who runs the tests must not reach them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("LOUPE_", "AWS_", "TEMPORAL_")):
                patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="session")
def run_folder() -> Iterator[Path]:
    """A folder for the data and logs of the parts."""
    folder = Path(tempfile.mkdtemp(prefix="loupe-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> Iterator[Postgres]:
    """One PostgreSQL server."""
    port, password = free_port(), uuid.uuid4().hex
    part = Postgres(
        run_folder / "postgres", run_folder / "logs", port=port, password=password, options=UNSAFE_BUT_QUICK
    )
    part.start()
    part.wait_ready()
    yield part
    part.stop()


@pytest.fixture(scope="session")
def template_database(postgres: Postgres) -> str:
    """Name of a migrated database that no test may connect to, only copy."""
    postgres.create_database("loupe_template")
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(migrate(postgres.url("loupe_template")))
    return "loupe_template"


@pytest.fixture
def database_url(postgres: Postgres, template_database: str) -> Iterator[str]:
    """A migrated database of this test's own."""
    name = f"test_{uuid.uuid4().hex}"
    postgres.create_database(name, template=template_database)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A connection pool on the test's own database."""
    opened = await connect(database_url, size=10, name="loupe test")
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def s3_gateway(run_folder: Path) -> Iterator[S3Gateway]:
    """One S3 gateway; its `endpoint`, `access_key_id` and `secret` open it."""
    part = S3Gateway(
        run_folder / "s3",
        run_folder / "logs",
        port=free_port(),
        region="us-east-1",
        access_key_id="LOUPETESTTESTTESTTES",
        secret=uuid.uuid4().hex,
    )
    part.start()
    part.wait_ready()
    yield part
    part.stop()


@pytest.fixture
def bucket(s3_gateway: S3Gateway) -> str:
    """An empty bucket of this test's own."""
    name = f"test-{uuid.uuid4().hex}"
    s3_gateway.make_bucket(name)
    return name


@pytest.fixture(scope="session")
def temporal(run_folder: Path) -> Iterator[TemporalServer]:
    """One Temporal server; its `address` is the gRPC service."""
    part = TemporalServer(
        run_folder / "temporal.db", run_folder / "logs", port=free_port(), metrics_port=free_port(), ui_port=None
    )
    part.start()
    part.wait_ready()
    yield part
    part.stop()


@pytest.fixture
def settings(
    database_url: str,
    s3_gateway: S3Gateway,
    bucket: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    """Settings of a process on this test's own parts; Temporal is one of them where the test asks for it."""
    environment = {
        "LOUPE_DATABASE_URL": database_url,
        "LOUPE_SECRET_KEY": Fernet.generate_key().decode(),
        "LOUPE_S3_BUCKET": bucket,
        "LOUPE_TASK_QUEUE": f"test-{uuid.uuid4().hex}",
        "AWS_REGION": s3_gateway.region,
        "AWS_ACCESS_KEY_ID": s3_gateway.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3_gateway.secret,
        "AWS_ENDPOINT_URL_S3": s3_gateway.endpoint,
    }
    if "temporal" in request.fixturenames:
        server: TemporalServer = request.getfixturevalue("temporal")
        environment["TEMPORAL_ADDRESS"] = server.address
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings.load()


@pytest.fixture
async def s3(settings: Settings) -> AsyncIterator[S3]:
    """An open S3 client of the kind that the processes use."""
    async with S3(settings) as opened:
        yield opened


@dataclass(frozen=True)
class RunningStack:
    """A whole `loupe up`; `pid(part)` changes when the part is restarted, `output` is what it printed."""

    data: Path
    endpoints: Endpoints
    process: "subprocess.Popen[bytes]"
    output: Path

    def pid(self, part: str) -> int:
        """Process id of `postgres`, `s3`, `temporal`, `api` or `worker`."""
        return int((self.data / "run" / f"{part}.pid").read_text())


class RunStack(Protocol):
    """Runs `loupe up` on free ports, and stops it as Ctrl-C would at the end of the block."""

    def __call__(self, data: Path, *flags: str) -> AbstractContextManager[RunningStack]: ...


@contextmanager
def _run_stack(data: Path, *flags: str) -> Generator[RunningStack]:
    output = data.with_name(f"{data.name}-up.log")
    with output.open("ab") as log:
        command = [sys.executable, "-m", "loupe", "up", "--data", str(data), "--port", "0", *flags]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for_endpoints(process, data, output)
        yield RunningStack(data, Endpoints.read(data), process, output)
    finally:
        process.terminate()
        process.wait(90)


def _wait_for_endpoints(process: "subprocess.Popen[bytes]", data: Path, output: Path) -> None:
    watch = threading.Event()
    for _ in range(1200):
        if (data / FILE_NAME).is_file():
            return
        if process.poll() is not None:
            break
        watch.wait(0.1)
    pytest.fail(f"the stack did not start:\n{output.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def run_stack() -> RunStack:
    """For tests that need a stack of their own; all others share `stack`."""
    return _run_stack


@pytest.fixture(scope="session")
def stack(run_folder: Path) -> Iterator[RunningStack]:
    """One stack per run, with the sample data of `--demo`."""
    with _run_stack(run_folder / "stack", "--demo") as running:
        yield running
