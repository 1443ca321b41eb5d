"""Producers of the topics that audit owns or may write. Generated from the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from todo.dead_letters.v1 import DeadLetter
from todo.events import Event
from todo_runtime.kafka import AvroCodec, EventMeta
from todo_runtime.outbox import Outgoing, outgoing

__all__ = [
    "AuditDeadLettersProducer",
]


class AuditDeadLettersProducer:
    """Makes messages for audit-dead-letters: Messages that audit can never process, with the reason.

    The key is the id of the stream that the message belongs to, or of the message where it names none.
    """

    TOPIC: ClassVar[str] = "audit-dead-letters"
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
            "audit-dead-letters",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )
