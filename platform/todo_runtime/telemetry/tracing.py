"""Traces: W3C trace context in calls and messages. The OpenTelemetry SDK is set up only if there is an endpoint.

Without one no span is recorded, but a caller's `traceparent` is still propagated into calls and Kafka headers.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from todo_runtime.telemetry.context import current_work

HEADER = "traceparent"

_NAME = "todo_runtime"
_PROPAGATOR = TraceContextTextMapPropagator()
_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


Flush = Callable[[], None]
"""Exports the remaining spans, as the last thing that a process does. Blocks for a few seconds at most."""

FLUSH_SECONDS = 5.0
"""The longest that an unreachable collector may delay the end of a process."""


def configure(service: str, version: str, endpoint: str | None) -> Flush:
    """Exports the spans of this process in batches by OTLP over gRPC; records none without an endpoint.

    With an endpoint it needs the extra `tracing`.
    """
    if endpoint is None:
        return lambda: None
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra

    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.version": version}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    return partial(flush_within, FLUSH_SECONDS, provider.shutdown)


def flush_within(seconds: float, flush: Flush) -> None:
    """Runs a flush, and abandons one that takes longer: its thread ends with the process."""
    thread = threading.Thread(target=flush, name="spans", daemon=True)
    thread.start()
    thread.join(seconds)


def is_recording() -> bool:
    """Whether this process records spans."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def child_span(name: str, **attributes: str | int) -> Iterator[None]:
    """Runs a block in a child of the current span; without a span if the current one is not recorded."""
    if not trace.get_current_span().is_recording():
        yield
        return
    with tracer().start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ):
        yield


def tracer() -> trace.Tracer:
    """The tracer of this process."""
    return trace.get_tracer(_NAME)


def parent_context_of(traceparent: str | None) -> Context:
    """The context in which a span continues the trace of this header; without a header, it starts a trace."""
    return _PROPAGATOR.extract({HEADER: traceparent} if traceparent else {}, context=Context())


def span_context_of(traceparent: str | None) -> trace.SpanContext:
    """The span context in this header; not valid without a header."""
    return trace.get_current_span(parent_context_of(traceparent)).get_span_context()


def current_traceparent() -> str | None:
    """The traceparent of the current span; None if there is none."""
    return traceparent_of(trace.get_current_span())


def outgoing_traceparent() -> str | None:
    """The traceparent to propagate: that of the current span or, if none is recorded, the one that the caller sent."""
    work = current_work.get()
    return current_traceparent() or (None if work is None else work.traceparent)


def traceparent_of(span: trace.Span) -> str | None:
    """The traceparent with which others continue a span; None if the span is not valid."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, Context()))
    return carrier.get(HEADER)


def validated(traceparent: str) -> str | None:
    """The header if it has the form that W3C prescribes, else None: it is copied into other systems."""
    return traceparent if _FORM.fullmatch(traceparent) else None
