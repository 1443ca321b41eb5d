"""Records of the Avro namespace todo.notifications.v1, as typed read-only views. Generated from avro/."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from todo.events import Event, EventSchema, Rule, micros_of, time_of
from todo.types.v1 import Notification

__all__ = [
    "NotificationCreated",
    "NotificationDelivered",
    "NotificationFailed",
    "NotificationRead",
]


class NotificationCreated(Event):
    """A notification was recorded and is in the person's list: delivery in the app."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.notifications.v1.NotificationCreated",
        topics=("notifications",),
        version=1,
        fingerprint="a4790be0c035bc00c67338e4da71f0adc4ca0c8500a4a1b714e0e2920e3f8b4c",
        json='{"type":"record","name":"NotificationCreated","namespace":"todo.notifications.v1","doc":"A notification was recorded and is in the person\'s list: delivery in the app.","fields":[{"name":"notification","type":{"type":"record","name":"Notification","namespace":"todo.types.v1","doc":"Something that a person is told.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the notification, a UUID: the same again for the same firing of a reminder."},{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"Who is told."},{"name":"workspace_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The workspace that it is about.","default":null},{"name":"task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that it is about.","default":null},{"name":"reminder_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The reminder that caused it.","default":null},{"name":"kind","type":{"type":"enum","name":"NotificationKind","doc":"What it is about.","symbols":["UNSPECIFIED","REMINDER","TEST"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"What it is about."},{"name":"title","type":"string","doc":"One line for people."},{"name":"body","type":"string","doc":"The rest of the text; may be empty."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was recorded."},{"name":"read_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the person read it; null while unread.","default":null}]},"doc":"The whole notification."}]}',
        rules=(
            Rule(
                id="unread",
                path="",
                cel="this.notification.read_at == null",
                message="A new notification is unread.",
            ),
            Rule(
                id="has-title",
                path="notification",
                cel="size(this.title) > 0",
                message="A notification has a title.",
            ),
            Rule(
                id="kind-known",
                path="notification",
                cel='this.kind != "UNSPECIFIED"',
                message="A notification says what it is about.",
            ),
            Rule(
                id="reminder-named",
                path="notification",
                cel='this.kind != "REMINDER" || this.reminder_id != null && this.task_id != null',
                message="The notification of a reminder names the reminder and its task.",
            ),
        ),
    )

    def __init__(self, *, notification: Notification) -> None:
        self.record = {
            "notification": notification.record,
        }

    @property
    def notification(self) -> Notification:
        """The whole notification."""
        value = self.record["notification"]
        return Notification.wrap(value)


