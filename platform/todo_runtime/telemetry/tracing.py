"""Traces: W3C trace context through calls and messages. OpenTelemetry's SDK is set up only where spans have a receiver.

Without an endpoint nothing is measured, but a caller's `traceparent` still travels on, into calls and Kafka headers.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"

_NAME = "todo_runtime"
_PROPAGATOR = TraceContextTextMapPropagator()
_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class Tracing:
    """The tracer of this process; `enabled` is False when nobody receives spans."""

    def __init__(self, tracer: trace.Tracer | None, flush: Callable[[], None] = lambda: None) -> None:
        self._tracer = tracer
        self._flush = flush

    @property
    def enabled(self) -> bool:
        """Whether spans are recorded."""
        return self._tracer is not None

    def close(self) -> None:
        """Sends what is left; the last thing that a process does. Blocks for a few seconds at most."""
        self._flush()

    @contextmanager
    def span(self, name: str, traceparent: str | None, kind: trace.SpanKind) -> Iterator[str | None]:
        """Runs a block in a span below `traceparent`; yields the traceparent to hand on."""
        if self._tracer is None:
            yield traceparent
            return
        parent = parent_of(traceparent)
        # The text of an error may quote what a person wrote: a span says its type alone.
        with self._tracer.start_as_current_span(
            name, context=parent, kind=kind, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield current_traceparent()
            except Exception as error:
                span.set_status(trace.StatusCode.ERROR, type(error).__name__)
                raise


OFF = Tracing(None)
"""Tracing that records nothing."""


def configure(service: str, endpoint: str | None) -> Tracing:
    """Tracing for this process: OFF without an endpoint, else spans in batches to it by OTLP over gRPC.

    Needs the extra `tracing` when there is an endpoint.
    """
    if endpoint is None:
        return OFF
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    return Tracing(provider.get_tracer(_NAME), provider.shutdown)


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


def current_traceparent() -> str | None:
    """The traceparent of the span that runs now, None outside of one."""
    return traceparent_of(trace.get_current_span())


def traceparent_of(span: trace.Span) -> str | None:
    """The traceparent with which others continue a span; None for one that is none."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, Context()))
    return carrier.get(HEADER)


def checked(traceparent: str) -> str | None:
    """The header as it came when it has the form that W3C prescribes, else None: it is copied into other systems."""
    return traceparent if _FORM.fullmatch(traceparent) else None
