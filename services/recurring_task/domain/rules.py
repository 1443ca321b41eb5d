"""Recurrence rules (RFC 5545, section 3.3.10): what is understood, and which local times they name.

FREQ from DAILY to YEARLY. Promises: a rule that is refused is refused with the name of the part at fault, and looking
for an occurrence ends soon, also where none comes (every 30 February).
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from todo_runtime.errors import InvalidArgument

from services.recurring_task.domain.local_time import LATEST, Local

MAX_STEPS: Final = 100_000
"""Occurrences of a rule that are looked at."""

_DAYS: Final = "MO|TU|WE|TH|FR|SA|SU"
_FREQUENCIES: Final = "DAILY|WEEKLY|MONTHLY|YEARLY"
_PARTS: Final[Mapping[str, str]] = {
    "FREQ": _FREQUENCIES,
    "INTERVAL": r"0*([1-9]\d{0,2}|1000)",
    "COUNT": r"0*([1-9]\d{0,3}|10000)",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": rf"([+-]?0?([1-9]|[1-4]\d|5[0-3]))?({_DAYS})",
    "BYMONTHDAY": r"[+-]?0{0,2}([1-9]|[12]\d|3[01])",
    "BYMONTH": r"0*([1-9]|1[0-2])",
    "BYSETPOS": r"[+-]?0{0,2}([1-9]\d?|[12]\d\d|3[0-5]\d|36[0-6])",
    "WKST": _DAYS,
}
_LISTS: Final = frozenset(("BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"))
_CYCLE: Final = 400
"""Years after which the calendar repeats, days of the week included."""

_LAST_START: Final = dt.MAXYEAR - 100
"""A search that begins here ends after a hundred years."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule. `pattern` is what remains without COUNT and UNTIL."""

    pattern: str
    count: int | None
    until: str

    def occurrences(self, start: Local, after: dt.datetime, zone: str) -> Iterator[dt.datetime]:
        """What the clock shows at the occurrences of the series that begins with `start`, in order.

        Nothing is found that lies more than 100 to 500 years behind `after`. dateutil looks for occurrences up to the
        last year of the calendar, which takes seconds where there are none: it is made to look at the same years of
        the last cycle. `zone` is for a UNTIL in UTC where the start is a whole day.
        """
        years = (_LAST_START - min(after.year, _LAST_START)) // _CYCLE * _CYCLE
        last = self._last(start, zone)
        steps = iter(rrulestr(self.pattern, dtstart=_moved(start.clock, years)))
        found = (_moved(clock, -years) for clock in islice(steps, min(self.count or MAX_STEPS, MAX_STEPS)))
        return takewhile(lambda clock: clock <= last, found)

    def _last(self, start: Local, zone: str) -> dt.datetime:
        """The clock time until which the rule holds, itself included; a UNTIL without a time means all of that day."""
        end_of_day = dt.time(23, 59, 59)
        if not self.until:
            return dt.datetime.combine(LATEST, end_of_day)
        if "T" not in self.until:
            return dt.datetime.combine(_moment(self.until, "%Y%m%d").date(), end_of_day)
        until = _moment(self.until.rstrip("Z"), "%Y%m%dT%H%M%S")
        if self.until.endswith("Z"):
            until = until.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(start.zone or zone)).replace(tzinfo=None)
        return until


def read(text: str) -> Rule:
    """The rule of a RRULE value. Raises InvalidArgument, naming the part at fault."""
    parts = _parts(text.strip().upper())
    for name, value in parts.items():
        _check(name, value)
    _check_together(parts)
    bounds = {"COUNT", "UNTIL"}
    return Rule(
        pattern=";".join(f"{name}={value}" for name, value in parts.items() if name not in bounds),
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=parts.get("UNTIL", ""),
    )


def without_count(rule: Rule) -> Rule:
    """The same rule without an end by number."""
    return replace(rule, count=None)


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals or name not in _PARTS:
            raise _wrong(f"{part[:40]!r} is no part that is understood, such as FREQ=DAILY")
        if name in parts:
            raise _wrong(f"{name} occurs twice")
        parts[name] = value
    return parts


def _check(name: str, value: str) -> None:
    values = value.split(",") if name in _LISTS else [value]
    if not all(re.fullmatch(_PARTS[name], one, re.ASCII) for one in values):
        raise _wrong(f"{name}={value[:40]} is not valid")
    if name == "UNTIL":
        _check_until(value)


def _check_until(value: str) -> None:
    try:
        day = _moment(value.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d").date()
    except ValueError:
        raise _wrong(f"UNTIL={value} is no moment of the calendar") from None
    if not 1900 <= day.year <= LATEST.year:
        raise _wrong(f"UNTIL={value} lies outside of the years 1900 to {LATEST.year}")


def _check_together(parts: Mapping[str, str]) -> None:
    if "FREQ" not in parts:
        raise _wrong(f"FREQ is missing: one of {_FREQUENCIES.replace('|', ', ')}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong("COUNT and UNTIL exclude each other")
    numbered = any(len(day) > 2 for day in parts.get("BYDAY", "").split(","))
    if numbered and parts["FREQ"] not in ("MONTHLY", "YEARLY"):
        raise _wrong("a numbered BYDAY, such as 1MO, goes with FREQ=MONTHLY or YEARLY")
    if "BYMONTHDAY" in parts and parts["FREQ"] == "WEEKLY":
        raise _wrong("BYMONTHDAY does not go with FREQ=WEEKLY")
    if "BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"}:
        raise _wrong("BYSETPOS needs another BY part")


def _moved(clock: dt.datetime, years: int) -> dt.datetime:
    return clock.replace(year=clock.year + years)


def _moment(text: str, form: str) -> dt.datetime:
    return dt.datetime.strptime(text, form)  # noqa: DTZ007 - what a local clock shows


def _wrong(what: str) -> InvalidArgument:
    return InvalidArgument.at("rule", f"The recurrence rule: {what}.")
