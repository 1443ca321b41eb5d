"""The content lines of an iCalendar file (RFC 5545, 3.1) that an import supports.

The library that parses a file needs up to 100 µs and 1 kB for every property, parameter and part of a list, and it
caches the time zones that a file defines for all later files, whoever owns them. So it is given only what is
supported, at most `MAX_PARTS` of that, and each VTIMEZONE renamed to `ZONE`, which it ignores.
"""

import re
from collections.abc import Iterator

from services.chat_api.transfer.model import MAX_TASKS, bad_file

ZONE = "X-ZONE"
MAX_PARTS = 30 * MAX_TASKS
_MAX_LINE = 100_000
"""In characters: notes of the maximum length fit even when each of their characters is escaped."""

_PARENTS = {
    "VCALENDAR": None,
    "VTODO": "VCALENDAR",
    "VALARM": "VTODO",
    "VTIMEZONE": "VCALENDAR",
    "STANDARD": "VTIMEZONE",
    "DAYLIGHT": "VTIMEZONE",
}
_CHANGE = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RDATE", "RRULE"})
_SUPPORTED = {
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
"""Properties with a single value: commas and semicolons separate nothing in them."""

_FOLD = re.compile("\r?\n[ \t]")
_NAME = re.compile(r"([A-Za-z0-9-]+)[:;]")
_YEARLY = re.compile(
    r"RRULE:(?:(?:FREQ=YEARLY|(?:BYMONTH|BYDAY|BYMONTHDAY|BYSETPOS|INTERVAL|COUNT|WKST|UNTIL)=[^;=]{1,40})(?:;|$))+",
    re.IGNORECASE,
)
"""Rules that may define when a zone changes; others could ask for every second of centuries."""


def supported_lines(text: str) -> str:
    """The lines that an import supports. Raises InvalidArgument for a file that is truncated or too large to parse."""
    scanner = _Scanner()
    unfolded = _FOLD.sub("", text).split("\n")
    supported = "\r\n".join(kept for line in unfolded for kept in scanner.scan(line.rstrip("\r")))
    scanner.require_complete()
    return f"{supported}\r\n"


class _Scanner:
    """Goes through the lines and tracks the component that each one is in."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []
        self._calendars = 0
        self._todos = 0
        self._parts = 0

    def scan(self, line: str) -> Iterator[str]:
        """The line, if an import supports it."""
        if not line.strip():
            return
        name_match = _NAME.match(line)
        if name_match is None:
            raise bad_file(self._location(), f"This is not a line of an iCalendar file: {line[:60]!r}.")
        match name_match[1].upper():
            case "BEGIN":
                yield from self._begin(line[6:].strip().upper())
            case "END":
                yield from self._end(line[4:].strip().upper())
            case name:
                yield from self._property(name, line)

    def require_complete(self) -> None:
        """Refuses a file that was truncated or is not a calendar."""
        if self._open or not self._calendars:
            raise bad_file("calendar", "This is not an iCalendar file, or it is not complete.")

    def _location(self) -> str:
        return f"todos[{self._todos - 1}]" if self._todos else "calendar"

    def _begin(self, name: str) -> Iterator[str]:
        parent, parent_is_supported = self._open[-1] if self._open else (None, True)
        is_supported = parent_is_supported and name in _PARENTS and _PARENTS[name] == parent
        self._open.append((name, is_supported))
        if not is_supported:
            return
        self._calendars += name == "VCALENDAR"
        self._todos += name == "VTODO"
        if self._todos > MAX_TASKS:
            raise bad_file(self._location(), f"A file has at most {MAX_TASKS:,} tasks: split it.")
        self._count(1)
        yield f"BEGIN:{_parsed_as(name)}"

    def _end(self, name: str) -> Iterator[str]:
        opened, is_supported = self._open.pop() if self._open else ("", False)
        if name != opened:
            raise bad_file("calendar", "This is not an iCalendar file, or it is not complete.")
        if is_supported:
            yield f"END:{_parsed_as(name)}"

    def _property(self, name: str, line: str) -> Iterator[str]:
        component, is_supported = self._open[-1] if self._open else ("", False)
        if not is_supported or name not in _SUPPORTED[component]:
            return
        if len(line) > _MAX_LINE:
            raise bad_file(f"{self._location()}.{name.lower()}", f"A property has at most {_MAX_LINE:,} characters.")
        if component in ("STANDARD", "DAYLIGHT") and name == "RRULE" and not _YEARLY.fullmatch(line):
            return
        listed = line.partition(":")[0] if name in _TEXTS else line
        self._count(1 + listed.count(",") + listed.count(";"))
        yield line

    def _count(self, parts: int) -> None:
        self._parts += parts
        if self._parts > MAX_PARTS:
            text = f"A file has at most {MAX_PARTS:,} properties, parameters and parts of lists: split it."
            raise bad_file(self._location(), text)


def _parsed_as(component: str) -> str:
    return ZONE if component == "VTIMEZONE" else component
