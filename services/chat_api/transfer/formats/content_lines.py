"""The content lines of an iCalendar file (RFC 5545, 3.1), and of them those that an import takes.

The library that parses a file needs up to 100 µs and 1 kB for every property, parameter and part of a list, and it
remembers the time zones of a file for all files after it, whoever's they are. So it gets only what is taken, at most
`MAX_PARTS` of it, and each VTIMEZONE under the name `ZONE`, which it makes nothing of.
"""

import re
from collections.abc import Iterator

from services.chat_api.transfer.model import MAX_TASKS, wrong

ZONE = "X-ZONE"
MAX_PARTS = 30 * MAX_TASKS
_MAX_LINE = 100_000
"""Characters: more than notes of full length have when each of theirs is escaped."""

_INSIDE = {
    "VCALENDAR": None,
    "VTODO": "VCALENDAR",
    "VALARM": "VTODO",
    "VTIMEZONE": "VCALENDAR",
    "STANDARD": "VTIMEZONE",
    "DAYLIGHT": "VTIMEZONE",
}
_CHANGE = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RDATE", "RRULE"})
_TAKEN = {
    "VCALENDAR": frozenset({"NAME", "X-WR-CALNAME"}),
    "VTODO": frozenset(
        {"UID", "RECURRENCE-ID", "RELATED-TO", "SUMMARY", "DESCRIPTION", "CATEGORIES", "PRIORITY", "STATUS"}
        | {"PERCENT-COMPLETE", "COMPLETED", "DTSTART", "DUE", "DURATION", "RRULE"}
        | {"X-TODO-LIST", "X-TODO-POSITION", "X-TODO-ESTIMATE", "X-TODO-BASIS"}
    ),
    "VALARM": frozenset({"TRIGGER"}),
    "VTIMEZONE": frozenset({"TZID"}),
    "STANDARD": _CHANGE,
    "DAYLIGHT": _CHANGE,
}
_TEXTS = frozenset({"NAME", "X-WR-CALNAME", "SUMMARY", "DESCRIPTION", "UID", "RELATED-TO", "X-TODO-LIST"})
"""What is one value, whatever commas and semicolons are in it."""

_FOLD = re.compile("\r?\n[ \t]")
_NAME = re.compile(r"([A-Za-z0-9-]+)[:;]")
_YEARLY = re.compile(
    r"RRULE:(?:(?:FREQ=YEARLY|(?:BYMONTH|BYDAY|BYMONTHDAY|BYSETPOS|INTERVAL|COUNT|WKST|UNTIL)=[^;=]{1,40})(?:;|$))+",
    re.IGNORECASE,
)
"""The only rules that zones change by; the seconds of centuries could be asked for."""


def taken(text: str) -> str:
    """The lines that an import takes. Raises InvalidArgument for a file that is not whole, or too large to parse."""
    scanner = _Scanner()
    lines = (kept for line in _FOLD.sub("", text).split("\n") for kept in scanner.take(line.rstrip("\r")))
    found = "\r\n".join(lines)
    scanner.require_whole()
    return f"{found}\r\n"


class _Scanner:
    """Goes through the lines, and knows which component each one is in."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []
        self._calendars = 0
        self._todos = 0
        self._parts = 0

    def take(self, line: str) -> Iterator[str]:
        """The line, if an import takes it."""
        if not line.strip():
            return
        found = _NAME.match(line)
        if found is None:
            raise wrong(self._place(), f"This is no line of an iCalendar file: {line[:60]!r}.")
        match found[1].upper():
            case "BEGIN":
                yield from self._begin(line[6:].strip().upper())
            case "END":
                yield from self._end(line[4:].strip().upper())
            case name:
                yield from self._property(name, line)

    def require_whole(self) -> None:
        """Refuses a file that was cut off, or is none."""
        if self._open or not self._calendars:
            raise wrong("calendar", "This is no iCalendar file, or it is not whole.")

    def _place(self) -> str:
        return f"todos[{self._todos - 1}]" if self._todos else "calendar"

    def _begin(self, name: str) -> Iterator[str]:
        inside, wanted = self._open[-1] if self._open else (None, True)
        is_taken = wanted and name in _INSIDE and _INSIDE[name] == inside
        self._open.append((name, is_taken))
        if not is_taken:
            return
        self._calendars += name == "VCALENDAR"
        self._todos += name == "VTODO"
        if self._todos > MAX_TASKS:
            raise wrong(self._place(), f"A file has at most {MAX_TASKS:,} tasks: split it.")
        self._count(1)
        yield f"BEGIN:{_parsed_as(name)}"

    def _end(self, name: str) -> Iterator[str]:
        begun, is_taken = self._open.pop() if self._open else ("", False)
        if name != begun:
            raise wrong("calendar", "This is no iCalendar file, or it is not whole.")
        if is_taken:
            yield f"END:{_parsed_as(name)}"

    def _property(self, name: str, line: str) -> Iterator[str]:
        component, is_taken = self._open[-1] if self._open else ("", False)
        if not is_taken or name not in _TAKEN[component]:
            return
        if len(line) > _MAX_LINE:
            raise wrong(f"{self._place()}.{name.lower()}", f"A property has at most {_MAX_LINE:,} characters.")
        if component in ("STANDARD", "DAYLIGHT") and name == "RRULE" and not _YEARLY.fullmatch(line):
            return
        listed = line.partition(":")[0] if name in _TEXTS else line
        self._count(1 + listed.count(",") + listed.count(";"))
        yield line

    def _count(self, parts: int) -> None:
        self._parts += parts
        if self._parts > MAX_PARTS:
            text = f"A file has at most {MAX_PARTS:,} properties, parameters and parts of lists: split it."
            raise wrong(self._place(), text)


def _parsed_as(component: str) -> str:
    return ZONE if component == "VTIMEZONE" else component
