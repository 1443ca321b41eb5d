"""Ports: shifted together, set singly, and named when somebody else has them."""

import os
import socket

import pytest
from todo_contracts.manifest import Manifest
from todo_stack.errors import StackError
from todo_stack.ports import assign, check_free, is_free, reserved_offset


def test_the_standard_ports(gateway: Manifest, worker: Manifest) -> None:
    ports = assign([gateway, worker], environ={})

    assert ports["postgres"] == 5433
    assert ports["kafka"] == 9092
    assert ports["registry"] == 8081
    assert ports.of(gateway) == {"grpc": 50051, "metrics": 9101, "http": 8080}
    assert ports.of(worker) == {"grpc": 50052, "metrics": 9102}


def test_an_offset_shifts_all(gateway: Manifest) -> None:
    standard, shifted = assign([gateway], environ={}), assign([gateway], offset=100, environ={})

    assert shifted.numbers == {key: port + 100 for key, port in standard.numbers.items()}


def test_one_port_is_set_by_its_variable(gateway: Manifest) -> None:
    ports = assign([gateway], offset=100, environ={"TODO_PORT_FRONT_HTTP": "8888"})

    assert ports["front_http"] == 8888
    assert ports["kafka"] == 9192


@pytest.mark.parametrize("text", ["", "http", "-1"])
def test_a_port_that_is_no_number_is_named(text: str) -> None:
    with pytest.raises(StackError, match="TODO_PORT_KAFKA must be a port number"):
        assign([], environ={"TODO_PORT_KAFKA": text})


def test_an_offset_beyond_the_last_port_is_named(gateway: Manifest) -> None:
    with pytest.raises(StackError, match=r"out of range.*smaller --port-offset"):
        assign([gateway], offset=20_000, environ={})


def test_a_taken_port_is_named_with_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert not is_free(port)
        with pytest.raises(StackError, match=rf"Port {port} for Kafka .*process {os.getpid()}.*--port-offset"):
            check_free({"Kafka": port})

    check_free({"Kafka": port})


def test_reserved_offsets_differ(gateway: Manifest) -> None:
    with reserved_offset([gateway]) as first, reserved_offset([gateway]) as second:
        assert first != second
