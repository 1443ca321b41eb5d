"""The one table of a task's columns: what is inserted, updated, read, filtered and sorted follows from it.

A field of `model.Task` is stored in one column, or in several that are absent together (`due_date`, `due_time`, …).
A new field is a line in FIELDS, beside the migration that adds its column.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any, Final
from uuid import UUID

import orjson
from todo_runtime.db import Row

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Recurrence, Reminder, Status, Task


@dataclass(frozen=True, slots=True)
class StoredField:
    """A field of a task: its columns with their PostgreSQL types, and how its value goes into them and comes back.

    `encode` is None for what psycopg stores as it is. With several columns it returns a value for each, and `decode`
    takes one of each; where the value is None, so are all columns. `cast` is the column's own type where the value
    travels as text.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    encode: Callable[[Any], Any] | None = None
    decode: Callable[..., Any] | None = None
    cast: str = ""


def array_text(values: Sequence[str]) -> str:
    """A text[] as PostgreSQL writes it; tags hold nothing that needs more than quotes."""
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


def _local_time_columns(prefix: str) -> tuple[tuple[str, str], ...]:
    return ((f"{prefix}_date", "date"), (f"{prefix}_time", "time"), (f"{prefix}_zone", "text"), (f"{prefix}_at", _AT))


def _local_time_row(value: LocalTime) -> tuple[Any, ...]:
    return value.date, value.time, value.zone, value.instant


def _recurrence_row(value: Recurrence) -> tuple[Any, ...]:
    return value.rule, value.basis.value, value.series_id, value.predecessor_id


def _recurrence_of(rule: str, basis: str, series: UUID, predecessor: UUID | None) -> Recurrence:
    return Recurrence(rule, Basis(basis), series, predecessor)


def _seconds(value: timedelta | None) -> int | None:
    return None if value is None else int(value.total_seconds())


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _reminders_text(reminders: Sequence[Reminder]) -> str:
    return orjson.dumps([_reminder_json(reminder) for reminder in reminders]).decode() if reminders else "[]"


def _reminder_json(reminder: Reminder) -> dict[str, Any]:
    return {
        "id": reminder.id,
        "before": _seconds(reminder.before),
        "at": reminder.at,
        "fires_at": reminder.fires_at,
        "zone": reminder.zone,
    }


def _reminders_of(stored: Iterable[dict[str, Any]]) -> tuple[Reminder, ...]:
    return tuple(
        Reminder(
            id=UUID(each["id"]),
            before=_duration(each["before"]),
            at=_time_of(each["at"]),
            fires_at=_time_of(each["fires_at"]),
            zone=each.get("zone"),
        )
        for each in stored
    )


def _time_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(name: str, type_: str = "text") -> StoredField:
    return StoredField(name, ((name, type_),))


_AT: Final = "timestamptz"
_STATUS: Final = {status.value: status for status in Status}
_PRIORITY: Final = {int(priority): priority for priority in Priority}

FIELDS: Final = (
    _plain("workspace_id", "uuid"),
    _plain("id", "uuid"),
    _plain("title"),
    _plain("notes"),
    StoredField("status", (("status", "text"),), lambda status: status.value, _STATUS.__getitem__),
    StoredField("priority", (("priority", "smallint"),), int, _PRIORITY.__getitem__),
    StoredField("tags", (("tags", "text"),), array_text, tuple, cast="text[]"),
    _plain("parent_id", "uuid"),
    _plain("position"),
    StoredField("due", _local_time_columns("due"), _local_time_row, LocalTime),
    StoredField("start", _local_time_columns("start"), _local_time_row, LocalTime),
    StoredField("reminders", (("reminders", "text"),), _reminders_text, _reminders_of, cast="jsonb"),
    StoredField(
        "recurrence",
        (("rrule", "text"), ("basis", "text"), ("series_id", "uuid"), ("predecessor_id", "uuid")),
        _recurrence_row,
        _recurrence_of,
    ),
    StoredField("estimate", (("estimate", "bigint"),), _seconds, _duration),
    _plain("assignee_id", "uuid"),
    _plain("created_at", _AT),
    _plain("created_by", "uuid"),
    _plain("updated_at", _AT),
    _plain("updated_by", "uuid"),
    _plain("completed_at", _AT),
    _plain("deleted_at", _AT),
    _plain("revision", "bigint"),
    _plain("task_list_id", "uuid"),
)

COLUMNS: Final = tuple(column for field in FIELDS for column, _ in field.columns)
TYPES: Final = dict(column for field in FIELDS for column in field.columns)
"""The PostgreSQL type of each column, as its values travel."""

SELECTED: Final = ", ".join(COLUMNS)
"""The columns as SQL lists them."""

_CASTS: Final = {column: field.cast for field in FIELDS for column, _ in field.columns if field.cast}
"""What travels as text, since an array of arrays can't hold rows of different lengths."""


def arrays(columns: Iterable[str]) -> str:
    """Placeholders for an array of each column, typed: how a set of tasks is handed to one statement."""
    return ", ".join(f"%b::{TYPES[column]}[]" for column in columns)


def value(table: str, column: str) -> str:
    """A column of the unnested arrays, as the table tasks takes it."""
    return f"{table}.{column}::{_CASTS[column]}" if column in _CASTS else f"{table}.{column}"


def row_of(task: Task) -> tuple[Any, ...]:
    """The values of COLUMNS; tags and reminders as text for their types."""
    row: list[Any] = []
    for given, (encode, width) in zip(_values_of(task), _ENCODERS, strict=True):
        if width > 1:
            row += _ABSENT[width] if given is None or encode is None else encode(given)
        else:
            row.append(given if encode is None else encode(given))
    return tuple(row)


def task_of(row: Row) -> Task:
    """The task in a row of COLUMNS."""
    values = list(_attributes_of(row))
    for index, first, end, decode in _DECODERS:
        if end == first + 1:
            values[index] = decode(row[first])
        elif row[first] is not None:
            values[index] = decode(*row[first:end])
    return Task(*values)


def image(task: Task) -> str:
    """A task as JSON that PostgreSQL reads as a row again: lists as lists, not as the text of one."""
    columns = dict(zip(COLUMNS, row_of(task), strict=True))
    columns |= {"tags": task.tags, "reminders": orjson.Fragment(_reminders_text(task.reminders))}
    return orjson.dumps(columns).decode()


# Looked up once: what each row needs is three calls in C, and one in Python for each field that is not plain.
_ENCODERS: Final = [(field.encode, len(field.columns)) for field in FIELDS]
_ABSENT: Final = {width: (None,) * width for _, width in _ENCODERS}
_values_of = attrgetter(*(field.name for field in FIELDS))
_FIRST: Final = {field.name: COLUMNS.index(field.columns[0][0]) for field in FIELDS}
_ATTRIBUTES: Final = [field.name for field in fields(Task)]
_attributes_of = itemgetter(*(_FIRST[name] for name in _ATTRIBUTES))
_DECODERS: Final = [
    (_ATTRIBUTES.index(field.name), _FIRST[field.name], _FIRST[field.name] + len(field.columns), field.decode)
    for field in FIELDS
    if field.decode is not None
]
