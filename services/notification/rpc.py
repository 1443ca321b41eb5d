"""NotificationService at the gRPC edge."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.notification.v1 import notification_service_pb2 as pb
from todo_bindings.notification.rpc import NotificationServiceServicer
from todo_runtime.errors import NotFound
from todo_runtime.field_masks import masked_fields
from todo_runtime.idempotency import empty, reply, request_of
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call

from services.notification.domain import Channel, Notification, Preferences
from services.notification.service.notifications import NotificationHandlers

_KIND = {"reminder": pb.KIND_REMINDER, "test": pb.KIND_TEST}
_NAME = {number: kind for kind, number in _KIND.items()}
_PREFERENCES = ("kinds", "quiet_hours")


class NotificationRpc(NotificationServiceServicer):
    """Requests to commands, values to answers."""

    def __init__(self, notifications: NotificationHandlers, pages: PageTokens) -> None:
        self._notifications = notifications
        self._pages = pages

    async def list_notifications(
        self, request: pb.ListNotificationsRequest, call: Call
    ) -> pb.ListNotificationsResponse:
        """Lists the caller's notifications, the newest first."""
        asked = self._pages.asked(request, call)
        found = await self._notifications.list_notifications(
            call.person, _before(asked.after), asked.limit, unread_only=request.unread_only
        )
        page = asked.cut(found, lambda note: [note.created_at.isoformat(), str(note.id)])
        return pb.ListNotificationsResponse(
            notifications=[_note(one) for one in page.items], next_page_token=page.next_token
        )

    async def mark_read(self, request: pb.MarkReadRequest, call: Call) -> pb.Notification:
        """Marks a notification as read."""
        identity = request_of(request, "MarkRead", _note)
        result = await self._notifications.mark_read(call.person, _id(request.name), identity)
        return reply(result, _note, pb.Notification)

    async def get_preferences(self, request: pb.GetPreferencesRequest, call: Call) -> pb.Preferences:
        """Returns the caller's preferences."""
        return _preferences(await self._notifications.get_preferences(call.person))

    async def update_preferences(self, request: pb.UpdatePreferencesRequest, call: Call) -> pb.Preferences:
        """Changes the named fields of the caller's preferences."""
        identity = request_of(request, "UpdatePreferences", _preferences)
        given = request.preferences
        change = _change(given, masked_fields(request.update_mask, given, _PREFERENCES))
        result = await self._notifications.update_preferences(call.person, change, identity)
        return reply(result, _preferences, pb.Preferences)

    async def create_channel(self, request: pb.CreateChannelRequest, call: Call) -> pb.Channel:
        """Adds a channel outside the app."""
        identity, given = request_of(request, "CreateChannel", _channel), request.channel
        result = await self._notifications.create_channel(call.person, given.display_name, given.url, identity)
        return reply(result, _channel, pb.Channel)

    async def list_channels(self, request: pb.ListChannelsRequest, call: Call) -> pb.ListChannelsResponse:
        """Lists the caller's channels."""
        asked = self._pages.asked(request, call)
        after = None if asked.after is None else UUID(asked.after)
        found = await self._notifications.list_channels(call.person, after, asked.limit)
        page = asked.cut(found, lambda channel: str(channel.id))
        return pb.ListChannelsResponse(channels=[_channel(one) for one in page.items], next_page_token=page.next_token)

    async def delete_channel(self, request: pb.DeleteChannelRequest, call: Call) -> Empty:
        """Deletes a channel."""
        identity = request_of(request, "DeleteChannel", empty)
        return reply(await self._notifications.delete_channel(call.person, _id(request.name), identity), empty, Empty)

    async def test_channel(self, request: pb.TestChannelRequest, call: Call) -> pb.Notification:
        """Sends a test message over a channel."""
        identity = request_of(request, "TestChannel", _note)
        result = await self._notifications.test_channel(call.person, _id(request.name), identity)
        return reply(result, _note, pb.Notification)


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


def _id(name: str) -> UUID:
    try:
        return UUID(name.rpartition("/")[2])
    except ValueError:
        raise NotFound(f"There is no {name[:64]}.") from None


def _before(place: Sequence[str] | None) -> tuple[dt.datetime, UUID] | None:
    return None if place is None else (dt.datetime.fromisoformat(place[0]), UUID(place[1]))