class NotificationDelivered(Event):
    """A channel outside the app accepted a notification."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.notifications.v1.NotificationDelivered",
        topics=("notifications",),
        version=1,
        fingerprint="c01fe853ab4f8090b1ee5690227719970464f652c376020f213bcfc3e869b43f",
        json='{"type":"record","name":"NotificationDelivered","namespace":"todo.notifications.v1","doc":"A channel outside the app accepted a notification.","fields":[{"name":"notification","type":{"type":"record","name":"Notification","namespace":"todo.types.v1","doc":"Something that a person is told.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the notification, a UUID: the same again for the same firing of a reminder."},{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"Who is told."},{"name":"workspace_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The workspace that it is about.","default":null},{"name":"task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that it is about.","default":null},{"name":"reminder_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The reminder that caused it.","default":null},{"name":"kind","type":{"type":"enum","name":"NotificationKind","doc":"What it is about.","symbols":["UNSPECIFIED","REMINDER","TEST"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"What it is about."},{"name":"title","type":"string","doc":"One line for people."},{"name":"body","type":"string","doc":"The rest of the text; may be empty."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was recorded."},{"name":"read_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the person read it; null while unread.","default":null}]},"doc":"The whole notification."},{"name":"channel_id","type":{"type":"string","logicalType":"uuid"},"doc":"The channel."},{"name":"channel_kind","type":"string","doc":"Kind of the channel, e.g. json or mailto; never its address."},{"name":"attempts","type":"int","doc":"How many attempts it took, 1 or more."},{"name":"delivered_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was accepted."}]}',
        rules=(
            Rule(
                id="was-tried",
                path="",
                cel="this.attempts >= 1",
                message="At least one attempt was made.",
            ),
            Rule(
                id="has-title",
                path="notification",
                cel="size(this.title) > 0",
                message="A notification has a title.",
            ),
            Rule(
                id="kind-known",
                path="notification",
                cel='this.kind != "UNSPECIFIED"',
                message="A notification says what it is about.",
            ),
            Rule(
                id="reminder-named",
                path="notification",
                cel='this.kind != "REMINDER" || this.reminder_id != null && this.task_id != null',
                message="The notification of a reminder names the reminder and its task.",
            ),
        ),
    )

    def __init__(
        self,
        *,
        notification: Notification,
        channel_id: UUID,
        channel_kind: str,
        attempts: int,
        delivered_at: dt.datetime,
    ) -> None:
        self.record = {
            "notification": notification.record,
            "channel_id": str(channel_id),
            "channel_kind": channel_kind,
            "attempts": attempts,
            "delivered_at": micros_of(delivered_at),
        }

    @property
    def notification(self) -> Notification:
        """The whole notification."""
        value = self.record["notification"]
        return Notification.wrap(value)

    @property
    def channel_id(self) -> UUID:
        """The channel."""
        value = self.record["channel_id"]
        return UUID(value)

    @property
    def channel_kind(self) -> str:
        """Kind of the channel, e.g. json or mailto; never its address."""
        value: str = self.record["channel_kind"]
        return value

    @property
    def attempts(self) -> int:
        """How many attempts it took, 1 or more."""
        value: int = self.record["attempts"]
        return value

    @property
    def delivered_at(self) -> dt.datetime:
        """When it was accepted."""
        value = self.record["delivered_at"]
        return time_of(value)


class NotificationFailed(Event):
    """A channel outside the app refused a notification for good."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.notifications.v1.NotificationFailed",
        topics=("notifications",),
        version=1,
        fingerprint="70ff343047194439e0f7177407381ef30298274a5b27562c4e125a19d99a8504",
        json='{"type":"record","name":"NotificationFailed","namespace":"todo.notifications.v1","doc":"A channel outside the app refused a notification for good.","fields":[{"name":"notification","type":{"type":"record","name":"Notification","namespace":"todo.types.v1","doc":"Something that a person is told.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the notification, a UUID: the same again for the same firing of a reminder."},{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"Who is told."},{"name":"workspace_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The workspace that it is about.","default":null},{"name":"task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that it is about.","default":null},{"name":"reminder_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The reminder that caused it.","default":null},{"name":"kind","type":{"type":"enum","name":"NotificationKind","doc":"What it is about.","symbols":["UNSPECIFIED","REMINDER","TEST"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"What it is about."},{"name":"title","type":"string","doc":"One line for people."},{"name":"body","type":"string","doc":"The rest of the text; may be empty."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was recorded."},{"name":"read_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the person read it; null while unread.","default":null}]},"doc":"The whole notification."},{"name":"channel_id","type":{"type":"string","logicalType":"uuid"},"doc":"The channel."},{"name":"channel_kind","type":"string","doc":"Kind of the channel, e.g. json or mailto; never its address."},{"name":"attempts","type":"int","doc":"How many attempts were made."},{"name":"reason","type":"string","doc":"Why, in one sentence without addresses or secrets."},{"name":"failed_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was given up."}]}',
        rules=(
            Rule(
                id="was-tried",
                path="",
                cel="this.attempts >= 1",
                message="At least one attempt was made.",
            ),
            Rule(
                id="has-title",
                path="notification",
                cel="size(this.title) > 0",
                message="A notification has a title.",
            ),
            Rule(
                id="kind-known",
                path="notification",
                cel='this.kind != "UNSPECIFIED"',
                message="A notification says what it is about.",
            ),
            Rule(
                id="reminder-named",
                path="notification",
                cel='this.kind != "REMINDER" || this.reminder_id != null && this.task_id != null',
                message="The notification of a reminder names the reminder and its task.",
            ),
        ),
    )

    def __init__(
        self,
        *,
        notification: Notification,
        channel_id: UUID,
        channel_kind: str,
        attempts: int,
        reason: str,
        failed_at: dt.datetime,
    ) -> None:
        self.record = {
            "notification": notification.record,
            "channel_id": str(channel_id),
            "channel_kind": channel_kind,
            "attempts": attempts,
            "reason": reason,
            "failed_at": micros_of(failed_at),
        }

    @property
    def notification(self) -> Notification:
        """The whole notification."""
        value = self.record["notification"]
        return Notification.wrap(value)

    @property
    def channel_id(self) -> UUID:
        """The channel."""
        value = self.record["channel_id"]
        return UUID(value)

    @property
    def channel_kind(self) -> str:
        """Kind of the channel, e.g. json or mailto; never its address."""
        value: str = self.record["channel_kind"]
        return value

    @property
    def attempts(self) -> int:
        """How many attempts were made."""
        value: int = self.record["attempts"]
        return value

    @property
    def reason(self) -> str:
        """Why, in one sentence without addresses or secrets."""
        value: str = self.record["reason"]
        return value

    @property
    def failed_at(self) -> dt.datetime:
        """When it was given up."""
        value = self.record["failed_at"]
        return time_of(value)


class NotificationRead(Event):
    """The person read a notification."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.notifications.v1.NotificationRead",
        topics=("notifications",),
        version=1,
        fingerprint="7325fe382bf01740955a7b0b78a8ebb5c1d34dc46dc59e9f0230c5fce805b5af",
        json='{"type":"record","name":"NotificationRead","namespace":"todo.notifications.v1","doc":"The person read a notification.","fields":[{"name":"notification","type":{"type":"record","name":"Notification","namespace":"todo.types.v1","doc":"Something that a person is told.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the notification, a UUID: the same again for the same firing of a reminder."},{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"Who is told."},{"name":"workspace_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The workspace that it is about.","default":null},{"name":"task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that it is about.","default":null},{"name":"reminder_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The reminder that caused it.","default":null},{"name":"kind","type":{"type":"enum","name":"NotificationKind","doc":"What it is about.","symbols":["UNSPECIFIED","REMINDER","TEST"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"What it is about."},{"name":"title","type":"string","doc":"One line for people."},{"name":"body","type":"string","doc":"The rest of the text; may be empty."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was recorded."},{"name":"read_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the person read it; null while unread.","default":null}]},"doc":"The whole notification."}]}',
        rules=(
            Rule(
                id="has-read-time",
                path="",
                cel="this.notification.read_at != null",
                message="A notification that was read has the time of reading.",
            ),
            Rule(
                id="has-title",
                path="notification",
                cel="size(this.title) > 0",
                message="A notification has a title.",
            ),
            Rule(
                id="kind-known",
                path="notification",
                cel='this.kind != "UNSPECIFIED"',
                message="A notification says what it is about.",
            ),
            Rule(
                id="reminder-named",
                path="notification",
                cel='this.kind != "REMINDER" || this.reminder_id != null && this.task_id != null',
                message="The notification of a reminder names the reminder and its task.",
            ),
        ),
    )

    def __init__(self, *, notification: Notification) -> None:
        self.record = {
            "notification": notification.record,
        }

    @property
    def notification(self) -> Notification:
        """The whole notification."""
        value = self.record["notification"]
        return Notification.wrap(value)
