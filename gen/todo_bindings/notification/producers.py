"""Producers of the topics that notification owns or may write. Generated from the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from todo.dead_letters.v1 import DeadLetter
from todo.events import Event
from todo.notifications.v1 import NotificationCreated, NotificationDelivered, NotificationFailed, NotificationRead
from todo_runtime.kafka import AvroCodec, EventMeta
from todo_runtime.outbox import Outgoing, outgoing

__all__ = [
    "NotificationDeadLettersProducer",
    "NotificationsProducer",
]


class NotificationDeadLettersProducer:
    """Makes messages for notification-dead-letters: Messages that notification can never process, with the reason.

    The key is the id of the stream that the message belongs to, or of the message where it names none.
    """

    TOPIC: ClassVar[str] = "notification-dead-letters"
    EVENTS: ClassVar[tuple[type[Event], ...]] = (DeadLetter,)

    __slots__ = ("_codec",)

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec

    def dead_letter(
        self,
        event: DeadLetter,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a DeadLetter; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "notification-dead-letters",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )


class NotificationsProducer:
    """Makes messages for notifications: What was delivered to a person, and what could not be.

    The key is the user id.
    """

    TOPIC: ClassVar[str] = "notifications"
    EVENTS: ClassVar[tuple[type[Event], ...]] = (
        NotificationCreated,
        NotificationDelivered,
        NotificationFailed,
        NotificationRead,
    )

    __slots__ = ("_codec",)

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec

    def notification_created(
        self,
        event: NotificationCreated,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a NotificationCreated; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "notifications",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def notification_delivered(
        self,
        event: NotificationDelivered,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a NotificationDelivered; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "notifications",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def notification_failed(
        self,
        event: NotificationFailed,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a NotificationFailed; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "notifications",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def notification_read(
        self,
        event: NotificationRead,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a NotificationRead; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "notifications",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )
