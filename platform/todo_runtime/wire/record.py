"""A message as received from Kafka, and the metadata in its headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Header = tuple[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Record:
    """One message, byte for byte. `timestamp` is the broker's, in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[Header]
    timestamp: int


@dataclass(frozen=True, slots=True)
class EventMeta:
    """The CloudEvents attributes of an event, and where it came from.

    `key` and `sequence` are its stream and its number there, `type` is the full name of its Avro record. `redriven` is
    true for a dead letter that is processed again: later events of the stream may have been processed before it.
    """

    topic: str
    key: UUID
    sequence: int
    event_id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    correlation_id: UUID | None
    causation_id: UUID | None
    traceparent: str | None
    partition: int
    offset: int
    redriven: bool = False
