"""The spans of calls and of events: sent by the relay, processed by a consumer.

Names and attributes follow OpenTelemetry's semantic conventions (`rpc.*`, `messaging.*`, `error.type`). A client error
does not make the server's span an error.

If spans are not recorded, a span costs one check and passes the traceparent on unchanged.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context

from todo_runtime.telemetry import tracing

FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})
"""Codes that make the span of a server an error; the others are client errors or intended outcomes."""


class Span:
    """One span, from its start to `end`. `traceparent` is the header to propagate."""

    __slots__ = ("_span", "traceparent")

    def __init__(self, span: trace.Span | None, traceparent: str | None) -> None:
        self._span = span
        self.traceparent = traceparent

    @contextmanager
    def activate(self) -> Iterator[None]:
        """Runs a block with this as the current span, and does not end it."""
        if self._span is None:
            yield
            return
        with trace.use_span(self._span, record_exception=False, set_status_on_exception=False):
            yield

    def end(self, error: str | None = None) -> None:
        """Ends the span, as failed if `error` names one."""
        if self._span is None:
            return
        if error is not None:
            self._fail(error)
        self._span.end()

    def end_call(self, code: str) -> None:
        """Ends the span of a call that was answered with this code."""
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


def start_send(topic: str, traceparent: str | None) -> Span:
    """Sending an event: from the relay to the broker's acknowledgement."""
    return _start_messaging("send", topic, traceparent, trace.SpanKind.PRODUCER, {})


def start_process(consumer: str, topic: str, traceparent: str | None) -> Span:
    """Processing an event in a consumer, including the time that its batch shares."""
    group = {"messaging.consumer.group.name": consumer}
    return _start_messaging("process", topic, traceparent, trace.SpanKind.CONSUMER, group)


def start_call(method: str, traceparent: str | None) -> Span:
    """Serving a call, `package.Service/Method`, up to its last response."""
    attributes = {"rpc.system.name": "grpc", "rpc.method": method}
    return _start(method, traceparent, trace.SpanKind.SERVER, attributes)


def start_reminder(scheduled: str | None) -> Span:
    """Firing a reminder: a new trace, with a link to the call that scheduled it long before."""
    if not tracing.is_recording():
        return Span(None, scheduled)
    links = [trace.Link(origin)] if (origin := tracing.span_context_of(scheduled)).is_valid else []
    span = tracing.tracer().start_span("fire reminder", Context(), links=links)
    return Span(span, tracing.traceparent_of(span))


def start_delivery(channel_kind: str, traceparent: str | None) -> Span:
    """One attempt to send a notification over a channel."""
    return _start("deliver", traceparent, trace.SpanKind.CLIENT, {"todo.channel.kind": channel_kind})


def _start_messaging(
    operation: str, topic: str, traceparent: str | None, kind: trace.SpanKind, extra: dict[str, str]
) -> Span:
    attributes = {
        "messaging.system": "kafka",
        "messaging.destination.name": topic,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        **extra,
    }
    return _start(f"{operation} {topic}", traceparent, kind, attributes)


def _start(name: str, traceparent: str | None, kind: trace.SpanKind, attributes: dict[str, str]) -> Span:
    if not tracing.is_recording():
        return Span(None, traceparent)
    span = tracing.tracer().start_span(name, tracing.parent_context_of(traceparent), kind, attributes)
    return Span(span, tracing.traceparent_of(span))
