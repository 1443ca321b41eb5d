"""Receives spans by OTLP over gRPC, as a collector does."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as rpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True)
class Seen:
    """A span and the service that it came from; ids are hexadecimal, `parent` is empty for a root."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent: str
    links: frozenset[str]
    """The trace ids that it leads back to."""


class Receiver(rpc.TraceServiceServicer):
    """Keeps what comes. Its calls run on gRPC's threads."""

    def __init__(self) -> None:
        self._spans: list[Seen] = []
        self._lock = threading.Lock()

    def Export(self, request: pb.ExportTraceServiceRequest, context: Any) -> pb.ExportTraceServiceResponse:  # noqa: N802
        """One export of a service."""
        del context
        with self._lock:
            for resource in request.resource_spans:
                names = [one.value.string_value for one in resource.resource.attributes if one.key == "service.name"]
                spans = (span for scope in resource.scope_spans for span in scope.spans)
                self._spans.extend(_seen(names[0], span) for span in spans)
        return pb.ExportTraceServiceResponse()

    def linked_to(self, trace_id: str) -> list[Seen]:
        """The spans of other traces that lead back to one."""
        with self._lock:
            return [span for span in self._spans if trace_id in span.links]

    def of_trace(self, trace_id: str) -> list[Seen]:
        """The spans of one trace so far."""
        with self._lock:
            return [span for span in self._spans if span.trace_id == trace_id]


@contextmanager
def receiver() -> Iterator[tuple[Receiver, str]]:
    """A running receiver and its address, `http://host:port`."""
    kept = Receiver()
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    rpc.add_TraceServiceServicer_to_server(kept, server)  # type: ignore[no-untyped-call]  # generated without types
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield kept, f"http://127.0.0.1:{port}"
    finally:
        server.stop(grace=1).wait()


def _seen(service: str, span: Span) -> Seen:
    return Seen(service, span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), _links(span))


def _links(span: Span) -> frozenset[str]:
    return frozenset(link.trace_id.hex() for link in span.links)
