"""Vikunja's export: a ZIP with `data.json`, or that file alone: projects with their tasks.

A project becomes a list, labels become tags, a description loses its HTML, comments go to the end of the notes. What
repeats by less than a day does not repeat here. Moments are kept in UTC: the file knows no zones.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.lists import MAX_NAME
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, TaskDraft
from services.chat_api.tasks.reminders.rules import MAX_BEFORE, UNKNOWN
from services.chat_api.transfer.formats.csv import moment
from services.chat_api.transfer.formats.normalization import plain, tags_of
from services.chat_api.transfer.model import MAX_BYTES, MAX_TASKS, Entry, text_of, wrong

DATA = "data.json"
_PRIORITIES = (Priority.NONE, Priority.LOW, Priority.MEDIUM, Priority.HIGH, Priority.URGENT, Priority.URGENT)
_MONTHLY, _FROM_COMPLETION = 1, 2
_MAX_VALUES = 3_000_000
"""Objects, lists and their parts in a file, which are some 100 bytes each in memory: ten times what real ones have."""

_BAD_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
Json = dict[str, Any]
T = TypeVar("T")


def read(data: bytes) -> list[Entry]:
    """The tasks of a file. Raises InvalidArgument with the place, e.g. `projects[0].tasks[3].title`."""
    projects = _parsed(_unpacked(data) if data.startswith(b"PK\x03\x04") else data)
    entries = (entry for place, project in enumerate(projects) for entry in _tasks(project, f"projects[{place}]"))
    return _with_parents(list(islice(entries, MAX_TASKS + 1)))


def _unpacked(data: bytes) -> bytes:
    """The one file that counts. What is read is bounded, whatever the archive says of its size."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(DATA) as file:
            found = file.read(MAX_BYTES + 1)
    except KeyError:
        raise wrong(DATA, "The archive has no such file: it is no export of Vikunja.") from None
    except _BAD_ZIP:
        raise wrong(DATA, "The archive can't be read.") from None
    if len(found) > MAX_BYTES:
        raise wrong(DATA, f"The file has more than {MAX_BYTES // 1024**2} MiB when it is unpacked.")
    return found


def _parsed(data: bytes) -> list[Any]:
    if sum(map(data.count, (b"{", b"[", b","))) > _MAX_VALUES:
        raise wrong(DATA, f"The file has more than {_MAX_VALUES:,} values: split it.")
    try:
        found = json.loads(text_of(data))
    except json.JSONDecodeError as error:
        raise wrong(f"lines[{error.lineno}]", f"This is no JSON: {error.msg}.") from None
    except (RecursionError, ValueError):
        raise wrong(DATA, "This is no JSON that can be read.") from None
    if not isinstance(found, list):
        raise wrong(DATA, "A list of projects was expected.")
    return found


def _tasks(project: Any, place: str) -> Iterator[tuple[Entry, Json]]:
    if not isinstance(project, dict):
        raise wrong(place, "A project was expected.")
    name = _value(project, "title", str, place).strip()[:MAX_NAME].strip()
    for number, task in enumerate(_value(project, "tasks", list, place)):
        at = f"{place}.tasks[{number}]"
        if not isinstance(task, dict):
            raise wrong(at, "A task was expected.")
        yield _entry(task, name, at), task


def _entry(task: Json, list_name: str, place: str) -> Entry:
    due = _local(task, "due_date", place)
    rule, basis = _recurrence(task, due, place)
    draft = TaskDraft(
        title=_value(task, "title", str, place),
        notes=_notes(task, place),
        # Its API takes any number, its pages know 0 to 5.
        priority=_PRIORITIES[min(max(_value(task, "priority", int, place), 0), len(_PRIORITIES) - 1)],
        tags=tags_of(_value(label, "title", str, f"{place}.labels") for label in _objects(task, "labels", place)),
        due=due,
        start=_local(task, "start_date", place),
        reminders=tuple(_reminders(task, place)),
        rule=rule,
        basis=basis,
    )
    done = _value(task, "done", bool, place)
    key = str(_value(task, "id", int, place) or place)
    status = Status.COMPLETED if done else Status.OPEN
    return Entry(draft, place, status, _moment(task, "done_at", place), key, list_name=list_name)


def _with_parents(entries: list[tuple[Entry, Json]]) -> list[Entry]:
    """Vikunja tells of a subtask on both sides, or on one."""
    parents: dict[str, str] = {}
    for entry, task in entries:
        related = _value(task, "related_tasks", dict, entry.place)
        for child in _objects(related, "subtask", entry.place):
            parents.setdefault(str(child.get("id")), entry.key)
        for parent in _objects(related, "parenttask", entry.place):
            parents[entry.key] = str(parent.get("id"))
    return [_below(entry, parents.get(entry.key, "")) for entry, _ in entries]


def _below(entry: Entry, parent: str) -> Entry:
    return Entry(entry.draft, entry.place, entry.status, entry.completed_at, entry.key, parent, entry.list_name)


def _notes(task: Json, place: str) -> str:
    comments = (_value(one, "comment", str, f"{place}.comments") for one in _objects(task, "comments", place))
    return "\n\n".join(filter(None, map(plain, (_value(task, "description", str, place), *comments))))


def _recurrence(task: Json, due: LocalTime | None, place: str) -> tuple[str | None, Basis]:
    mode, days = _value(task, "repeat_mode", int, place), _value(task, "repeat_after", int, place) // 86_400
    basis = Basis.COMPLETION if mode == _FROM_COMPLETION or due is None else Basis.DUE
    if mode == _MONTHLY:
        return "FREQ=MONTHLY", basis
    if not 0 < days < 1_000:
        return None, Basis.DUE
    return (f"FREQ=DAILY;INTERVAL={days}" if days % 7 else f"FREQ=WEEKLY;INTERVAL={days // 7}"), basis


def _reminders(task: Json, place: str) -> Iterator[Reminder]:
    for one in _objects(task, "reminders", place):
        before = timedelta(seconds=-max(-MAX_BEFORE.total_seconds(), _value(one, "relative_period", int, place)))
        if _value(one, "relative_to", str, place) == "due_date" and before >= timedelta():
            yield Reminder(UNKNOWN, before=before)
        elif (at := _moment(one, "reminder", place)) is not None:
            yield Reminder(UNKNOWN, at=at)


def _local(task: Json, name: str, place: str) -> LocalTime | None:
    at = _moment(task, name, place)
    return None if at is None else LocalTime(at.date(), at.time().replace(microsecond=0), "UTC")


def _moment(values: Json, name: str, place: str) -> datetime | None:
    """A moment; Go's zero time is none."""
    text = _value(values, name, str, place)
    if not text or text.startswith("0001-"):
        return None
    try:
        return moment(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong(f"{place}.{name}", "This is no moment of RFC 3339.") from None


def _objects(values: Json, name: str, place: str) -> list[Json]:
    found = _value(values, name, list, place)
    if not all(isinstance(one, dict) for one in found):
        raise wrong(f"{place}.{name}", "Objects were expected.")
    return found


def _value(values: Json, name: str, kind: type[T], place: str) -> T:
    """A value of a kind; its empty value when it is missing or null."""
    found = values.get(name)
    if found is None:
        return kind()
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise wrong(f"{place}.{name}", f"A value of the kind {kind.__name__} was expected.")
    return found
