"""NotificationService and DeadLetterService at the gRPC edge."""

import base64
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from todo.notification.v1 import notification_service_pb2 as pb
from todo.ops.v1 import dead_letter_service_pb2 as ops
from todo_bindings.notification.rpc import DeadLetterServiceServicer, NotificationServiceServicer
from todo_runtime.errors import FieldViolation, InvalidArgument, NotFound
from todo_runtime.kafka.dead_letter_desk import DeadLetterDesk
from todo_runtime.rpc import Call

from services.notification.domain import Channel, Notification, Preferences
from services.notification.handlers.notifications import NotificationHandlers, Request

_KIND = {"reminder": pb.KIND_REMINDER, "test": pb.KIND_TEST}
_NAME = {number: kind for kind, number in _KIND.items()}
T = TypeVar("T")


class Answered(Exception):
    """A request was answered before: `answer` is that answer, as bytes."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("answered before")
        self.answer = answer


class NotificationRpc(NotificationServiceServicer):
    """Requests to commands, values to answers."""

    def __init__(self, notifications: NotificationHandlers) -> None:
        self._notifications = notifications

    async def list_notifications(
        self, request: pb.ListNotificationsRequest, call: Call
    ) -> pb.ListNotificationsResponse:
        """Lists the caller's notifications, the newest first."""
        size = request.page_size or 50
        found = await self._notifications.list_notifications(
            call.person, _time_position(request.page_token), size + 1, unread_only=request.unread_only
        )
        response = pb.ListNotificationsResponse(notifications=[_note(one) for one in found[:size]])
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = _token(f"{last.created_at.isoformat()}/{last.id}")
        return response

    async def mark_read(self, request: pb.MarkReadRequest, call: Call) -> pb.Notification:
        """Marks a notification as read."""
        identity = _request(request, "MarkRead", _note)
        try:
            return _note(await self._notifications.mark_read(call.person, _id(request.name), identity))
        except Answered as before:
            return pb.Notification.FromString(before.answer)

    async def get_preferences(self, request: pb.GetPreferencesRequest, call: Call) -> pb.Preferences:
        """Returns the caller's preferences."""
        del request
        return _preferences(await self._notifications.get_preferences(call.person))

    async def update_preferences(self, request: pb.UpdatePreferencesRequest, call: Call) -> pb.Preferences:
        """Changes the named fields of the caller's preferences."""
        identity = _request(request, "UpdatePreferences", _preferences)
        change = _change(request.preferences, _fields(request))
        try:
            return _preferences(await self._notifications.update_preferences(call.person, change, identity))
        except Answered as before:
            return pb.Preferences.FromString(before.answer)

    async def create_channel(self, request: pb.CreateChannelRequest, call: Call) -> pb.Channel:
        """Adds a channel outside the app."""
        identity = _request(request, "CreateChannel", _channel)
        given = request.channel
        try:
            channel = await self._notifications.create_channel(call.person, given.display_name, given.url, identity)
        except Answered as before:
            return pb.Channel.FromString(before.answer)
        return _channel(channel)

    async def list_channels(self, request: pb.ListChannelsRequest, call: Call) -> pb.ListChannelsResponse:
        """Lists the caller's channels."""
        size = request.page_size or 50
        after = _id_position(request.page_token)
        found = await self._notifications.list_channels(call.person, after, size + 1)
        token = _token(str(found[size - 1].id)) if len(found) > size else ""
        return pb.ListChannelsResponse(channels=[_channel(one) for one in found[:size]], next_page_token=token)

    async def delete_channel(self, request: pb.DeleteChannelRequest, call: Call) -> Empty:
        """Deletes a channel."""
        identity = _request(request, "DeleteChannel", _nothing)
        try:
            await self._notifications.delete_channel(call.person, _id(request.name), identity)
        except Answered as before:
            return Empty.FromString(before.answer)
        return Empty()

    async def test_channel(self, request: pb.TestChannelRequest, call: Call) -> pb.Notification:
        """Sends a test message over a channel."""
        identity = _request(request, "TestChannel", _note)
        try:
            return _note(await self._notifications.test_channel(call.person, _id(request.name), identity))
        except Answered as before:
            return pb.Notification.FromString(before.answer)


