"""Temporal: the development server of its command line, with a file database."""

import subprocess
from pathlib import Path

from loupe.parts.part import Part, plain_environment
from loupe.parts.probe import accepts
from loupe.parts.programs import find_program

# The development server limits requests as for a shared cluster; here one service uses all of it. It has one history
# shard, and a shard reads its new transfers 20 times a second at the most: each step of a task would wait up to 50 ms.
_LIMITS = {
    "frontend.namespaceRPS": 100_000,
    "frontend.rps": 100_000,
    "frontend.namespaceCount": 20_000,
    "frontend.namespaceRPS.visibility": 1_000,
    "frontend.persistenceMaxQPS": 100_000,
    "history.rps": 100_000,
    "history.persistenceMaxQPS": 100_000,
    "history.hostLevelCacheMaxSize": 128_000,
    "history.transferProcessorMaxPollRPS": 1_000,
    "matching.rps": 100_000,
    "matching.persistenceMaxQPS": 100_000,
}


class TemporalServer(Part):
    """One server with its database in the file `database`; `ui_port` None leaves its web pages out."""

    name = "temporal"
    advice = "look for a full disk; its database is the file temporal.db of the data folder"

    def __init__(self, database: Path, logs: Path, *, port: int, metrics_port: int, ui_port: int | None) -> None:
        super().__init__(logs)
        self._database = database.absolute()
        self._port = port
        self._metrics_port = metrics_port
        self._ui_port = ui_port

    @property
    def address(self) -> str:
        """Host and port of the gRPC service."""
        return f"127.0.0.1:{self._port}"

    @property
    def ui(self) -> str:
        """Address of the web pages, empty where there are none."""
        return f"http://127.0.0.1:{self._ui_port}" if self._ui_port else ""

    @property
    def metrics(self) -> str:
        """Address of the server's own metrics."""
        return f"http://127.0.0.1:{self._metrics_port}/metrics"

    def _prepare(self) -> None:
        self._database.parent.mkdir(parents=True, exist_ok=True)

    def _command(self) -> list[str]:
        # WAL with synchronous NORMAL was measured at two to three times the default; it survives a killed process.
        pragmas = ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
        ports = ["--ip", "127.0.0.1", "--port", str(self._port), "--metrics-port", str(self._metrics_port)]
        ui = ["--ui-ip", "127.0.0.1", "--ui-port", str(self._ui_port)] if self._ui_port else ["--headless"]
        limits = [flag for key, value in _LIMITS.items() for flag in ("--dynamic-config-value", f"{key}={value}")]
        command = [find_program("temporal"), "server", "start-dev", "--db-filename", str(self._database)]
        return [*command, "--log-format", "json", *pragmas, *ports, *ui, *limits]

    def is_ready(self) -> bool:
        if not accepts(self._port):
            return False
        command = [find_program("temporal"), "operator", "cluster", "health", "--address", self.address]
        health = subprocess.run(
            [*command, "--command-timeout", "5s"], env=plain_environment(), capture_output=True, check=False
        )
        return health.returncode == 0
