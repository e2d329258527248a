"""Settings from the environment: LOUPE_*, TEMPORAL_* and AWS_*; an unknown LOUPE_* name is an error."""

import os
from functools import cached_property
from typing import Any, Self

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.agent_hosts import AgentHosts


class Settings(BaseSettings):
    """Everything that an API or worker process is told from outside.

    Times are in seconds, sizes in bytes. Raises pydantic.ValidationError where a value is missing or out of range.
    """

    model_config = SettingsConfigDict(env_prefix="LOUPE_", extra="ignore", frozen=True)

    database_url: str = Field(description="PostgreSQL, for example postgresql://user:password@host:5432/loupe")
    secret_key: SecretStr = Field(
        description="32 random bytes, base64url: seals access keys, signs frame and media links"
    )
    account_id: str = Field(default="000000000000", pattern=r"^[0-9]{12}$")
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]+$", validation_alias="AWS_REGION")

    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=0, le=65535)
    public_url: str = Field(default="", description="address that people open; empty: http://HOST:PORT")
    api_pool_size: int = Field(default=20, ge=2, le=500)
    login_link_seconds: int = Field(default=86_400, ge=60)
    session_seconds: int = Field(default=30 * 86_400, ge=300)
    lease_seconds: int = Field(default=300, ge=5, le=3600)
    prefetch_lease_seconds: int = Field(default=120, ge=5, le=600)
    max_held_per_person: int = Field(default=50, ge=1, le=1000)
    max_answer_bytes: int = Field(default=16 * 1024 * 1024, ge=1024)
    clock_skew_seconds: int = Field(default=300, ge=1, le=3600)
    contact: str = Field(default="", description="whom people of the portal can ask, shown on their screens")
    confidentiality: str = Field(default="", description="what people must keep to themselves, shown on their screens")
    web_dist: str = Field(
        default="", description="folder of the built web part; empty: the packaged one, else web/dist"
    )

    s3_endpoint: str = Field(default="", description="empty: AWS itself", validation_alias="AWS_ENDPOINT_URL_S3")
    s3_bucket: str = Field(default="loupe", description="bucket of Loupe's own, made by `loupe up`")
    media_buckets: str = Field(
        default="", description="comma-separated buckets that grant_read_access may open; * is all"
    )

    agent_hosts: str = Field(
        default="", description="comma-separated host[:port] that agents may be called at; empty: none"
    )

    temporal_address: str = Field(default="127.0.0.1:7233", validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field(default="default", validation_alias="TEMPORAL_NAMESPACE")
    temporal_api_key: SecretStr | None = Field(default=None, validation_alias="TEMPORAL_API_KEY")
    temporal_tls: bool = Field(default=False, validation_alias="TEMPORAL_TLS")
    temporal_ui: str = Field(default="", description="address of the Temporal UI, for links")
    task_queue: str = "loupe-tasks"

    worker_pool_size: int = Field(default=16, ge=2, le=500)
    worker_metrics_port: int = Field(default=0, ge=0, le=65535, description="0: a free port")
    temporal_metrics_port: int = Field(default=0, ge=0, le=65535, description="0: a free port")
    worker_ports_file: str = Field(default="", description="where the worker writes the ports that it chose, as JSON")
    max_cached_workflows: int = Field(default=2000, ge=0)
    max_concurrent_workflow_tasks: int = Field(default=40, ge=2)
    max_concurrent_activities: int = Field(default=100, ge=1)
    relay_batch: int = Field(default=64, ge=1, le=1000)
    relay_lease_seconds: int = Field(default=30, ge=2, le=300)
    relay_poll_seconds: float = Field(default=0.25, gt=0, le=10)
    relay_max_attempts: int = Field(default=20, ge=1)
    sweep_seconds: float = Field(default=1.0, gt=0, le=60)
    drain_seconds: float = Field(default=20.0, gt=0)
    log_format: str = Field(default="console", pattern="^(console|json)$")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_names(cls, values: Any) -> Any:
        known = {f"LOUPE_{name}".upper() for name in cls.model_fields}
        unknown = sorted(
            name for name in os.environ if name.startswith("LOUPE_") and name not in known | TOOL_VARIABLES
        )
        if unknown:
            raise ValueError(f"unknown setting {', '.join(unknown)}: see docs/settings.md for the names that exist")
        return values

    @field_validator("secret_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        Fernet(value.get_secret_value())
        return value

    @field_validator("agent_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        AgentHosts.parse(value)
        return value

    @classmethod
    def load(cls) -> Self:
        """Read the environment of this process."""
        return cls()  # pyright: ignore[reportCallIssue] - the values come from the environment

    @cached_property
    def portal_url(self) -> str:
        """Address of the portal, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def login_url(self, token: str) -> str:
        """Address of the portal that signs in by a login link; what follows the # reaches no server and no log."""
        return f"{self.portal_url}/login#token={token}"

    @cached_property
    def allowed_agent_hosts(self) -> AgentHosts:
        """Hosts that agents may be called at."""
        return AgentHosts.parse(self.agent_hosts)

    @cached_property
    def media_bucket_names(self) -> frozenset[str]:
        """Buckets that templates may read from; Loupe's own is always one of them."""
        return frozenset({self.s3_bucket, *(name.strip() for name in self.media_buckets.split(",") if name.strip())})


# Read by the command line itself (its flags), not by the processes that it starts.
TOOL_VARIABLES = {"LOUPE_DATA", "LOUPE_API_KEY", "LOUPE_DEMO", "LOUPE_NO_UI"}
