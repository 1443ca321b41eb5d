"""The spans of a call that is answered and of an event on its way: sent by a relay, processed by a consumer.

Names and attributes follow OpenTelemetry's semantic conventions (`rpc.*`, `messaging.*`, `error.type`). A call
that its caller got wrong is no error of the server's span.

Where nobody receives spans, a hop costs a look and hands the traceparent on as it came.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context

from todo_runtime.telemetry import tracing

FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})
"""Codes that make the span of a server an error; the rest is the caller's to mend, or to have wanted."""


class Hop:
    """One span, from its making to `end`. `traceparent` is what to hand on."""

    __slots__ = ("_span", "traceparent")

    def __init__(self, span: trace.Span | None, traceparent: str | None) -> None:
        self._span = span
        self.traceparent = traceparent

    @contextmanager
    def current(self) -> Iterator[None]:
        """Runs a block below the span, which goes on afterwards."""
        if self._span is None:
            yield
            return
        with trace.use_span(self._span, record_exception=False, set_status_on_exception=False):
            yield

    def end(self, error: str | None = None) -> None:
        """What the span measures is done, or failed with an error of this name."""
        if self._span is None:
            return
        if error is not None:
            self._fail(error)
        self._span.end()

    def answered(self, code: str) -> None:
        """The call was answered with this code."""
        if self._span is None:
            return
        self._span.set_attribute("rpc.response.status_code", code)
        if code in FAULTS:
            self._fail(code)
        self._span.end()

    def _fail(self, error: str) -> None:
        if self._span is not None:
            self._span.set_attribute("error.type", error)
            self._span.set_status(trace.StatusCode.ERROR)


def sending(topic: str, traceparent: str | None) -> Hop:
    """An event's way from the relay to the broker's acknowledgement."""
    return _of_event("send", topic, traceparent, trace.SpanKind.PRODUCER, {})


def processing(consumer: str, topic: str, traceparent: str | None) -> Hop:
    """An event's way through a consumer, with everything that its batch shares."""
    group = {"messaging.consumer.group.name": consumer}
    return _of_event("process", topic, traceparent, trace.SpanKind.CONSUMER, group)


def answering(method: str, traceparent: str | None) -> Hop:
    """A call, `package.Service/Method`, up to its answer or the last of them."""
    attributes = {"rpc.system.name": "grpc", "rpc.method": method}
    return _hop(method, traceparent, trace.SpanKind.SERVER, attributes)


def firing(scheduled: str | None) -> Hop:
    """What was scheduled long ago begins: a trace of its own, with a link to the one that scheduled it."""
    if not tracing.recording():
        return Hop(None, scheduled)
    links = [trace.Link(one)] if (one := tracing.context_of(scheduled)).is_valid else []
    span = tracing.tracer().start_span("fire reminder", Context(), links=links)
    return Hop(span, tracing.traceparent_of(span))


def delivering(channel_kind: str, traceparent: str | None) -> Hop:
    """An attempt to send a notification over a channel."""
    return _hop("deliver", traceparent, trace.SpanKind.CLIENT, {"todo.channel.kind": channel_kind})


def _of_event(operation: str, topic: str, traceparent: str | None, kind: trace.SpanKind, more: dict[str, str]) -> Hop:
    attributes = {
        "messaging.system": "kafka",
        "messaging.destination.name": topic,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        **more,
    }
    return _hop(f"{operation} {topic}", traceparent, kind, attributes)


def _hop(name: str, traceparent: str | None, kind: trace.SpanKind, attributes: dict[str, str]) -> Hop:
    if not tracing.recording():
        return Hop(None, traceparent)
    span = tracing.tracer().start_span(name, tracing.parent_of(traceparent), kind, attributes)
    return Hop(span, tracing.traceparent_of(span))
