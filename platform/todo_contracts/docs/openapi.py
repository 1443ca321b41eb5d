"""The OpenAPI document of every route in the contracts, made by what the gateway makes its own with."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from todo_runtime.rest.openapi import comments_of, document, path_of
from todo_runtime.rest.routes import Backend, Metadata, RouteTable, routes_of

from todo_contracts.docs.sources import Sources

_SERVER = "http://localhost:8080"
_NOT_FORWARDED = "No gateway forwards this route: call the method over gRPC."


class _Nowhere(Backend):
    """A backend for routes that are only described."""

    async def unary(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> Message:
        raise NotImplementedError

    def stream(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> AsyncGenerator[Message]:
        raise NotImplementedError


def openapi(sources: Sources) -> str:
    """The document, JSON; the address is that of a stack on this machine."""
    files = sources.contracts.files
    routes = [route for method in _methods(files, sources) for route in routes_of([method], _Nowhere())]
    table = RouteTable(routes)
    made = document(table, comments_of(files), server_url=_SERVER)
    for route in table.routes:
        _mark(made["paths"][path_of(route)][route.verb.lower()], route.method.containing_service.full_name, sources)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _mark(operation: dict[str, Any], service: str, sources: Sources) -> None:
    """Says who answers, and where no gateway passes the call on to them."""
    operation["x-service"] = ", ".join(sources.servers(service))
    if not sources.has_rest(service):
        operation["x-forwarded"] = False
        operation["description"] = f"{operation.get('description', '')}\n\n{_NOT_FORWARDED}".strip()


def _methods(files: FileDescriptorSet, sources: Sources) -> list[MethodDescriptor]:
    pool = DescriptorPool()
    for file in files.file:
        pool.Add(file)
    services = [pool.FindServiceByName(name) for name in sources.wiring.services]
    return [method for service in services for method in service.methods]
