"""Notifications as events."""

import datetime as dt

from todo.notifications.v1 import NotificationCreated, NotificationDelivered, NotificationFailed, NotificationRead
from todo.types.v1 import Notification as AvroNotification
from todo.types.v1 import NotificationKind
from todo_bindings.notification.producers import NotificationsProducer
from todo_runtime.outbox import Outgoing
from todo_runtime.wire.record import EventMeta

from services.notification.domain import Channel, Notification


class NotificationEvents:
    """Makes the messages on `notifications`."""

    def __init__(self, producer: NotificationsProducer) -> None:
        self._producer = producer

    def created(self, note: Notification, cause: EventMeta | None) -> Outgoing:
        """NotificationCreated."""
        event = NotificationCreated(notification=_avro(note))
        return self._producer.notification_created(
            event, key=note.user_id, subject=_name(note), time=note.created_at, cause=cause
        )

    def read(self, note: Notification, now: dt.datetime) -> Outgoing:
        """NotificationRead."""
        event = NotificationRead(notification=_avro(note))
        return self._producer.notification_read(event, key=note.user_id, subject=_name(note), time=now)

    def delivered(self, note: Notification, channel: Channel, attempts: int, now: dt.datetime) -> Outgoing:
        """NotificationDelivered."""
        event = NotificationDelivered(
            notification=_avro(note),
            channel_id=channel.id,
            channel_kind=channel.kind,
            attempts=attempts,
            delivered_at=now,
        )
        return self._producer.notification_delivered(event, key=note.user_id, subject=_name(note), time=now)

    def failed(self, note: Notification, channel: Channel, attempts: int, reason: str, now: dt.datetime) -> Outgoing:
        """NotificationFailed."""
        event = NotificationFailed(
            notification=_avro(note),
            channel_id=channel.id,
            channel_kind=channel.kind,
            attempts=attempts,
            reason=reason,
            failed_at=now,
        )
        return self._producer.notification_failed(event, key=note.user_id, subject=_name(note), time=now)


def _name(note: Notification) -> str:
    return f"notifications/{note.id}"


def _avro(note: Notification) -> AvroNotification:
    return AvroNotification(
        id=note.id,
        user_id=note.user_id,
        workspace_id=note.workspace_id,
        task_id=note.task_id,
        reminder_id=note.reminder_id,
        kind=NotificationKind(note.kind.upper()),
        title=note.title,
        body=note.body,
        created_at=note.created_at,
        read_at=note.read_at,
    )
