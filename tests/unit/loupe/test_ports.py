"""Ports: what is taken is never chosen, and a taken port is named."""

import socket
from dataclasses import asdict

import pytest

from loupe.ports import PortTaken, choose_part_ports, free_port, is_free, listen, usual_or_free


def test_a_taken_port_is_refused_by_name() -> None:
    with listen("127.0.0.1", 0) as holder:
        port = holder.getsockname()[1]
        assert not is_free("127.0.0.1", port)
        with pytest.raises(PortTaken, match=str(port)):
            listen("127.0.0.1", port)
    assert is_free("127.0.0.1", port)


def test_the_usual_port_is_taken_only_while_it_is_free() -> None:
    usual = free_port()
    assert usual_or_free(usual) == usual
    with listen("127.0.0.1", usual):
        assert usual_or_free(usual) != usual
    assert usual_or_free(usual, avoid=[usual]) != usual


def test_an_address_of_another_machine_is_no_taken_port() -> None:
    with pytest.raises(OSError, match="assign"):
        listen("192.0.2.1", 0)


@pytest.mark.parametrize("usual", [True, False])
def test_parts_get_different_ports_that_can_be_listened_on(usual: bool) -> None:
    ports = list(asdict(choose_part_ports(usual=usual)).values())
    assert len(set(ports)) == len(ports)
    sockets: list[socket.socket] = []
    try:
        sockets += [listen("127.0.0.1", port) for port in ports]
    finally:
        for opened in sockets:
            opened.close()
