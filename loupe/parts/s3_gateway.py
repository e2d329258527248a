"""S3 on a local folder: the versitygw program."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from botocore.config import Config
from botocore.session import get_session

from loupe.parts.part import Part, plain_environment
from loupe.parts.probe import http_status
from loupe.parts.programs import find_program


class S3Gateway(Part):
    """Objects in `data`/buckets, their attributes in `data`/attributes; one pair of keys may do everything."""

    name = "s3"
    advice = "look for a full disk or changed permissions of the data folder"

    def __init__(self, data: Path, logs: Path, *, port: int, region: str, access_key_id: str, secret: str) -> None:
        super().__init__(logs)
        self._buckets = data.absolute() / "buckets"
        self._attributes = data.absolute() / "attributes"
        self._port = port
        self.region = region
        self.access_key_id = access_key_id
        self.secret = secret

    @property
    def endpoint(self) -> str:
        """Address for S3 clients (path style)."""
        return f"http://127.0.0.1:{self._port}"

    def make_bucket(self, name: str) -> None:
        """Make a bucket; one that exists stays as it is."""
        client = cast(
            "Any",
            get_session().create_client(
                "s3",
                region_name=self.region,
                endpoint_url=self.endpoint,
                aws_access_key_id=self.access_key_id,
                aws_secret_access_key=self.secret,
                config=Config(s3={"addressing_style": "path"}),
            ),
        )
        with closing(client):
            if name not in [bucket["Name"] for bucket in client.list_buckets().get("Buckets", [])]:
                client.create_bucket(Bucket=name)

    def _prepare(self) -> None:
        self._buckets.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._buckets.mkdir(exist_ok=True)
        self._attributes.mkdir(exist_ok=True)

    def _environment(self) -> Mapping[str, str]:
        return {**plain_environment(), "ROOT_ACCESS_KEY": self.access_key_id, "ROOT_SECRET_KEY": self.secret}

    def _command(self) -> list[str]:
        listen = ["--port", f"127.0.0.1:{self._port}", "--region", self.region, "--health", "/healthz", "--quiet"]
        folders = ["--sidecar", str(self._attributes), "--dir-perms", "0700", "--file-perms", "0600"]
        return [find_program("versitygw"), *listen, "--keep-alive", "posix", *folders, str(self._buckets)]

    def is_ready(self) -> bool:
        return http_status(f"{self.endpoint}/healthz") == 200
