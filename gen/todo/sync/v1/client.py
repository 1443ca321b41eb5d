"""Typed clients of the services in todo.sync.v1. Generated from proto/."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import grpc.aio

from todo.rpc import Metadata
from todo.sync.v1 import sync_service_pb2

__all__ = [
    "SyncServiceClient",
]


class SyncServiceClient:
    """Changes as they happen. The same is to be had over a WebSocket, `GET /v1/sync` with the subprotocol `todo.v1.json`:
    there the first frame is `{"type":"auth","token":"…","cursors":{…}}`, and every frame from the server is a
    SubscribeResponse in JSON.

    A stream is what a cursor belongs to: `workspaces/{workspace}`, or `users/me` for what concerns only the caller.
    Within a stream no change is left out, doubled or put before an earlier one. What a change brings is the whole
    resource after it, so it can be applied whatever the client had before.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._subscribe: grpc.aio.UnaryStreamMultiCallable[
            sync_service_pb2.SubscribeRequest, sync_service_pb2.SubscribeResponse
        ] = channel.unary_stream(
            "/todo.sync.v1.SyncService/Subscribe",
            request_serializer=sync_service_pb2.SubscribeRequest.SerializeToString,
            response_deserializer=sync_service_pb2.SubscribeResponse.FromString,
        )

    async def subscribe(
        self, request: sync_service_pb2.SubscribeRequest, *, timeout: float | None = None, metadata: Metadata = ()
    ) -> AsyncGenerator[sync_service_pb2.SubscribeResponse, None]:
        """Sends first a `ready` frame, then what was missed since the cursors, then changes as they happen. The stream ends
        with UNAUTHENTICATED when the token expires or its session ends, with RESOURCE_EXHAUSTED over a limit, and after
        an hour at the latest with DEADLINE_EXCEEDED: come back with the cursors.
        """
        call = self._subscribe(request, timeout=timeout, metadata=tuple(metadata))
        try:
            async for response in call:
                yield response
        finally:
            call.cancel()
