"""Events and notices as frames: what clients see, made once for all of them."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from google.protobuf.json_format import MessageToDict, ParseDict
from todo.events import Event
from todo.notifications.v1 import (
    NotificationCreated,
    NotificationDelivered,
    NotificationFailed,
    NotificationRead,
)
from todo.sync.v1.sync_service_pb2 import SubscribeResponse
from todo.task_events.v1 import (
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDropped,
    TaskReopened,
    TaskUndeleted,
    TaskUpdated,
)
from todo.workspace_events.v1 import (
    MemberAdded,
    MemberRemoved,
    MemberRoleChanged,
    WorkspaceCreated,
    WorkspaceDeleted,
    WorkspaceUpdated,
)
from todo_product.resources import changed_fields_of, member_of, notification_of, task_of, workspace_of
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

from services.sync.domain.streams import OWN

_OVERHEAD: Final = 200


class Packet:
    """A frame ready to be sent; every form is made once, when it is first needed."""

    __slots__ = ("_framed", "json")

    def __init__(self, json: bytes) -> None:
        self.json = json
        self._framed: bytes | None = None

    @property
    def framed(self) -> bytes:
        """The frame as one WebSocket text frame from a server (RFC 6455, 5.2)."""
        if self._framed is None:
            self._framed = bytes(WebSocketFrame(Opcode.TEXT, self.json).serialize(mask=False))
        return self._framed

    def message(self) -> SubscribeResponse:
        """The frame as a new message."""
        return ParseDict(orjson.loads(self.json), SubscribeResponse())


class ChangeFrame:
    """A change, encoded but for its cursor."""

    __slots__ = ("_rest",)

    def __init__(self, message: SubscribeResponse) -> None:
        self._rest = orjson.dumps(MessageToDict(message))[1:]

    @property
    def size(self) -> int:
        """How much memory it takes, about."""
        return len(self._rest) + _OVERHEAD

    def at(self, cursor: str) -> Packet:
        """The change as it goes out. Cursors need no escaping."""
        return Packet(b'{"cursor":"%b",%b' % (cursor.encode(), self._rest))


class NoticeFrames:
    """Frames about the subscription itself."""

    def ready(self, user: UUID, cursors: Mapping[str, str]) -> Packet:
        """The subscription has begun."""
        return _packet(SubscribeResponse(type="ready", user=f"users/{user}", cursors=cursors))

    def authenticated(self) -> Packet:
        """A fresh token was taken."""
        return _packet(SubscribeResponse(type="authenticated"))

    def subscribed(self, stream: str, cursor: str) -> Packet:
        """A stream was added."""
        return _packet(SubscribeResponse(type="subscribed", stream=stream, cursor=cursor))

    def unsubscribed(self, stream: str, code: str, message: str) -> Packet:
        """A stream is followed no more."""
        return _packet(SubscribeResponse(type="unsubscribed", stream=stream, code=code, message=message))

    def resync(self, stream: str, cursor: str) -> Packet:
        """Changes were lost to this client."""
        return _packet(SubscribeResponse(type="resync", stream=stream, cursor=cursor))

    def error(self, code: str, message: str) -> Packet:
        """The connection ends."""
        return _packet(SubscribeResponse(type="error", code=code, message=message))


def frame_of(event: Event) -> ChangeFrame | None:
    """The frame of an event; None for one that clients do not get."""
    known = _MAKERS.get(type(event))
    if known is None:
        return None
    kind, make = known
    return ChangeFrame(make(kind, event))


def _packet(message: SubscribeResponse) -> Packet:
    return Packet(orjson.dumps(MessageToDict(message)))


def _task(kind: str, event: Any) -> SubscribeResponse:
    return SubscribeResponse(
        type=kind,
        stream=f"workspaces/{event.task.record['workspace_id']}",
        task=task_of(event.task),
        changed=changed_fields_of(event.changed_fields),
        actor=f"users/{event.actor_id}",
    )


def _workspace(kind: str, event: Any) -> SubscribeResponse:
    resource = workspace_of(event.workspace)
    return SubscribeResponse(type=kind, stream=resource.name, workspace=resource, actor=f"users/{event.actor_id}")


def _member(kind: str, event: Any) -> SubscribeResponse:
    resource = member_of(event.member)
    stream = resource.name.partition("/members/")[0]
    return SubscribeResponse(type=kind, stream=stream, member=resource, actor=f"users/{event.actor_id}")


def _notification(kind: str, event: Any) -> SubscribeResponse:
    return SubscribeResponse(type=kind, stream=OWN, notification=notification_of(event.notification))


_MAKERS: Final[Mapping[type[Event], tuple[str, Callable[[str, Any], SubscribeResponse]]]] = {
    TaskCreated: ("task.created", _task),
    TaskUpdated: ("task.updated", _task),
    TaskCompleted: ("task.completed", _task),
    TaskReopened: ("task.reopened", _task),
    TaskDropped: ("task.dropped", _task),
    TaskDeleted: ("task.deleted", _task),
    TaskUndeleted: ("task.undeleted", _task),
    WorkspaceCreated: ("workspace.created", _workspace),
    WorkspaceUpdated: ("workspace.updated", _workspace),
    WorkspaceDeleted: ("workspace.deleted", _workspace),
    MemberAdded: ("member.added", _member),
    MemberRoleChanged: ("member.role_changed", _member),
    MemberRemoved: ("member.removed", _member),
    NotificationCreated: ("notification.created", _notification),
    NotificationDelivered: ("notification.delivered", _notification),
    NotificationFailed: ("notification.failed", _notification),
    NotificationRead: ("notification.read", _notification),
}
