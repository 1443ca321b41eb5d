"""Trace context, with and without an endpoint."""

import threading
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from opentelemetry import trace
from todo_runtime.telemetry import tracing
from todo_runtime.telemetry.context import current_work

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass(frozen=True)
class Work:
    """A call, as far as traces know it."""

    traceparent: str | None
    method: str = "/p.S/M"
    correlation_id: UUID = field(default_factory=uuid4)


def test_without_an_endpoint_nothing_is_recorded() -> None:
    tracing.configure("audit", "1", None)()
    assert not tracing.is_recording()


def test_without_an_endpoint_a_callers_trace_is_still_propagated() -> None:
    assert tracing.outgoing_traceparent() is None
    token = current_work.set(Work(PARENT))
    assert tracing.outgoing_traceparent() == PARENT
    current_work.reset(token)


def test_an_unreachable_collector_does_not_delay_the_end() -> None:
    away, tried = threading.Event(), threading.Event()

    def flush() -> None:
        tried.set()
        away.wait()

    tracing.flush_within(0.01, flush)
    assert tried.wait(5)
    assert not away.is_set()
    away.set()


def test_a_header_is_parsed_to_a_span_context() -> None:
    found = tracing.span_context_of(PARENT)
    assert trace.format_trace_id(found.trace_id) == PARENT[3:35]
    assert trace.format_span_id(found.span_id) == PARENT[36:52]
    assert not tracing.span_context_of(None).is_valid


@pytest.mark.parametrize(
    "given",
    ["", "x", PARENT + "\r\n", PARENT.upper(), PARENT.replace("00-", "ff-", 1), f"00-{'0' * 32}-{'1' * 16}-00"],
)
def test_an_invalid_traceparent_is_dropped(given: str) -> None:
    assert tracing.validated(given) is None
