# Copied from platform/todo_client_runtime/events.py by `make generate`.
"""What every generated event class is built on: read-only views over plain Avro records, and the schema of each event.

A record is a dict of raw Avro values, as fastavro writes and reads them with a schema from `EventSchema.wire`:
a uuid is its text, a timestamp is an int of microseconds since 1970 in UTC, an enum is its symbol. A view converts a
value when it is read, so decoding an event costs nothing for the fields that nobody reads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Self
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.date().toordinal()

AvroRecord = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """A constraint beyond types, in CEL, where `this` is the record at `path` of the event.

    `path` is empty for the event itself, else as `task.due`, or `task.reminders[]` for every item of a list; where
    the record there is null, the rule holds. `isTimeZone(string)` says whether a string names an IANA zone.
    """

    id: str
    path: str
    cel: str
    message: str


@dataclass(frozen=True)
class EventSchema:
    """The newest schema of an event: what its producers write and its consumers read.

    `topics` may carry the event; `version` is the number of its file; `json` is the expanded schema as the registry
    holds it; `fingerprint` is the SHA-256 of its Parsing Canonical Form, in hexadecimal; `rules` are those of the
    event and of the shared types in it.
    """

    full_name: str
    topics: tuple[str, ...]
    version: int
    fingerprint: str
    json: str
    rules: tuple[Rule, ...] = ()

    def subject(self, topic: str) -> str:
        """The registry subject on a topic (TopicRecordNameStrategy)."""
        return f"{topic}-{self.full_name}"

    @cached_property
    def wire(self) -> Any:
        """The schema to encode and decode with; it has no logical types (see `without_logical_types`)."""
        return without_logical_types(json.loads(self.json))


class EventRecord:
    """A typed read-only view of one decoded record, which is neither copied nor validated."""

    __slots__ = ("record",)

    record: AvroRecord
    """The raw record, ready to be encoded."""

    @classmethod
    def wrap(cls, record: AvroRecord) -> Self:
        """View a decoded record."""
        view = cls.__new__(cls)
        view.record = record
        return view

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EventRecord):
            return NotImplemented
        return type(self) is type(other) and self.record == other.record

    __hash__ = None  # type: ignore[assignment]  # a view over a mutable dict

    def __repr__(self) -> str:
        return f"{type(self).__name__}.wrap({self.record!r})"


class Event(EventRecord):
    """A record that is a message of its own."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema]


def without_logical_types(schema: Any) -> Any:
    """A copy of a schema without its `logicalType` attributes, so that a decoder leaves the raw values.

    Schema resolution does not look at logical types (Avro specification), so a writer schema from the registry
    and a reader schema can both be treated this way.
    """
    if isinstance(schema, list):
        return [without_logical_types(branch) for branch in schema]
    if not isinstance(schema, Mapping):
        return schema
    copy = {key: value for key, value in schema.items() if key != "logicalType"}
    for inner in ("type", "items", "values"):
        if inner in copy:
            copy[inner] = without_logical_types(copy[inner])
    if "fields" in copy:
        copy["fields"] = [without_logical_types(field) for field in copy["fields"]]
    if set(copy) == {"type"}:
        return copy["type"]
    return copy


def micros_of(time: datetime) -> int:
    """Microseconds since 1970 in UTC; raises TypeError for a naive datetime."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def time_of(micros: int) -> datetime:
    """The instant that many microseconds after 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def days_of(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _EPOCH_DAY


def date_of(days: int) -> date:
    """The day that is so many days after 1970-01-01."""
    return date.fromordinal(days + _EPOCH_DAY)


def uuid_of(text: str) -> UUID:
    """The UUID that a text spells."""
    return UUID(text)
