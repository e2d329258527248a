"""endpoints.json and keys.json: complete, private, and kept."""

import os
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from loupe.endpoints import FILE_NAME, Endpoints, NoStack
from loupe.keys import StackKeys
from runtime.settings import Settings

# What other programs read from the file.
PROMISED = {
    "api",
    "portal",
    "temporal_address",
    "temporal_ui",
    "s3_endpoint",
    "s3_bucket",
    "database_url",
    "metrics",
    "region",
    "account_id",
    "aws_access_key_id",
    "aws_secret_access_key",
    "api_key",
}


@pytest.fixture
def endpoints() -> Endpoints:
    return Endpoints(
        api="http://127.0.0.1:8411",
        portal="https://label.example.org",
        temporal_address="127.0.0.1:7244",
        temporal_namespace="default",
        temporal_ui="http://127.0.0.1:8244",
        temporal_metrics="http://127.0.0.1:7245/metrics",
        s3_endpoint="http://127.0.0.1:7071",
        s3_bucket="pictures",
        database_url="postgresql://loupe:secret@127.0.0.1:5433/loupe",
        metrics="http://127.0.0.1:8411/metrics",
        worker_metrics="http://127.0.0.1:8412/metrics",
        sdk_metrics="http://127.0.0.1:8413/metrics",
        region="eu-central-1",
        account_id="123456789012",
        aws_access_key_id="LOUPEAAAAAAAAAAAAAAA",
        aws_secret_access_key="secret",
        api_key="loupe_key",
        secret_key=Fernet.generate_key().decode(),
    )


def test_what_is_written_is_read(endpoints: Endpoints, tmp_path: Path) -> None:
    endpoints.write(tmp_path)
    assert Endpoints.read(tmp_path) == endpoints
    assert set(endpoints.model_dump()) >= PROMISED


def test_only_the_owner_may_read_the_files(endpoints: Endpoints, tmp_path: Path) -> None:
    endpoints.write(tmp_path)
    StackKeys.load_or_make(tmp_path, fresh=True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == {"endpoints.json", "keys.json"}


@pytest.mark.parametrize(("content", "said"), [(None, "no stack runs"), ("{}", "damaged"), ('{"api": ', "damaged")])
def test_a_missing_or_damaged_file_says_what_to_do(content: str | None, said: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(NoStack, match=said) as caught:
        Endpoints.read(tmp_path)
    assert "loupe up --data" in str(caught.value)


def test_processes_see_the_stack_and_nothing_of_another(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*endpoints.environment(), "AWS_PROFILE", "LOUPE_DATA"):
        monkeypatch.setenv(name, "of another")
    monkeypatch.setenv("LOUPE_LEASE_SECONDS", "77")

    endpoints.adopt()
    settings = Settings.load()

    assert "AWS_PROFILE" not in os.environ
    assert "LOUPE_DATA" not in os.environ
    assert settings.lease_seconds == 77
    assert settings.database_url == endpoints.database_url
    assert settings.s3_endpoint == endpoints.s3_endpoint
    assert settings.s3_bucket == endpoints.s3_bucket
    assert settings.region == endpoints.region
    assert settings.account_id == endpoints.account_id
    assert settings.temporal_address == endpoints.temporal_address
    assert settings.portal_url == endpoints.portal
    assert (settings.port, settings.worker_metrics_port, settings.temporal_metrics_port) == (8411, 8412, 8413)


def test_keys_are_kept_until_the_cluster_is_a_new_one(tmp_path: Path) -> None:
    keys = StackKeys.load_or_make(tmp_path, fresh=False)
    assert StackKeys.load_or_make(tmp_path, fresh=False) == keys
    keys.model_copy(update={"api_key": "loupe_key"}).save(tmp_path)
    assert StackKeys.load_or_make(tmp_path, fresh=False).api_key == "loupe_key"

    new = StackKeys.load_or_make(tmp_path, fresh=True)
    assert new.api_key == ""
    assert new.secret_key != keys.secret_key
