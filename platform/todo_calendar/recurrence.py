"""Recurrence rules (RFC 5545, section 3.3.10): which ones this product understands.

FREQ from DAILY to YEARLY: a task repeats by days, at its own time of day. A rule that is accepted here can be followed
from every start. This module says no more than that: the occurrences are computed by recurring_task alone.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from todo_calendar.errors import CalendarError
from todo_calendar.local_time import EARLIEST, LATEST

MAX_LENGTH: Final = 500
"""Characters of a rule, as in todo/task/v1/task.proto."""

_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNTIL: Final = re.compile(r"(\d{8})(?:T((?:[01]\d|2[0-3])\d{4})(Z?))?", re.ASCII)
_BYDAY: Final = re.compile(rf"([+-]?\d{{1,2}})?({'|'.join(_DAYS)})", re.ASCII)
_SIGNED: Final = re.compile(r"[+-]?\d{1,3}", re.ASCII)
_WEEKS_OF_A_YEAR: Final = 53
_WEEKS_OF_A_MONTH: Final = 5


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """A rule that is understood, in upper case.

    `pattern` is what remains of `text` without COUNT and UNTIL. `until` is a date, that whole day included; or what the
    local clock shows; or, with a zone, an instant in UTC.
    """

    text: str
    pattern: str
    count: int | None
    until: dt.date | dt.datetime | None


def parse(text: str) -> RecurrenceRule:
    """The rule of a RRULE value. Raises CalendarError, naming the part at fault."""
    parts = _parts(text)
    for name, value in parts.items():
        if not _VALID[name](value):
            raise _wrong(f"{f'{name}={value}'[:50]!r} is not valid")
    _check_together(parts)
    return RecurrenceRule(
        text=text.upper(),
        pattern=";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL")),
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
    )


def _parts(text: str) -> dict[str, str]:
    if len(text) > MAX_LENGTH:
        raise _wrong(f"it has more than {MAX_LENGTH} characters")
    if not text.isascii():  # before upper(), which makes plain letters of some others
        raise _wrong("it has characters that are not ASCII")
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or name not in _VALID:
            raise _wrong(f"{part[:40]!r} is not a part that is understood, such as FREQ=DAILY")
        if name in parts:
            raise _wrong(f"{name} occurs twice")
        parts[name] = value
    return parts


def _check_together(parts: Mapping[str, str]) -> None:
    if "FREQ" not in parts:
        raise _wrong(f"FREQ is missing: one of {', '.join(_FREQUENCIES)}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong("COUNT and UNTIL exclude each other")
    if "BYMONTHDAY" in parts and parts["FREQ"] == "WEEKLY":
        raise _wrong("BYMONTHDAY does not go with FREQ=WEEKLY")
    if "BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"}:
        raise _wrong("BYSETPOS needs another BY part")
    _check_ordinals(parts)


def _check_ordinals(parts: Mapping[str, str]) -> None:
    """The number of a day, as in 1MO, counts in the month, or in the year when no month is named."""
    highest = max(abs(_ordinal(day)) for day in parts.get("BYDAY", "MO").split(","))
    if highest and parts["FREQ"] not in ("MONTHLY", "YEARLY"):
        raise _wrong("a numbered BYDAY, such as 1MO, goes with FREQ=MONTHLY or YEARLY")
    if highest > _WEEKS_OF_A_MONTH and (parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts):
        raise _wrong(f"no month has a day of the week more than {_WEEKS_OF_A_MONTH} times")


def _ordinal(day: str) -> int:
    return int(day[:-2] or 0)


def _is_until(value: str) -> bool:
    try:
        return EARLIEST.year <= _until(value).year <= LATEST.year
    except ValueError:
        return False


def _until(value: str) -> dt.date | dt.datetime:
    """Raises ValueError."""
    found = _UNTIL.fullmatch(value)
    if found is None:
        raise ValueError(value)
    day, time, utc = found.groups()
    if time is None:
        return dt.date.fromisoformat(day)
    return dt.datetime.fromisoformat(f"{day}T{time}{utc}")


def _is_day(value: str) -> bool:
    found = _BYDAY.fullmatch(value)
    return found is not None and (found[1] is None or 1 <= abs(int(found[1])) <= _WEEKS_OF_A_YEAR)


def _number(low: int, high: int) -> Callable[[str], bool]:
    # Nine digits: Python takes its time for a number of thousands.
    return lambda value: value.isdecimal() and len(value) < 10 and low <= int(value) <= high


def _signed(limit: int) -> Callable[[str], bool]:
    return lambda value: _SIGNED.fullmatch(value) is not None and 1 <= abs(int(value)) <= limit


def _list_of(valid: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda value: all(map(valid, value.split(",")))


_VALID: Final[Mapping[str, Callable[[str], bool]]] = {
    "FREQ": _FREQUENCIES.__contains__,
    "INTERVAL": _number(1, 1_000),
    "COUNT": _number(1, 10_000),
    "UNTIL": _is_until,
    "BYDAY": _list_of(_is_day),
    "BYMONTHDAY": _list_of(_signed(31)),
    "BYMONTH": _list_of(_number(1, 12)),
    "BYSETPOS": _list_of(_signed(366)),
    "WKST": _DAYS.__contains__,
}


def _wrong(what: str) -> CalendarError:
    return CalendarError(f"The recurrence rule: {what}.")
