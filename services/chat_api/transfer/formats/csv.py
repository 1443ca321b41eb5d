"""The product's own CSV (RFC 4180): a header, then one record per task; docs/import-export.md lists the columns.

Reading also accepts semicolons and tabs as delimiters, as spreadsheets write them.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.fields import PLAIN_IN_DRAFTS
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, TaskDraft
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.transfer.formats.formula_escaping import escaped, unescaped
from services.chat_api.transfer.model import FileTask, bad_file, bounded, decoded, is_own_key, line_location

COLUMNS = (
    "id",
    *PLAIN_IN_DRAFTS,
    "status",
    "priority",
    "tags",
    "list",
    "parent",
    "due_date",
    "due_time",
    "due_zone",
    "start_date",
    "start_time",
    "start_zone",
    "reminders",
    "recurrence",
    "recurrence_basis",
    "estimate_seconds",
    "complete_time",
    "position",
)
_DELIMITERS = (",", ";", "\t")
_REMINDER = re.compile(r"before:(\d{1,9})|at:(\S{1,40})", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
T = TypeVar("T")
Row = dict[str, str]


def header() -> bytes:
    """The header line."""
    return _lines([COLUMNS])


def write(items: Sequence[FileTask]) -> bytes:
    """The records of some tasks."""
    return _lines([[escaped(cell) for cell in _cells(item)] for item in items])


def read(data: bytes) -> list[FileTask]:
    """The tasks of a file. Columns may be missing and in any order. Raises InvalidArgument with the line."""
    rows = records(data, required="title", known=frozenset(COLUMNS))
    return bounded(
        _file_task({name: unescaped(cell) for name, cell in row.items()}, line_location(number)) for number, row in rows
    )


def records(data: bytes, required: str, known: frozenset[str] | None = None) -> Iterator[tuple[int, Row]]:
    """The records of a CSV file by column, each with the number of its last line; blank ones are skipped."""
    text = decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text, required))
    try:
        names = next(reader, [])
        _check_header(names, required, known)
        for cells in reader:
            if len(cells) > len(names):
                raise bad_file(
                    line_location(reader.line_num), f"There are {len(cells)} cells under {len(names)} columns."
                )
            if any(cells):
                yield reader.line_num, dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True))
    except csv.Error as error:
        raise bad_file(line_location(reader.line_num), f"This is not CSV: {error}.") from None


def _delimiter(text: str, required: str) -> str:
    """The delimiter: many spreadsheets write semicolons, some tabs. The required column gives it away."""
    return next((mark for mark in _DELIMITERS if required in _unquoted(text.partition("\n")[0]).split(mark)), ",")


def _unquoted(header: str) -> str:
    return header.replace('"', "").rstrip("\r")


def _check_header(names: list[str], required: str, known: frozenset[str] | None) -> None:
    if required not in names:
        raise bad_file(line_location(1), f"The first line must name the columns, and one of them must be {required}.")
    if len(set(names)) != len(names):
        raise bad_file(line_location(1), "A column occurs twice.")
    unknown = set(names) - known if known else set()
    if unknown:
        raise bad_file(line_location(1), f"The column {min(unknown)[:40]!r} is unknown.")


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _cells(item: FileTask) -> tuple[str, ...]:
    draft = item.draft
    return (
        item.key,
        *(getattr(draft, name) for name in PLAIN_IN_DRAFTS),
        item.status.value,
        draft.priority.name.lower(),
        " ".join(draft.tags),
        item.list_name,
        item.parent,
        *_time_cells(draft.due),
        *_time_cells(draft.start),
        " ".join(map(_reminder_cell, draft.reminders)),
        draft.rule or "",
        draft.basis.value if draft.rule else "",
        "" if draft.estimate is None else str(int(draft.estimate.total_seconds())),
        item.completed_at.isoformat() if item.completed_at else "",
        item.position,
    )


def _time_cells(value: LocalTime | None) -> tuple[str, str, str]:
    if value is None:
        return "", "", ""
    return value.date.isoformat(), value.time.isoformat() if value.time else "", value.zone or ""


def _reminder_cell(reminder: Reminder) -> str:
    if reminder.at is not None:
        return f"at:{reminder.at.isoformat()}"
    return f"before:{int((reminder.before or timedelta()).total_seconds())}"


def _file_task(row: Row, location: str) -> FileTask:
    def cell(name: str, parse: Callable[[str], T], fallback: T) -> T:
        text = row.get(name, "")
        try:
            return parse(text) if text else fallback
        except (ValueError, KeyError, OverflowError):
            raise bad_file(f"{location}.{name}", f"{text[:60]!r} can't be read as {name}.") from None

    key = row.get("id", "")
    plain: dict[str, Any] = {name: row.get(name, "") for name in PLAIN_IN_DRAFTS}
    draft = TaskDraft(
        priority=cell("priority", lambda text: Priority[text.upper()], Priority.NONE),
        tags=tuple(row.get("tags", "").split()),
        due=_local_time(cell, "due"),
        start=_local_time(cell, "start"),
        reminders=cell("reminders", _reminders, ()),
        rule=row.get("recurrence") or None,
        basis=cell("recurrence_basis", Basis, Basis.DUE),
        estimate=cell("estimate_seconds", _estimate, None),
        **plain,
    )
    status = cell("status", Status, Status.OPEN)
    done_at = cell("complete_time", instant, None)
    ours = is_own_key(key)
    listed, position = row.get("list", ""), row.get("position", "")
    return FileTask(draft, location, status, done_at, key, row.get("parent", ""), listed, position, ours)


def _local_time(cell: Callable[..., object], name: str) -> LocalTime | None:
    day = cell(f"{name}_date", date.fromisoformat, None)
    at, zone = cell(f"{name}_time", _time, None), cell(f"{name}_zone", str, None)
    if not isinstance(day, date):
        return None
    return LocalTime(day, at if isinstance(at, time) else None, zone if isinstance(zone, str) else None)


def _time(text: str) -> time:
    at = time.fromisoformat(text)
    if at.tzinfo is not None or at.microsecond:
        raise ValueError(text)
    return at


def instant(text: str) -> datetime:
    """The instant of a timestamp in RFC 3339, in UTC. Raises ValueError, also for one without an offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _estimate(text: str) -> timedelta:
    if not _SECONDS.fullmatch(text):
        raise ValueError(text)
    return timedelta(seconds=int(text))


def _reminders(text: str) -> tuple[Reminder, ...]:
    return tuple(map(_reminder, text.split()))


def _reminder(text: str) -> Reminder:
    match = _REMINDER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    before, at = match.groups()
    return Reminder(UNKNOWN, at=instant(at)) if at else Reminder(UNKNOWN, before=timedelta(seconds=int(before)))
