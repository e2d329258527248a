"""The command line: what is wrong is said by name, with an exit code."""

import os
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner

from loupe.cli import app
from loupe.folder_lock import hold
from loupe.ports import listen

REQUIRED = {
    "LOUPE_DATABASE_URL": "postgresql://loupe@127.0.0.1:1/loupe",
    "LOUPE_SECRET_KEY": Fernet.generate_key().decode(),
}


def run(*arguments: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
    # A command makes a stack's addresses the settings of its process, and here that goes on with other tests.
    with patch.dict(os.environ):
        result = CliRunner().invoke(app, arguments, env=environment or {})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"LOUPE_LEASE_SECNDS": "5"}, "unknown setting LOUPE_LEASE_SECNDS"),
        ({"LOUPE_LEASE_SECONDS": "soon"}, "LOUPE_LEASE_SECONDS"),
        ({"LOUPE_SECRET_KEY": "short"}, "LOUPE_SECRET_KEY"),
        ({"LOUPE_ACCOUNT_ID": "12"}, "LOUPE_ACCOUNT_ID"),
        ({"AWS_REGION": "No Region"}, "AWS_REGION"),
        ({"TEMPORAL_TLS": "perhaps"}, "TEMPORAL_TLS"),
    ],
)
@pytest.mark.parametrize("command", [("api",), ("worker",), ("migrate",), ("doctor",)])
def test_a_wrong_setting_is_named(command: tuple[str, ...], change: dict[str, str], said: str) -> None:
    code, output = run(*command, environment=REQUIRED | change)
    assert code == 2
    assert said in output
    assert "docs/settings.md" in output


def test_a_missing_setting_is_named() -> None:
    code, output = run("migrate", environment={"LOUPE_DATABASE_URL": REQUIRED["LOUPE_DATABASE_URL"]})
    assert code == 2
    assert "LOUPE_SECRET_KEY: is missing" in output


@pytest.mark.parametrize("command", [("doctor",), ("migrate",), ("user", "add", "a@b.example", "--role", "admin")])
def test_without_a_stack_commands_say_how_to_start_one(command: tuple[str, ...], tmp_path: Path) -> None:
    code, output = run(*command, "--data", str(tmp_path))
    assert code == 1
    assert f"loupe up --data {tmp_path}" in output


def test_up_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as holder:
        port = str(holder.getsockname()[1])
        code, output = run("up", "--data", str(tmp_path / "data"), "--port", port)
    assert code == 1
    assert f"port {port} on 127.0.0.1 is taken" in output


def test_up_refuses_a_wrong_setting_before_anything_starts(tmp_path: Path) -> None:
    code, output = run(
        "up", "--data", str(tmp_path / "data"), "--port", "0", environment={"LOUPE_MAX_HELD_PER_PERSON": "many"}
    )
    assert code == 2
    assert "LOUPE_MAX_HELD_PER_PERSON" in output
    assert not (tmp_path / "data" / "logs").exists()


def test_up_refuses_a_folder_that_is_in_use(tmp_path: Path) -> None:
    with hold(tmp_path):
        code, output = run("up", "--data", str(tmp_path), "--port", "0")
    assert code == 1
    assert f"a stack already runs in {tmp_path}" in output
