"""Frames about the subscription itself."""

from collections.abc import Mapping
from uuid import UUID

from todo.sync.v1.sync_service_pb2 import SubscribeResponse

from services.sync.frames.encoding import JsonFrame, encode


class JsonNotices:
    """Notices as JSON."""

    def ready(self, user: UUID, cursors: Mapping[str, str]) -> JsonFrame:
        """The subscription has begun."""
        return encode(SubscribeResponse(type="ready", user=f"users/{user}", cursors=cursors))

    def authenticated(self) -> JsonFrame:
        """A fresh token was accepted."""
        return encode(SubscribeResponse(type="authenticated"))

    def subscribed(self, stream: str, cursor: str) -> JsonFrame:
        """A stream was added."""
        return encode(SubscribeResponse(type="subscribed", stream=stream, cursor=cursor))

    def unsubscribed(self, stream: str, code: str, message: str) -> JsonFrame:
        """A stream is no longer followed."""
        return encode(SubscribeResponse(type="unsubscribed", stream=stream, code=code, message=message))

    def resync(self, stream: str, cursor: str) -> JsonFrame:
        """Changes were lost to this client."""
        return encode(SubscribeResponse(type="resync", stream=stream, cursor=cursor))

    def error(self, code: str, message: str) -> JsonFrame:
        """The connection ends."""
        return encode(SubscribeResponse(type="error", code=code, message=message))
