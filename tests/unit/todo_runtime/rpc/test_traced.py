"""Calls while somebody receives spans."""

from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from todo_runtime.auth import Authenticator, TokenVerifier
from todo_runtime.health import Health
from todo_runtime.rpc import RpcServer
from todo_runtime.telemetry.tracing import Tracing

from tests.unit.todo_runtime.rpc.conftest import KEYS, SERVICE, Echo
from tests.unit.todo_runtime.rpc.contract import EchoRequest

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_the_handler_gets_the_span_of_its_call() -> None:
    exporter, provider, echo = InMemorySpanExporter(), TracerProvider(), Echo()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    server = RpcServer(
        [echo],
        Authenticator(TokenVerifier(KEYS.jwks, person_issuer="people")),
        address="127.0.0.1:0",
        callers={},
        health=Health(),
        tracing=Tracing(provider.get_tracer("test")),
    )
    reply: Any = await server.invoke(SERVICE + "Open", EchoRequest(text="x"), {"traceparent": PARENT})
    assert reply.text == "x"
    (span,) = exporter.get_finished_spans()
    assert span.name == "todo.test.v1.EchoService/Open"
    traceparent = echo.calls[0].traceparent
    assert traceparent is not None
    assert traceparent[3:35] == PARENT[3:35]
    assert traceparent != PARENT
