"""Todoist's CSV (its project templates): one record per task, section and comment, in order.

A subtask is a record with a larger INDENT; labels are `@words` in CONTENT; PRIORITY 1 is the highest. DATE is what a
person typed: an ISO date becomes the due date, anything else is appended to the notes. A section becomes a list.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Priority, TaskDraft
from services.chat_api.tasks.domain.tasks import MAX_NOTES
from services.chat_api.transfer.formats.csv import Row, records
from services.chat_api.transfer.formats.normalization import tags_from_labels
from services.chat_api.transfer.model import MAX_TASKS, FileTask, bad_file, line_location

_PRIORITIES = {"": Priority.NONE, "1": Priority.URGENT, "2": Priority.HIGH, "3": Priority.MEDIUM, "4": Priority.NONE}
_LABEL = re.compile(r"(?:^|(?<=\s))@([^\s@]+)")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2})(?::\d{2}(?:\.0+)?)?)?", re.ASCII)
_INDENT = re.compile(r"[1-9]\d?", re.ASCII)
_MINUTES = re.compile(r"\d{1,6}", re.ASCII)


def read(data: bytes) -> list[FileTask]:
    """The tasks of a file. Raises InvalidArgument with the line at fault."""
    return _Reader(records(data, required="CONTENT")).items


class _Reader:
    """Goes through the records: what one means depends on those before it."""

    def __init__(self, rows: Iterable[tuple[int, Row]]) -> None:
        self.items: list[FileTask] = []
        self._above: list[str] = []
        self._section = ""
        for number, row in rows:
            self._take(row, line_location(number))
            if len(self.items) > MAX_TASKS:
                break

    def _take(self, row: Row, location: str) -> None:
        match row.get("TYPE", "task").strip().lower():
            case "task":
                self._task(row, location)
            case "section":
                self._section, self._above = row["CONTENT"].strip(), []
            case "note" if self.items:
                self._note(row["CONTENT"], location)
            case "note" | "meta" | "":
                pass
            case kind:
                raise bad_file(
                    f"{location}.TYPE", f"{kind[:40]!r} is not a kind of line: it must be task, section or note."
                )

    def _task(self, row: Row, location: str) -> None:
        indent = row.get("INDENT", "").strip() or "1"
        if not _INDENT.fullmatch(indent) or int(indent) > len(self._above) + 1:
            raise bad_file(f"{location}.INDENT", f"{indent[:20]!r} is not a possible indent after the line before.")
        del self._above[int(indent) - 1 :]
        parent = self._above[-1] if self._above else ""
        self._above.append(location)
        self.items.append(
            FileTask(_draft(row, location), location, key=location, parent=parent, list_name=self._section)
        )

    def _note(self, text: str, location: str) -> None:
        item = self.items[-1]
        notes = "\n\n".join(filter(None, (item.draft.notes, text)))
        if len(notes) > MAX_NOTES:
            raise bad_file(f"{location}.CONTENT", f"The notes of a task have at most {MAX_NOTES:,} characters.")
        self.items[-1] = replace(item, draft=replace(item.draft, notes=notes))


def _draft(row: Row, location: str) -> TaskDraft:
    content = row["CONTENT"]
    priority = _PRIORITIES.get(row.get("PRIORITY", "").strip())
    if priority is None:
        raise bad_file(f"{location}.PRIORITY", "A priority must be 1 to 4.")
    due, typed, deadline = _due(row, location), row.get("DATE", "").strip(), row.get("DEADLINE", "").strip()
    dates = (f"Date: {typed}" if due is None and typed else "", f"Deadline: {deadline}" if deadline else "")
    notes = "\n\n".join(filter(None, (row.get("DESCRIPTION", ""), *dates)))
    title = " ".join(_LABEL.sub("", content).removeprefix("* ").split())
    tags = tags_from_labels(_LABEL.findall(content))
    return TaskDraft(title, notes, priority, tags, due=due, estimate=_estimate(row))


def _due(row: Row, location: str) -> LocalTime | None:
    match = _DATE.fullmatch(row.get("DATE", "").strip())
    if match is None:
        return None
    day, at = match.groups()
    try:
        clock = time.fromisoformat(at.zfill(5)) if at else None
        return LocalTime(date.fromisoformat(day), clock, row.get("TIMEZONE", "").strip() or None if clock else None)
    except ValueError:
        raise bad_file(f"{location}.DATE", "This is not a date of the calendar.") from None


def _estimate(row: Row) -> timedelta | None:
    amount = row.get("DURATION", "").strip()
    if not _MINUTES.fullmatch(amount) or row.get("DURATION_UNIT", "").strip() != "minute":
        return None
    return timedelta(minutes=int(amount))
