"""Free TCP ports on this machine."""

import errno
import random
import socket
from collections.abc import Collection
from dataclasses import asdict, dataclass

# Below what Linux takes for outgoing connections (32768 and up), so that a part that is restarted finds its port free.
_RANGE = range(20_000, 32_000)
_ATTEMPTS = 200
_TAKEN = (errno.EADDRINUSE, errno.EACCES)


class PortTaken(Exception):
    """Another program listens on this port."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises PortTaken, or OSError where the address is not one of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno in _TAKEN:
            raise PortTaken(f"port {port} on {host} is taken by another program, or not allowed to you") from error
        raise
    return listener


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now. Raises OSError where `host` is not an address of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
    return True


def free_port(*, avoid: Collection[int] = ()) -> int:
    """A port of the loopback address that nothing listens on. Raises PortTaken where none is found."""
    for _ in range(_ATTEMPTS):
        port = random.choice(_RANGE)  # noqa: S311 - a port is no secret
        if port not in avoid and is_free("127.0.0.1", port):
            return port
    raise PortTaken(f"no free port between {_RANGE.start} and {_RANGE.stop}")


def usual_or_free(usual: int, *, avoid: Collection[int] = ()) -> int:
    """`usual` where it is free, else another free port."""
    if usual not in avoid and is_free("127.0.0.1", usual):
        return usual
    return free_port(avoid=avoid)


@dataclass(frozen=True)
class PartPorts:
    """Loopback ports of the embedded parts, all different."""

    postgres: int
    s3: int
    temporal: int
    temporal_ui: int
    temporal_metrics: int
    worker_metrics: int
    sdk_metrics: int


_USUAL = PartPorts(5432, 7070, 7233, 8233, 7234, 8401, 8402)


def choose_part_ports(*, usual: bool) -> PartPorts:
    """The usual ports where they are free and `usual` is set, else any free ones. Raises PortTaken."""
    chosen: dict[str, int] = {}
    for name, port in asdict(_USUAL).items():
        taken = chosen.values()
        chosen[name] = usual_or_free(port, avoid=taken) if usual else free_port(avoid=taken)
    return PartPorts(**chosen)