class DeadLetterRpc(DeadLetterServiceServicer):
    """Hands on to the runtime's desk."""

    def __init__(self, desk: DeadLetterDesk) -> None:
        self._desk = desk

    async def list_dead_letters(self, request: ops.ListDeadLettersRequest, call: Call) -> ops.ListDeadLettersResponse:
        """Lists dead letters without their bytes, the newest first."""
        return await self._desk.list(request)

    async def get_dead_letter(self, request: ops.GetDeadLetterRequest, call: Call) -> ops.DeadLetter:
        """Returns one dead letter with its exact bytes."""
        return await self._desk.get(request.name)

    async def redrive_dead_letter(self, request: ops.RedriveDeadLetterRequest, call: Call) -> ops.DeadLetter:
        """Processes the message again."""
        return await self._desk.redrive(request.name, call.principal)

    async def discard_dead_letter(self, request: ops.DiscardDeadLetterRequest, call: Call) -> ops.DeadLetter:
        """Gives the message up."""
        return await self._desk.discard(request.name, call.principal)


def _note(note: Notification) -> pb.Notification:
    message = pb.Notification(name=f"notifications/{note.id}", kind=_KIND[note.kind], title=note.title, body=note.body)
    if note.task_id is not None:
        message.task = f"workspaces/{note.workspace_id}/tasks/{note.task_id}"
    message.create_time.FromDatetime(note.created_at)
    if note.read_at is not None:
        message.read_time.FromDatetime(note.read_at)
    return message


def _channel(channel: Channel) -> pb.Channel:
    message = pb.Channel(
        name=f"channels/{channel.id}",
        display_name=channel.display_name,
        kind=channel.kind,
        masked_host=channel.masked_host,
    )
    message.create_time.FromDatetime(channel.created_at)
    return message


def _preferences(preferences: Preferences) -> pb.Preferences:
    message = pb.Preferences(
        kinds=[
            pb.Preferences.KindPreference(kind=number, channels=kind not in preferences.silenced_kinds)
            for kind, number in _KIND.items()
            if kind != "test"
        ]
    )
    if preferences.quiet_start is not None and preferences.quiet_end is not None:
        message.quiet_hours.start = preferences.quiet_start.strftime("%H:%M")
        message.quiet_hours.end = preferences.quiet_end.strftime("%H:%M")
    return message


def _nothing(_: None) -> Empty:
    return Empty()


def _fields(request: pb.UpdatePreferencesRequest) -> set[str]:
    allowed = {"kinds", "quiet_hours"}
    paths = set(request.update_mask.paths)
    if not paths:
        return {field.name for field, _ in request.preferences.ListFields()}
    if paths == {"*"}:
        return allowed
    if not paths <= allowed:
        text = "The update mask can name kinds, quiet_hours or *."
        raise InvalidArgument(text, violations=[FieldViolation("update_mask", text)])
    return paths


def _change(given: pb.Preferences, fields: set[str]) -> Callable[[Preferences], Preferences]:
    def change(before: Preferences) -> Preferences:
        after = before
        if "kinds" in fields:
            silenced = {_NAME[one.kind] for one in given.kinds if one.kind in _NAME and not one.channels}
            after = replace(after, silenced_kinds=frozenset(silenced))
        if "quiet_hours" in fields:
            hours = given.quiet_hours if given.HasField("quiet_hours") else None
            start = dt.time.fromisoformat(hours.start) if hours else None
            end = dt.time.fromisoformat(hours.end) if hours else None
            after = replace(after, quiet_start=start, quiet_end=end)
        return after

    return change


def _request(message: Any, method: str, show: Callable[[T], Message]) -> Request[T] | None:
    if not message.request_id:
        return None
    body = hashlib.sha256(message.SerializeToString(deterministic=True)).digest()
    return Request(
        UUID(message.request_id), method, body, lambda value: bytes(show(value).SerializeToString()), _answered
    )


def _answered(answer: bytes) -> Any:
    raise Answered(answer)


def _id(name: str) -> UUID:
    try:
        return UUID(name.rpartition("/")[2])
    except ValueError:
        raise NotFound(f"There is no {name[:64]}.") from None


def _token(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def _time_position(token: str) -> tuple[dt.datetime, UUID] | None:
    if not token:
        return None
    try:
        at, _, id_ = base64.urlsafe_b64decode(token).decode().partition("/")
        moment = dt.datetime.fromisoformat(at)
        return moment.astimezone(dt.UTC), UUID(id_)
    except (ValueError, OverflowError):
        raise _bad_token() from None


def _id_position(token: str) -> UUID | None:
    try:
        return UUID(base64.urlsafe_b64decode(token).decode()) if token else None
    except ValueError:
        raise _bad_token() from None


def _bad_token() -> InvalidArgument:
    text = "The page token is not from this list."
    return InvalidArgument(text, violations=[FieldViolation("page_token", text)])
