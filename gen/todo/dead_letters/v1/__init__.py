"""Records of the Avro namespace todo.dead_letters.v1, as typed read-only views. Generated from avro/."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from todo.events import Event, EventRecord, EventSchema, micros_of, time_of

__all__ = [
    "DeadLetter",
    "DeadLetterReason",
    "Header",
]


class DeadLetterReason(StrEnum):
    """What was wrong."""

    UNSPECIFIED = "UNSPECIFIED"
    INVALID_HEADERS = "INVALID_HEADERS"
    UNDECODABLE = "UNDECODABLE"
    CONTRACT_VIOLATION = "CONTRACT_VIOLATION"
    REJECTED = "REJECTED"


class DeadLetter(Event):
    """A message that its consumer can never process, kept whole."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.dead_letters.v1.DeadLetter",
        topics=("audit-dead-letters", "notification-dead-letters", "recurring-task-dead-letters"),
        version=1,
        fingerprint="40ac60dbf4f87a8e307e689f19542a078fd45c48d4f513cb74afc11439cb4ac0",
        json='{"type":"record","name":"DeadLetter","namespace":"todo.dead_letters.v1","doc":"A message that its consumer can never process, kept whole.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the dead letter, UUIDv7."},{"name":"consumer","type":"string","doc":"The service that could not process it."},{"name":"source_topic","type":"string","doc":"Topic it came from."},{"name":"source_partition","type":"int","doc":"Partition it came from."},{"name":"source_offset","type":"long","doc":"Offset it had."},{"name":"stream_key","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"Key of its stream; null when the key is not a UUID.","default":null},{"name":"sequence","type":["null","long"],"doc":"Its number in the stream; null when the headers name none.","default":null},{"name":"event_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"ce_id of the message; null when missing or malformed.","default":null},{"name":"event_type","type":["null",{"type":"string"}],"doc":"ce_type of the message; null when missing.","default":null},{"name":"key","type":["null","bytes"],"doc":"The exact key.","default":null},{"name":"value","type":["null","bytes"],"doc":"The exact value.","default":null},{"name":"headers","type":{"type":"array","items":{"type":"record","name":"Header","doc":"One Kafka header.","fields":[{"name":"name","type":"string","doc":"Name of the header."},{"name":"value","type":["null","bytes"],"doc":"Its bytes.","default":null}],"namespace":"todo.dead_letters.v1"}},"doc":"The exact headers, in order."},{"name":"reason","type":{"type":"enum","name":"DeadLetterReason","doc":"What was wrong.","symbols":["UNSPECIFIED","INVALID_HEADERS","UNDECODABLE","CONTRACT_VIOLATION","REJECTED"],"default":"UNSPECIFIED","namespace":"todo.dead_letters.v1"},"doc":"What was wrong."},{"name":"error","type":"string","doc":"The error in one sentence, at most 1,024 characters."},{"name":"attempts","type":"int","doc":"How many attempts were made."},{"name":"failed_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was given up."}]}',
    )

    def __init__(
        self,
        *,
        id: UUID,
        consumer: str,
        source_topic: str,
        source_partition: int,
        source_offset: int,
        stream_key: UUID | None = None,
        sequence: int | None = None,
        event_id: UUID | None = None,
        event_type: str | None = None,
        key: bytes | None = None,
        value: bytes | None = None,
        headers: Sequence[Header],
        reason: DeadLetterReason,
        error: str,
        attempts: int,
        failed_at: dt.datetime,
    ) -> None:
        self.record = {
            "id": str(id),
            "consumer": consumer,
            "source_topic": source_topic,
            "source_partition": source_partition,
            "source_offset": source_offset,
            "stream_key": None if stream_key is None else str(stream_key),
            "sequence": sequence,
            "event_id": None if event_id is None else str(event_id),
            "event_type": event_type,
            "key": key,
            "value": value,
            "headers": [item.record for item in headers],
            "reason": reason.value,
            "error": error,
            "attempts": attempts,
            "failed_at": micros_of(failed_at),
        }

    @property
    def id(self) -> UUID:
        """Id of the dead letter, UUIDv7."""
        value = self.record["id"]
        return UUID(value)

    @property
    def consumer(self) -> str:
        """The service that could not process it."""
        value: str = self.record["consumer"]
        return value

    @property
    def source_topic(self) -> str:
        """Topic it came from."""
        value: str = self.record["source_topic"]
        return value

    @property
    def source_partition(self) -> int:
        """Partition it came from."""
        value: int = self.record["source_partition"]
        return value

    @property
    def source_offset(self) -> int:
        """Offset it had."""
        value: int = self.record["source_offset"]
        return value

    @property
    def stream_key(self) -> UUID | None:
        """Key of its stream; null when the key is not a UUID."""
        value = self.record["stream_key"]
        return None if value is None else UUID(value)

    @property
    def sequence(self) -> int | None:
        """Its number in the stream; null when the headers name none."""
        value: int | None = self.record["sequence"]
        return value

    @property
    def event_id(self) -> UUID | None:
        """ce_id of the message; null when missing or malformed."""
        value = self.record["event_id"]
        return None if value is None else UUID(value)

    @property
    def event_type(self) -> str | None:
        """ce_type of the message; null when missing."""
        value: str | None = self.record["event_type"]
        return value

    @property
    def key(self) -> bytes | None:
        """The exact key."""
        value: bytes | None = self.record["key"]
        return value

    @property
    def value(self) -> bytes | None:
        """The exact value."""
        value: bytes | None = self.record["value"]
        return value

    @property
    def headers(self) -> Sequence[Header]:
        """The exact headers, in order."""
        value = self.record["headers"]
        return [Header.wrap(item) for item in value]

    @property
    def reason(self) -> DeadLetterReason:
        """What was wrong."""
        value = self.record["reason"]
        return DeadLetterReason(value)

    @property
    def error(self) -> str:
        """The error in one sentence, at most 1,024 characters."""
        value: str = self.record["error"]
        return value

    @property
    def attempts(self) -> int:
        """How many attempts were made."""
        value: int = self.record["attempts"]
        return value

    @property
    def failed_at(self) -> dt.datetime:
        """When it was given up."""
        value = self.record["failed_at"]
        return time_of(value)


class Header(EventRecord):
    """One Kafka header."""

    __slots__ = ()

    def __init__(self, *, name: str, value: bytes | None = None) -> None:
        self.record = {
            "name": name,
            "value": value,
        }

    @property
    def name(self) -> str:
        """Name of the header."""
        value: str = self.record["name"]
        return value

    @property
    def value(self) -> bytes | None:
        """Its bytes."""
        value: bytes | None = self.record["value"]
        return value
