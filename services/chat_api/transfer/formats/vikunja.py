"""Vikunja's export: a ZIP with `data.json`, or that file alone: projects with their tasks.

A project becomes a list, labels become tags, a description loses its HTML, and comments are appended to the notes. What
repeats more often than daily does not repeat here. Timestamps are kept in UTC: the file has no time zones.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.lists import MAX_NAME
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, TaskDraft
from services.chat_api.tasks.domain.reminders import MAX_BEFORE, UNKNOWN
from services.chat_api.transfer.formats.csv import instant
from services.chat_api.transfer.formats.normalization import tags_from_labels, text_from_html
from services.chat_api.transfer.model import MAX_BYTES, MAX_TASKS, FileTask, bad_file, decoded

DATA = "data.json"
_PRIORITIES = (Priority.NONE, Priority.LOW, Priority.MEDIUM, Priority.HIGH, Priority.URGENT, Priority.URGENT)
_MONTHLY, _FROM_COMPLETION = 1, 2
_MAX_VALUES = 3_000_000
"""Objects, lists and their elements in a file, about 100 bytes each in memory: ten times what real files have."""

_BAD_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
Json = dict[str, Any]
T = TypeVar("T")


def read(data: bytes) -> list[FileTask]:
    """The tasks of a file. Raises InvalidArgument with the location, e.g. `projects[0].tasks[3].title`."""
    projects = _parsed(_unpacked(data) if data.startswith(b"PK\x03\x04") else data)
    items = (item for number, project in enumerate(projects) for item in _tasks(project, f"projects[{number}]"))
    return _with_parents(list(islice(items, MAX_TASKS + 1)))


def _unpacked(data: bytes) -> bytes:
    """The file with the tasks. What is read is bounded, whatever size the archive claims."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(DATA) as file:
            found = file.read(MAX_BYTES + 1)
    except KeyError:
        raise bad_file(DATA, "The archive has no such file: it is not an export of Vikunja.") from None
    except _BAD_ZIP:
        raise bad_file(DATA, "The archive can't be read.") from None
    if len(found) > MAX_BYTES:
        raise bad_file(DATA, f"The file has more than {MAX_BYTES // 1024**2} MiB when it is unpacked.")
    return found


def _parsed(data: bytes) -> list[Any]:
    if sum(map(data.count, (b"{", b"[", b","))) > _MAX_VALUES:
        raise bad_file(DATA, f"The file has more than {_MAX_VALUES:,} values: split it.")
    try:
        found = json.loads(decoded(data))
    except json.JSONDecodeError as error:
        raise bad_file(f"lines[{error.lineno}]", f"This is not JSON: {error.msg}.") from None
    except (RecursionError, ValueError):
        raise bad_file(DATA, "This is not JSON that can be read.") from None
    if not isinstance(found, list):
        raise bad_file(DATA, "A list of projects was expected.")
    return found


def _tasks(project: Any, location: str) -> Iterator[tuple[FileTask, Json]]:
    if not isinstance(project, dict):
        raise bad_file(location, "A project was expected.")
    name = _value(project, "title", str, location).strip()[:MAX_NAME].strip()
    for number, task in enumerate(_value(project, "tasks", list, location)):
        at = f"{location}.tasks[{number}]"
        if not isinstance(task, dict):
            raise bad_file(at, "A task was expected.")
        yield _file_task(task, name, at), task


def _file_task(task: Json, list_name: str, location: str) -> FileTask:
    due = _local(task, "due_date", location)
    rule, basis = _recurrence(task, due, location)
    draft = TaskDraft(
        title=_value(task, "title", str, location),
        notes=_notes(task, location),
        # Its API takes any number, its pages know 0 to 5.
        priority=_PRIORITIES[min(max(_value(task, "priority", int, location), 0), len(_PRIORITIES) - 1)],
        tags=tags_from_labels(
            _value(label, "title", str, f"{location}.labels") for label in _objects(task, "labels", location)
        ),
        due=due,
        start=_local(task, "start_date", location),
        reminders=tuple(_reminders(task, location)),
        rule=rule,
        basis=basis,
    )
    done = _value(task, "done", bool, location)
    key = str(_value(task, "id", int, location) or location)
    status = Status.COMPLETED if done else Status.OPEN
    return FileTask(draft, location, status, _instant(task, "done_at", location), key, list_name=list_name)


def _with_parents(items: list[tuple[FileTask, Json]]) -> list[FileTask]:
    """Vikunja records a subtask with the parent, with the child, or with both."""
    parents: dict[str, str] = {}
    for item, task in items:
        related = _value(task, "related_tasks", dict, item.location)
        for child in _objects(related, "subtask", item.location):
            parents.setdefault(str(child.get("id")), item.key)
        for parent in _objects(related, "parenttask", item.location):
            parents[item.key] = str(parent.get("id"))
    return [replace(item, parent=parents.get(item.key, "")) for item, _ in items]


def _notes(task: Json, location: str) -> str:
    comments = (
        _value(comment, "comment", str, f"{location}.comments") for comment in _objects(task, "comments", location)
    )
    return "\n\n".join(filter(None, map(text_from_html, (_value(task, "description", str, location), *comments))))


def _recurrence(task: Json, due: LocalTime | None, location: str) -> tuple[str | None, Basis]:
    mode, days = _value(task, "repeat_mode", int, location), _value(task, "repeat_after", int, location) // 86_400
    basis = Basis.COMPLETION if mode == _FROM_COMPLETION or due is None else Basis.DUE
    if mode == _MONTHLY:
        return "FREQ=MONTHLY", basis
    if not 0 < days < 1_000:
        return None, Basis.DUE
    return (f"FREQ=DAILY;INTERVAL={days}" if days % 7 else f"FREQ=WEEKLY;INTERVAL={days // 7}"), basis


def _reminders(task: Json, location: str) -> Iterator[Reminder]:
    for reminder in _objects(task, "reminders", location):
        seconds = _value(reminder, "relative_period", int, location)
        before = timedelta(seconds=-max(-MAX_BEFORE.total_seconds(), seconds))
        if _value(reminder, "relative_to", str, location) == "due_date" and before >= timedelta():
            yield Reminder(UNKNOWN, before=before)
        elif (at := _instant(reminder, "reminder", location)) is not None:
            yield Reminder(UNKNOWN, at=at)


def _local(task: Json, name: str, location: str) -> LocalTime | None:
    at = _instant(task, name, location)
    return None if at is None else LocalTime(at.date(), at.time().replace(microsecond=0), "UTC")


def _instant(values: Json, name: str, location: str) -> datetime | None:
    """An instant; Go's zero time means none."""
    text = _value(values, name, str, location)
    if not text or text.startswith("0001-"):
        return None
    try:
        return instant(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad_file(f"{location}.{name}", "This is not a timestamp of RFC 3339.") from None


def _objects(values: Json, name: str, location: str) -> list[Json]:
    objects = _value(values, name, list, location)
    if not all(isinstance(item, dict) for item in objects):
        raise bad_file(f"{location}.{name}", "Objects were expected.")
    return objects


def _value(values: Json, name: str, kind: type[T], location: str) -> T:
    """A value of a type; the type's empty value when it is missing or null."""
    value = values.get(name)
    if value is None:
        return kind()
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise bad_file(f"{location}.{name}", f"A value of the type {kind.__name__} was expected.")
    return value
