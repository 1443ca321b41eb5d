"""The spans of an event, recorded and not recorded."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from todo_runtime.telemetry import spans, tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_without_recording_the_traceparent_is_passed_on_unchanged() -> None:
    assert not tracing.is_recording()
    span = spans.start_send("task-events", PARENT)
    with span.activate(), tracing.child_span("frame"):
        assert tracing.current_traceparent() is None
    span.end()
    assert span.traceparent == PARENT


def test_processing_is_a_child_of_sending(exported: InMemorySpanExporter) -> None:
    send_span = spans.start_send("task-events", PARENT)
    process_span = spans.start_process("sync", "task-events", send_span.traceparent)
    with process_span.activate(), tracing.child_span("frame", subscribers=2):
        pass
    process_span.end()
    send_span.end("_MSG_TIMED_OUT")
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


def test_an_event_without_a_cause_starts_a_trace(exported: InMemorySpanExporter) -> None:
    sending = spans.start_send("reminders", None)
    sending.end()
    (span,) = exported.get_finished_spans()
    assert span.parent is None
    assert sending.traceparent is not None
    assert tracing.validated(sending.traceparent) == sending.traceparent


def test_a_child_span_without_a_parent_is_not_recorded(exported: InMemorySpanExporter) -> None:
    with tracing.child_span("transaction"):
        assert tracing.current_traceparent() is None
    assert exported.get_finished_spans() == ()


@pytest.mark.parametrize(
    ("code", "fault"), [("OK", False), ("NOT_FOUND", False), ("CANCELLED", False), ("INTERNAL", True)]
)
def test_only_a_server_error_makes_a_span_an_error(exported: InMemorySpanExporter, code: str, fault: bool) -> None:
    spans.start_call("p.S/M", PARENT).end_call(code)
    (span,) = exported.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert (span.status.status_code is trace.StatusCode.ERROR) is fault
    assert attributes.pop("error.type", None) == (code if fault else None)
    assert attributes == {"rpc.system.name": "grpc", "rpc.method": "p.S/M", "rpc.response.status_code": code}


def test_a_reminder_has_its_own_trace_with_a_link_to_its_origin(exported: InMemorySpanExporter) -> None:
    span = spans.start_reminder(PARENT)
    span.end()
    spans.start_reminder(None).end()
    linked, alone = exported.get_finished_spans()
    assert linked.parent is None
    assert [trace.format_span_id(link.context.span_id) for link in linked.links] == [PARENT[36:52]]
    assert span.traceparent is not None
    assert span.traceparent[3:35] != PARENT[3:35]
    assert alone.links == ()


def test_a_message_span_has_the_conventional_attributes(exported: InMemorySpanExporter) -> None:
    spans.start_process("audit", "reminders", None).end()
    (span,) = exported.get_finished_spans()
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.destination.name": "reminders",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.consumer.group.name": "audit",
    }
