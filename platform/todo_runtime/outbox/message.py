"""An event ready for the outbox: encoded and complete except for its sequence number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from todo.events import Event

from todo_runtime.ids import uuid7
from todo_runtime.telemetry.tracing import outgoing_traceparent
from todo_runtime.wire import rules
from todo_runtime.wire.codec import AvroCodec
from todo_runtime.wire.record import EventMeta


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One encoded event. `payload` is in the registry's wire format; `type` is the full name of its record."""

    topic: str
    key: UUID
    type: str
    payload: bytes
    subject: str
    event_id: UUID
    time: datetime
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str | None = None


def outgoing(
    codec: AvroCodec,
    topic: str,
    event: Event,
    *,
    key: UUID,
    subject: str,
    time: datetime,
    event_id: UUID | None = None,
    correlation_id: UUID | None = None,
    causation_id: UUID | None = None,
    cause: EventMeta | None = None,
) -> Outgoing:
    """Encodes an event for a topic. A `cause` supplies the causation and correlation ids that are not given.

    Raises PermanentlyBad if the event violates its schema or a rule of its contract.
    """
    rules.enforce(event)
    if cause is not None:
        correlation_id = correlation_id or cause.correlation_id or cause.event_id
    return Outgoing(
        topic=topic,
        key=key,
        type=event.SCHEMA.full_name,
        payload=codec.encode(event, topic),
        subject=subject,
        event_id=event_id or uuid7(),
        time=time,
        correlation_id=correlation_id,
        causation_id=causation_id or (cause.event_id if cause else None),
        traceparent=outgoing_traceparent() or (cause.traceparent if cause else None),
    )
