"""Todoist's CSV (its project templates): a line for each task, section and comment, in order.

A subtask is a line with a larger INDENT; labels are `@words` in CONTENT; PRIORITY 1 is the highest. DATE is what a
person typed: an ISO date is taken, anything else goes to the end of the notes. A section becomes a list.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Priority, TaskDraft
from services.chat_api.tasks.domain.tasks import MAX_NOTES
from services.chat_api.transfer.formats.csv import Row, records
from services.chat_api.transfer.formats.normalization import tags_of
from services.chat_api.transfer.model import MAX_TASKS, Entry, line, wrong

_PRIORITIES = {"": Priority.NONE, "1": Priority.URGENT, "2": Priority.HIGH, "3": Priority.MEDIUM, "4": Priority.NONE}
_LABEL = re.compile(r"(?:^|(?<=\s))@([^\s@]+)")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2})(?::\d{2}(?:\.0+)?)?)?", re.ASCII)
_INDENT = re.compile(r"[1-9]\d?", re.ASCII)
_MINUTES = re.compile(r"\d{1,6}", re.ASCII)


def read(data: bytes) -> list[Entry]:
    """The tasks of a file. Raises InvalidArgument with the line at fault."""
    return _Reader(records(data, required="CONTENT")).entries


class _Reader:
    """Goes through the lines: what a line means depends on those before it."""

    def __init__(self, rows: Iterable[tuple[int, Row]]) -> None:
        self.entries: list[Entry] = []
        self._above: list[str] = []
        self._section = ""
        for number, row in rows:
            self._take(row, line(number))
            if len(self.entries) > MAX_TASKS:
                break

    def _take(self, row: Row, place: str) -> None:
        match row.get("TYPE", "task").strip().lower():
            case "task":
                self._task(row, place)
            case "section":
                self._section, self._above = row["CONTENT"].strip(), []
            case "note" if self.entries:
                self._note(row["CONTENT"], place)
            case "note" | "meta" | "":
                pass
            case kind:
                raise wrong(f"{place}.TYPE", f"{kind[:40]!r} is no kind of line: task, section or note.")

    def _task(self, row: Row, place: str) -> None:
        indent = row.get("INDENT", "").strip() or "1"
        if not _INDENT.fullmatch(indent) or int(indent) > len(self._above) + 1:
            raise wrong(f"{place}.INDENT", f"{indent[:20]!r} is no indent below the line before.")
        del self._above[int(indent) - 1 :]
        parent = self._above[-1] if self._above else ""
        self._above.append(place)
        self.entries.append(Entry(_draft(row, place), place, key=place, parent=parent, list_name=self._section))

    def _note(self, text: str, place: str) -> None:
        entry = self.entries[-1]
        notes = "\n\n".join(filter(None, (entry.draft.notes, text)))
        if len(notes) > MAX_NOTES:
            raise wrong(f"{place}.CONTENT", f"The notes of a task have at most {MAX_NOTES:,} characters.")
        self.entries[-1] = replace(entry, draft=replace(entry.draft, notes=notes))


def _draft(row: Row, place: str) -> TaskDraft:
    content = row["CONTENT"]
    priority = _PRIORITIES.get(row.get("PRIORITY", "").strip())
    if priority is None:
        raise wrong(f"{place}.PRIORITY", "A priority is 1 to 4.")
    due, asked, deadline = _due(row, place), row.get("DATE", "").strip(), row.get("DEADLINE", "").strip()
    said = (row.get("DESCRIPTION", ""), f"Date: {asked}" if due is None and asked else "")
    notes = "\n\n".join(filter(None, (*said, f"Deadline: {deadline}" if deadline else "")))
    title = " ".join(_LABEL.sub("", content).removeprefix("* ").split())
    tags = tags_of(_LABEL.findall(content))
    return TaskDraft(title, notes, priority, tags, due=due, estimate=_estimate(row))


def _due(row: Row, place: str) -> LocalTime | None:
    found = _DATE.fullmatch(row.get("DATE", "").strip())
    if found is None:
        return None
    day, at = found.groups()
    try:
        clock = time.fromisoformat(at.zfill(5)) if at else None
        return LocalTime(date.fromisoformat(day), clock, row.get("TIMEZONE", "").strip() or None if clock else None)
    except ValueError:
        raise wrong(f"{place}.DATE", "This is no date of the calendar.") from None


def _estimate(row: Row) -> timedelta | None:
    amount = row.get("DURATION", "").strip()
    if not _MINUTES.fullmatch(amount) or row.get("DURATION_UNIT", "").strip() != "minute":
        return None
    return timedelta(minutes=int(amount))
