"""The OpenAPI document of every route in the contracts, made by what the gateway makes its own with."""

import json
from collections.abc import AsyncGenerator

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from todo_runtime.rest.openapi import comments_of, document
from todo_runtime.rest.routes import Backend, Metadata, RouteTable, routes_of

from todo_contracts.docs.sources import Sources

_SERVER = "http://localhost:8080"


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
    made = document(RouteTable(routes), comments_of(files), server_url=_SERVER)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _methods(files: FileDescriptorSet, sources: Sources) -> list[MethodDescriptor]:
    pool = DescriptorPool()
    for file in files.file:
        pool.Add(file)
    services = [pool.FindServiceByName(name) for name in sources.wiring.services]
    return [method for service in services for method in service.methods]
