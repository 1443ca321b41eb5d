"""The spans of an event, with and without somebody who receives them."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from todo_runtime.telemetry import hops, tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


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


@pytest.mark.parametrize(
    ("code", "fault"), [("OK", False), ("NOT_FOUND", False), ("CANCELLED", False), ("INTERNAL", True)]
)
def test_a_call_is_an_error_only_through_the_servers_fault(
    exported: InMemorySpanExporter, code: str, fault: bool
) -> None:
    hops.answering("p.S/M", PARENT).answered(code)
    (span,) = exported.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert (span.status.status_code is trace.StatusCode.ERROR) is fault
    assert attributes.pop("error.type", None) == (code if fault else None)
    assert attributes == {"rpc.system.name": "grpc", "rpc.method": "p.S/M", "rpc.response.status_code": code}


def test_what_was_scheduled_has_a_trace_of_its_own_that_leads_back(exported: InMemorySpanExporter) -> None:
    hop = hops.firing(PARENT)
    hop.end()
    hops.firing(None).end()
    linked, alone = exported.get_finished_spans()
    assert linked.parent is None
    assert [trace.format_span_id(link.context.span_id) for link in linked.links] == [PARENT[36:52]]
    assert hop.traceparent is not None
    assert hop.traceparent[3:35] != PARENT[3:35]
    assert alone.links == ()


def test_a_message_says_what_is_done_with_it(exported: InMemorySpanExporter) -> None:
    hops.processing("audit", "reminders", None).end()
    (span,) = exported.get_finished_spans()
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.destination.name": "reminders",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.consumer.group.name": "audit",
    }
