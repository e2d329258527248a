"""Loupe's own processes, started as a person would in production: `loupe api` and `loupe worker`."""

import sys
from collections.abc import Mapping
from pathlib import Path

from loupe.parts.part import Part
from loupe.parts.probe import http_status

_DRAIN_MARGIN_SECONDS = 10.0


class Api(Part):
    """`loupe api` on a listening socket that the stack holds, so that callers of a restarting API wait a moment."""

    name = "api"
    advice = "the log names the setting or the statement that failed; 'loupe doctor' checks the other parts"

    def __init__(self, logs: Path, *, socket: int, url: str, environment: Mapping[str, str], drain: float) -> None:
        super().__init__(logs)
        self._socket = socket
        self._url = url
        self._settings = environment
        self.stop_seconds = drain + _DRAIN_MARGIN_SECONDS

    def is_ready(self) -> bool:
        return http_status(f"{self._url}/readyz") == 200

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "loupe", "api", "--socket", str(self._socket)]

    def _environment(self) -> Mapping[str, str]:
        return self._settings

    def _inherited(self) -> tuple[int, ...]:
        return (self._socket,)


class Worker(Part):
    """`loupe worker`: workflows, activities, relay and sweep."""

    name = "worker"
    advice = "the log names what failed; 'loupe doctor' checks the other parts"

    def __init__(self, logs: Path, *, metrics_port: int, environment: Mapping[str, str], drain: float) -> None:
        super().__init__(logs)
        self._metrics_port = metrics_port
        self._settings = environment
        self.stop_seconds = drain + _DRAIN_MARGIN_SECONDS

    def is_ready(self) -> bool:
        return http_status(f"http://127.0.0.1:{self._metrics_port}/readyz") == 200

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "loupe", "worker"]

    def _environment(self) -> Mapping[str, str]:
        return self._settings
