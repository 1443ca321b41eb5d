"""The spans of an event on its way: sent by a relay, processed by a consumer. Names follow OpenTelemetry's conventions.

Where nobody receives spans, a hop costs a look and hands the traceparent on as it came.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace

from todo_runtime.telemetry import tracing


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
            self._span.set_status(trace.StatusCode.ERROR, error)
        self._span.end()


def sending(topic: str, traceparent: str | None) -> Hop:
    """An event's way from the relay to the broker's acknowledgement."""
    return _of_event("send", topic, traceparent, trace.SpanKind.PRODUCER, {})


def processing(consumer: str, topic: str, traceparent: str | None) -> Hop:
    """An event's way through a consumer, with everything that its batch shares."""
    group = {"messaging.consumer.group.name": consumer}
    return _of_event("process", topic, traceparent, trace.SpanKind.CONSUMER, group)


def answering(method: str, traceparent: str | None) -> Hop:
    """A call that is answered bit by bit."""
    return _hop(method, traceparent, trace.SpanKind.SERVER, {})


def _of_event(operation: str, topic: str, traceparent: str | None, kind: trace.SpanKind, more: dict[str, str]) -> Hop:
    attributes = {"messaging.system": "kafka", "messaging.destination.name": topic, **more}
    return _hop(f"{operation} {topic}", traceparent, kind, attributes)


def _hop(name: str, traceparent: str | None, kind: trace.SpanKind, attributes: dict[str, str]) -> Hop:
    if not tracing.recording():
        return Hop(None, traceparent)
    span = tracing.tracer().start_span(name, tracing.parent_of(traceparent), kind, attributes)
    return Hop(span, tracing.traceparent_of(span))
