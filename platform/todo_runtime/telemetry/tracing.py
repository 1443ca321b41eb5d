"""Traces: W3C trace context through calls and messages. OpenTelemetry's SDK is set up only where spans have a receiver.

Without an endpoint nothing is measured, but a caller's `traceparent` still travels on, into calls and Kafka headers.
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
"""Sends what is left; the last thing that a process does. Blocks for a few seconds at most."""

FLUSH_SECONDS = 5.0
"""What a collector that is away may hold up the end of a process."""


def configure(service: str, version: str, endpoint: str | None) -> Flush:
    """Spans of this process: none without an endpoint, else in batches to it by OTLP over gRPC.

    Needs the extra `tracing` when there is an endpoint.
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
    return partial(within, FLUSH_SECONDS, provider.shutdown)


def within(seconds: float, flush: Flush) -> None:
    """Leaves a flush that takes longer to its fate: its thread ends with the process."""
    thread = threading.Thread(target=flush, name="spans", daemon=True)
    thread.start()
    thread.join(seconds)


def recording() -> bool:
    """Whether this process records spans."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def step(name: str, **attributes: str | int) -> Iterator[None]:
    """Runs a block in a span below the one that runs now; in none where that one is not recorded."""
    if not trace.get_current_span().is_recording():
        yield
        return
    with tracer().start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ):
        yield


def tracer() -> trace.Tracer:
    """What makes this process's spans."""
    return trace.get_tracer(_NAME)


def parent_of(traceparent: str | None) -> Context:
    """The context below which a span continues the trace of this header; without one, a trace begins."""
    return _PROPAGATOR.extract({HEADER: traceparent} if traceparent else {}, context=Context())


def context_of(traceparent: str | None) -> trace.SpanContext:
    """The span that this header names; not valid without one."""
    return trace.get_current_span(parent_of(traceparent)).get_span_context()


def current_traceparent() -> str | None:
    """The traceparent of the span that runs now, None outside of one."""
    return traceparent_of(trace.get_current_span())


def handed_on() -> str | None:
    """What follows from the running work continues: its span, or, where none is recorded, what its caller sent."""
    work = current_work.get()
    return current_traceparent() or (None if work is None else work.traceparent)


def traceparent_of(span: trace.Span) -> str | None:
    """The traceparent with which others continue a span; None for one that is none."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, Context()))
    return carrier.get(HEADER)


def checked(traceparent: str) -> str | None:
    """The header as it came when it has the form that W3C prescribes, else None: it is copied into other systems."""
    return traceparent if _FORM.fullmatch(traceparent) else None
