"""The spans of an event, with and without somebody who receives them."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from todo_runtime.telemetry import hops, tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """A process whose spans are received; OpenTelemetry lets a provider be set only once."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def test_without_a_receiver_the_traceparent_is_handed_on_as_it_came() -> None:
    assert not tracing.recording()
    hop = hops.sending("task-events", PARENT)
    with hop.current(), tracing.step("frame"):
        assert tracing.current_traceparent() is None
    hop.end()
    assert hop.traceparent == PARENT


def test_an_event_goes_on_below_the_one_that_sent_it(exported: InMemorySpanExporter) -> None:
    sent = hops.sending("task-events", PARENT)
    taken = hops.processing("sync", "task-events", sent.traceparent)
    with taken.current(), tracing.step("frame", subscribers=2):
        pass
    taken.end()
    sent.end("_MSG_TIMED_OUT")
    frame, process, send = exported.get_finished_spans()
    assert [span.name for span in (frame, process, send)] == ["frame", "process task-events", "send task-events"]
    assert {span.context.trace_id for span in (frame, process, send)} == {int(PARENT[3:35], 16)}
    assert frame.parent is not None
    assert process.parent is not None
    assert frame.parent.span_id == process.context.span_id
    assert process.parent.span_id == send.context.span_id
    assert (frame.attributes or {})["subscribers"] == 2
    assert (process.attributes or {})["messaging.consumer.group.name"] == "sync"
    assert (process.status.is_ok, send.status.is_ok) == (True, False)


def test_an_event_that_follows_from_no_call_begins_a_trace(exported: InMemorySpanExporter) -> None:
    hop = hops.sending("reminders", None)
    hop.end()
    (span,) = exported.get_finished_spans()
    assert span.parent is None
    assert hop.traceparent is not None
    assert tracing.checked(hop.traceparent) == hop.traceparent


def test_a_step_outside_of_every_span_is_none(exported: InMemorySpanExporter) -> None:
    with tracing.step("transaction"):
        assert tracing.current_traceparent() is None
    assert exported.get_finished_spans() == ()
