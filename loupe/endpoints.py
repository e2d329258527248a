"""DIR/endpoints.json: where a running stack is found, and the keys to it."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from runtime.settings import TOOL_VARIABLES

FILE_NAME = "endpoints.json"


class NoStack(Exception):
    """No running stack was found in the data folder."""


class Endpoints(BaseModel):
    """Addresses and keys of one stack. The access key pair opens the AWS wire and the embedded S3 alike."""

    model_config = ConfigDict(frozen=True)

    api: str
    portal: str
    temporal_address: str
    temporal_namespace: str
    temporal_ui: str
    temporal_metrics: str
    s3_endpoint: str
    s3_bucket: str
    database_url: str
    metrics: str
    worker_metrics: str
    sdk_metrics: str
    region: str
    account_id: str
    aws_access_key_id: str
    aws_secret_access_key: str
    api_key: str
    secret_key: str

    @classmethod
    def read(cls, data: Path) -> "Endpoints":
        """The endpoints of the stack in `data`. Raises NoStack where it is not running or the file is damaged."""
        path = data / FILE_NAME
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise NoStack(f"no stack runs in {data}: start one with 'loupe up --data {data}'") from None
        except ValidationError as error:
            raise NoStack(f"{path} is damaged: start the stack again with 'loupe up --data {data}'") from error

    def write(self, data: Path) -> None:
        """Write the file in one step, readable by its owner only."""
        write_private(data / FILE_NAME, self.model_dump_json(indent=2) + "\n")

    def environment(self) -> dict[str, str]:
        """The settings of this stack's processes, by variable."""
        return {
            "LOUPE_DATABASE_URL": self.database_url,
            "LOUPE_SECRET_KEY": self.secret_key,
            "LOUPE_ACCOUNT_ID": self.account_id,
            "LOUPE_HOST": "127.0.0.1",
            "LOUPE_PORT": str(urlsplit(self.api).port),
            "LOUPE_PUBLIC_URL": self.portal,
            "LOUPE_S3_BUCKET": self.s3_bucket,
            "LOUPE_TEMPORAL_UI": self.temporal_ui,
            "LOUPE_WORKER_METRICS_PORT": str(urlsplit(self.worker_metrics).port),
            "LOUPE_TEMPORAL_METRICS_PORT": str(urlsplit(self.sdk_metrics).port),
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_NAMESPACE": self.temporal_namespace,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.aws_access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.aws_secret_access_key,
            "AWS_ENDPOINT_URL_S3": self.s3_endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def adopt(self) -> None:
        """Make these the settings of this process, in place of what AWS_*, TEMPORAL_* and flags said."""
        for name in list(os.environ):
            if name.startswith(("AWS_", "TEMPORAL_")) or name in TOOL_VARIABLES:
                del os.environ[name]
        os.environ.update(self.environment())


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; only its owner may read it."""
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
