"""Calls while somebody receives spans."""

from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from todo_runtime.auth import Authenticator, TokenVerifier
from todo_runtime.health import Health
from todo_runtime.rpc import RpcFailure, RpcServer

from tests.unit.todo_runtime.rpc.conftest import KEYS, SERVICE, Echo
from tests.unit.todo_runtime.rpc.contract import EchoRequest

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def server(echo: Echo) -> RpcServer:
    authenticator = Authenticator(TokenVerifier(KEYS.jwks, person_issuer="people"))
    return RpcServer([echo], authenticator, address="127.0.0.1:0", callers={}, health=Health())


async def test_the_handler_gets_the_span_of_its_call(exported: InMemorySpanExporter) -> None:
    echo = Echo()
    reply: Any = await server(echo).invoke(SERVICE + "Open", EchoRequest(text="x"), {"traceparent": PARENT})
    assert reply.text == "x"
    (span,) = exported.get_finished_spans()
    assert span.name == "todo.test.v1.EchoService/Open"
    traceparent = echo.calls[0].traceparent
    assert traceparent is not None
    assert traceparent[3:35] == PARENT[3:35]
    assert traceparent != PARENT


async def test_a_call_that_is_turned_away_at_the_door_has_a_span_too(exported: InMemorySpanExporter) -> None:
    with pytest.raises(RpcFailure, match="UNAUTHENTICATED"):
        await server(Echo()).invoke(SERVICE + "Echo", EchoRequest(text="x"), {"traceparent": PARENT})
    (span,) = exported.get_finished_spans()
    assert (span.attributes or {})["rpc.response.status_code"] == "UNAUTHENTICATED"
    assert span.status.is_ok or span.status.is_unset
