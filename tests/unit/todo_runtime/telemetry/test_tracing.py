"""Trace context, with and without somebody who receives spans."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from todo_runtime.telemetry import tracing
from todo_runtime.telemetry.tracing import OFF, Tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def on(exporter: InMemorySpanExporter) -> Tracing:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Tracing(provider.get_tracer("test"))


def test_without_an_endpoint_it_is_off_and_hands_on_what_came() -> None:
    assert tracing.configure("audit", None) is OFF
    assert not OFF.enabled
    with OFF.span("x", PARENT, trace.SpanKind.SERVER) as traceparent:
        assert traceparent == PARENT
    assert tracing.current_traceparent() is None
    OFF.close()


def test_a_span_continues_the_callers_trace(on: Tracing, exporter: InMemorySpanExporter) -> None:
    with on.span("p.S/M", PARENT, trace.SpanKind.SERVER) as traceparent:
        assert traceparent == tracing.current_traceparent()
    (span,) = exporter.get_finished_spans()
    assert traceparent is not None
    assert traceparent[3:35] == PARENT[3:35]
    assert traceparent[36:52] == trace.format_span_id(span.context.span_id) != PARENT[36:52]
    assert span.parent is not None
    assert trace.format_span_id(span.parent.span_id) == PARENT[36:52]


def test_without_a_caller_a_trace_begins(on: Tracing) -> None:
    with on.span("x", None, trace.SpanKind.CONSUMER) as traceparent:
        assert traceparent is not None
        assert tracing.checked(traceparent) == traceparent


def test_a_failed_span_says_the_type_and_not_the_text(on: Tracing, exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="buy milk"), on.span("x", None, trace.SpanKind.SERVER):
        raise ValueError("buy milk")
    (span,) = exporter.get_finished_spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert "milk" not in span.to_json()


@pytest.mark.parametrize(
    "given",
    ["", "x", PARENT + "\r\n", PARENT.upper(), PARENT.replace("00-", "ff-", 1), f"00-{'0' * 32}-{'1' * 16}-00"],
)
def test_what_is_no_traceparent_is_dropped(given: str) -> None:
    assert tracing.checked(given) is None
