"""The whole service on one machine: the embedded parts and Loupe's own processes, started and stopped in order."""

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loupe.administrator import provide_keys
from loupe.endpoints import FILE_NAME, Endpoints
from loupe.keys import StackKeys
from loupe.parts.part import Part
from loupe.parts.postgres import Postgres, memory_options
from loupe.parts.s3_gateway import S3Gateway
from loupe.parts.services import Api, Worker
from loupe.parts.temporal_server import TemporalServer
from loupe.ports import PortTaken, choose_part_ports, listen
from loupe.supervisor import Supervisor
from runtime.settings import Settings
from runtime.temporal import connect as connect_temporal
from runtime.temporal import register_search_attributes
from store.database import connect
from store.migrate import migrate

USUAL_PORT = 8400
_DATABASE = "loupe"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class StackOptions:
    """What the person decides; `port` None is the usual one or a free one, 0 is free ones for all parts."""

    data: Path
    host: str
    port: int | None
    ui: bool


@dataclass(frozen=True)
class Signals:
    """Set from outside: the first Ctrl-C asks to stop, the second to stop at once."""

    stopping: threading.Event
    hurry: threading.Event


class Stack:
    """One stack in one folder. `say` prints a line for the person at the terminal.

    `listener` is the API's, closed by `stop`. Raises PortTaken, pydantic.ValidationError where a setting is wrong.
    """

    def __init__(
        self, options: StackOptions, listener: socket.socket, signals: Signals, say: Callable[[str], None]
    ) -> None:
        self._data = options.data
        self._logs = options.data / "logs"
        self._signals = signals
        self._say = say
        cluster = self._data / "postgres"
        self._is_new = not (cluster / "PG_VERSION").is_file()
        self._keys = StackKeys.load_or_make(self._data, fresh=self._is_new)
        self._ports = choose_part_ports(usual=options.port != 0)
        self._listener = listener
        self._postgres = Postgres(
            cluster,
            self._logs,
            port=self._ports.postgres,
            password=self._keys.postgres_password,
            options=memory_options(),
        )
        self._with_ui = options.ui
        # In the order of starting, so what others need comes first; they end in the opposite order.
        self._parts: list[Part] = []
        self.endpoints = self._first_endpoints(options.host)
        self.endpoints.adopt()
        self.settings = Settings.load()

    def start(self) -> None:
        """Start all parts. Raises PartFailed, Cancelled, schemas.errors.LoupeError."""
        (self._data / FILE_NAME).unlink(missing_ok=True)
        self._start_postgres()
        asyncio.run(self._prepare_database())
        self._start_s3_and_temporal()
        self._start_services()

    def publish(self) -> None:
        """Write endpoints.json: the stack is ready."""
        self.endpoints.write(self._data)

    def watch(self) -> None:
        """Keep all parts running until asked to stop. Raises PartFailed where one ends again and again."""
        Supervisor(self._parts, start=self._run, say=self._say).watch(self._signals.stopping)

    def stop(self) -> None:
        """End all parts: Loupe's own drain first and together, what they need ends after them, PostgreSQL last."""
        (self._data / FILE_NAME).unlink(missing_ok=True)
        self._listener.close()
        services = [part for part in self._parts if isinstance(part, Api | Worker)]
        if services:
            self._say("API and worker: finishing what they do")
        for part in services:
            part.ask_to_stop()
        for part in reversed(self._parts):
            if part.running:
                self._say(f"{part.name}: stopping")
                part.stop(self._signals.hurry)
        shutil.rmtree(self._data / "run", ignore_errors=True)

    def _begin(self, part: Part) -> None:
        self._parts.append(part)
        self._run(part)

    def _run(self, part: Part) -> None:
        part.start()
        pids = self._data / "run"
        pids.mkdir(mode=0o700, exist_ok=True)
        (pids / f"{part.name}.pid").write_text(str(part.pid))

    def _start_postgres(self) -> None:
        what = "making a new cluster (a few seconds)" if self._is_new else "starting"
        self._say(f"PostgreSQL: {what} in {self._data / 'postgres'}")
        self._begin(self._postgres)
        self._postgres.wait_ready(self._signals.stopping)
        self._postgres.create_database(_DATABASE)

    async def _prepare_database(self) -> None:
        applied = await migrate(self.settings.database_url)
        self._say(f"schema: {f'{len(applied)} migrations applied' if applied else 'up to date'}")
        async with await connect(self.settings.database_url, size=2, name="loupe up") as pool:
            self._keys = await provide_keys(pool, self._keys)
        self._keys.save(self._data)
        self.endpoints = self.endpoints.model_copy(
            update={
                "api_key": self._keys.api_key,
                "aws_access_key_id": self._keys.access_key_id,
                "aws_secret_access_key": self._keys.secret_access_key,
            }
        )
        self.endpoints.adopt()

    def _start_s3_and_temporal(self) -> None:
        self._say(f"S3: starting on {self.endpoints.s3_endpoint}, objects in {self._data / 's3'}")
        s3 = S3Gateway(
            self._data / "s3",
            self._logs,
            port=self._ports.s3,
            region=self.endpoints.region,
            access_key_id=self._keys.access_key_id,
            secret=self._keys.secret_access_key,
        )
        self._begin(s3)
        self._say(f"Temporal: starting on {self.endpoints.temporal_address}")
        temporal = TemporalServer(
            self._data / "temporal.db",
            self._logs,
            port=self._ports.temporal,
            metrics_port=self._ports.temporal_metrics,
            ui_port=self._ports.temporal_ui if self._with_ui else None,
        )
        self._begin(temporal)
        s3.wait_ready(self._signals.stopping)
        s3.make_bucket(self.endpoints.s3_bucket)
        temporal.wait_ready(self._signals.stopping)
        asyncio.run(self._register_search_attributes())

    async def _register_search_attributes(self) -> None:
        await register_search_attributes(await connect_temporal(self.settings))

    def _start_services(self) -> None:
        self._say(f"API and worker: starting, API on {self.endpoints.api}")
        environment, drain = dict(os.environ), self.settings.drain_seconds
        api = Api(
            self._logs,
            socket=self._listener.fileno(),
            url=self.endpoints.api,
            environment=environment,
            drain=drain,
        )
        worker = Worker(self._logs, metrics_port=self._ports.worker_metrics, environment=environment, drain=drain)
        self._begin(api)
        self._begin(worker)
        api.wait_ready(self._signals.stopping)
        worker.wait_ready(self._signals.stopping)

    def _first_endpoints(self, host: str) -> Endpoints:
        """What is known before the database exists; the administrator's keys follow."""
        ports = self._ports
        api = f"http://{_reachable(host)}:{self._listener.getsockname()[1]}"
        return Endpoints(
            api=api,
            portal=os.environ.get("LOUPE_PUBLIC_URL", "").rstrip("/") or api,
            temporal_address=f"{_LOOPBACK}:{ports.temporal}",
            temporal_namespace="default",
            temporal_ui=f"http://{_LOOPBACK}:{ports.temporal_ui}" if self._with_ui else "",
            temporal_metrics=f"http://{_LOOPBACK}:{ports.temporal_metrics}/metrics",
            s3_endpoint=f"http://{_LOOPBACK}:{ports.s3}",
            s3_bucket=os.environ.get("LOUPE_S3_BUCKET", "loupe"),
            database_url=self._postgres.url(_DATABASE),
            metrics=f"{api}/metrics",
            worker_metrics=f"http://{_LOOPBACK}:{ports.worker_metrics}/metrics",
            sdk_metrics=f"http://{_LOOPBACK}:{ports.sdk_metrics}/metrics",
            region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
            account_id=os.environ.get("LOUPE_ACCOUNT_ID", "000000000000"),
            aws_access_key_id=self._keys.access_key_id,
            aws_secret_access_key=self._keys.secret_access_key,
            api_key=self._keys.api_key,
            secret_key=self._keys.secret_key,
        )


def open_listener(options: StackOptions) -> socket.socket:
    """The socket that the API will answer on. Raises PortTaken, OSError."""
    if options.port is not None:
        return listen(options.host, options.port)
    try:
        return listen(options.host, USUAL_PORT)
    except PortTaken:
        return listen(options.host, 0)


def _reachable(host: str) -> str:
    """An address to call a server that listens on `host`."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not listened on
        return _LOOPBACK
    return f"[{host}]" if ":" in host else host
