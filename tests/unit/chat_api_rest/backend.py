"""A backend that remembers what it was called with, and an HTTP client for an ASGI application."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from todo.chat.v1 import chat_service_pb2
from todo.identity.v1 import identity_service_pb2
from todo.task.v1 import task_service_pb2
from todo_runtime.rest.routes import RouteTable, routes_of
from todo_runtime.rpc import RpcFailure

from services.chat_api.gateway.gateway import Gateway

TASKS: ServiceDescriptor = task_service_pb2.DESCRIPTOR.services_by_name["TaskService"]
CHAT: ServiceDescriptor = chat_service_pb2.DESCRIPTOR.services_by_name["ChatService"]
ACCESS: ServiceDescriptor = identity_service_pb2.DESCRIPTOR.services_by_name["AccessService"]
IDENTITY: ServiceDescriptor = identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"]


@dataclass
class RecordingBackend:
    """Answers with `response`, or fails with `failure`; a stream gives `pieces` before that."""

    response: Message | None = None
    failure: status_pb2.Status | None = None
    error: Exception | None = None
    pieces: list[Message] = field(default_factory=list)
    calls: list[tuple[str, Any, dict[str, str], float | None]] = field(default_factory=list)

    async def unary(
        self, method: MethodDescriptor, request: Message, metadata: Mapping[str, str], timeout: float | None
    ) -> Message:
        """One response."""
        self.calls.append((method.name, request, dict(metadata), timeout))
        self._fail()
        return self.response or GetMessageClass(method.output_type)()

    async def stream(
        self, method: MethodDescriptor, request: Message, metadata: Mapping[str, str], timeout: float | None
    ) -> AsyncGenerator[Message]:
        """Many responses."""
        self.calls.append((method.name, request, dict(metadata), timeout))
        for piece in self.pieces:
            yield piece
        self._fail()

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
        if self.failure is not None:
            raise RpcFailure(self.failure)


def table(backend: RecordingBackend) -> RouteTable:
    """The routes of all methods of four services."""
    methods = [method for service in (TASKS, CHAT, ACCESS, IDENTITY) for method in service.methods]
    return RouteTable(routes_of(methods, backend))


def client(backend: RecordingBackend) -> httpx.AsyncClient:
    """A client of a gateway before the backend."""
    transport = httpx.ASGITransport(Gateway(table(backend)))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")
