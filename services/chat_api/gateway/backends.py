"""Where a method is served: in this process, or by another service over gRPC.

Guarantees: either way a call that fails raises RpcFailure, and nothing else.
"""

from collections.abc import AsyncGenerator
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from todo_runtime.errors.status import status_of_rpc_error
from todo_runtime.rest.routes import Metadata
from todo_runtime.rpc import RpcFailure, RpcServer

DEFAULT_SECONDS = 10.0
STREAM_SECONDS = 3_600.0


class OwnServer:
    """The services of this process, called through the same pipeline as over gRPC."""

    def __init__(self, server: RpcServer) -> None:
        self._server = server

    async def unary(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> Message:
        """Calls a method that has one response."""
        return await self._server.invoke(_path(method), request, metadata, timeout)

    def stream(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> AsyncGenerator[Message]:
        """Calls a method that has many responses."""
        return self._server.invoke_stream(_path(method), request, metadata, timeout)


class RemoteServer:
    """The services at the other end of a gRPC channel."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel

    async def unary(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> Message:
        """Calls a method that has one response."""
        call: Any = self._channel.unary_unary(
            _path(method),
            request_serializer=type(request).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        try:
            response: Message = await call(
                request, metadata=tuple(metadata.items()), timeout=timeout or DEFAULT_SECONDS
            )
        except grpc.RpcError as error:
            raise RpcFailure(status_of_rpc_error(error)) from error
        return response

    async def stream(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> AsyncGenerator[Message]:
        """Calls a method that has many responses."""
        call: Any = self._channel.unary_stream(
            _path(method),
            request_serializer=type(request).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        try:
            responses = call(request, metadata=tuple(metadata.items()), timeout=timeout or STREAM_SECONDS)
            async for response in responses:
                yield response
        except grpc.RpcError as error:
            raise RpcFailure(status_of_rpc_error(error)) from error


def _path(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"
