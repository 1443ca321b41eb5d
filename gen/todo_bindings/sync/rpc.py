"""Base classes of the gRPC services that sync serves. Generated from proto/ and its manifest.

Override the methods that are there; one that is not overridden answers UNIMPLEMENTED.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar

from google.protobuf.descriptor import ServiceDescriptor

from todo.sync.v1 import sync_service_pb2
from todo_runtime.rpc import Call, Servicer, unimplemented

__all__ = [
    "SyncServiceServicer",
]


class SyncServiceServicer(Servicer):
    """Changes as they happen. The same is to be had over a WebSocket, `GET /v1/sync` with the subprotocol `todo.v1.json`:
    there the first frame is `{"type":"auth","token":"…","cursors":{…}}`, and every frame from the server is a
    SubscribeResponse in JSON.

    A stream is what a cursor belongs to: `workspaces/{workspace}`, or `users/me` for what concerns only the caller.
    Within a stream no change is left out, doubled or put before an earlier one. What a change brings is the whole
    resource after it, so it can be applied whatever the client had before.
    """

    SERVICE: ClassVar[str] = "todo.sync.v1.SyncService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = sync_service_pb2.DESCRIPTOR.services_by_name["SyncService"]

    def subscribe(
        self, request: sync_service_pb2.SubscribeRequest, call: Call
    ) -> AsyncIterator[sync_service_pb2.SubscribeResponse]:
        """Sends first a `ready` frame, then what was missed since the cursors, then changes as they happen. The stream ends
        with UNAUTHENTICATED when the token expires or its session ends, with RESOURCE_EXHAUSTED over a limit, and after
        an hour at the latest with DEADLINE_EXCEEDED: come back with the cursors.
        """
        raise unimplemented("todo.sync.v1.SyncService/Subscribe")
