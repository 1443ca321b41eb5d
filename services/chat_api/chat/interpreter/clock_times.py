"""Times of day: "at 9", "9am", "17:30", "noon", "in the evening".

A bare hour from 1 to 6 means the afternoon ("at 5" is 17:00); from 7 on it is taken as written. After a part of
the day such as "tonight" or "in the evening", hours before 12 are those of the evening.
"""

import re
from dataclasses import dataclass
from datetime import time

from services.chat_api.chat.interpreter.numbers import parse_cardinal
from services.chat_api.chat.interpreter.words import Words

_CLOCK = re.compile(r"^(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))?(?P<half>am|pm|a\.m|p\.m)?$")
_HALVES = {"am": "am", "a.m": "am", "pm": "pm", "p.m": "pm"}
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_PREPOSITIONS = ("at", "@", "around", "by", "until", "till", "before", "from")
_AFTERNOON_HOURS = range(1, 7)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day as it was said. `open_half`: an hour below 12 without am or pm; `midnight`: the day's end."""

    at: time
    open_half: bool = False
    midnight: bool = False


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """Morning, afternoon, evening or night: the time that it stands for, and whether its hours are pm."""

    at: time
    pm: bool


PARTS = {
    "morning": PartOfDay(time(9), pm=False),
    "afternoon": PartOfDay(time(15), pm=True),
    "evening": PartOfDay(time(19), pm=True),
    "night": PartOfDay(time(21), pm=True),
}
TONIGHT = PartOfDay(time(20), pm=True)


def parse_clock_time(words: Words, at: int) -> tuple[ClockTime, int] | None:
    """A time of day at an index, and the index after it."""
    end = at
    while end < at + 2 and words.key(end) in _PREPOSITIONS:
        end += 1
    announced = end > at and words.key(end - 1) in ("at", "@", "around")
    return _parse_named(words, end) or _parse_clock(words, end, announced=announced)


def resolve_time_of_day(clock_time: ClockTime | None, part: PartOfDay | None) -> time | None:
    """The time of day that a clock time and a part of the day mean together."""
    if clock_time is None:
        return part.at if part else None
    if not clock_time.open_half:
        return clock_time.at
    evening = part.pm if part else clock_time.at.hour in _AFTERNOON_HOURS and clock_time.at.minute == 0
    return clock_time.at.replace(hour=clock_time.at.hour + 12) if evening and clock_time.at.hour < 12 else clock_time.at


def _parse_named(words: Words, at: int) -> tuple[ClockTime, int] | None:
    named = _NAMED.get(words.key(at))
    return None if named is None else (ClockTime(named, midnight=named == time(0)), at + 1)


def _parse_clock(words: Words, at: int, *, announced: bool) -> tuple[ClockTime, int] | None:
    match = _CLOCK.match(words.key(at))
    if match is None:
        return _parse_spelled(words, at) if announced else None
    half, end = _parse_half(match["half"], words, at + 1)
    if half is None and match["minute"] is None and not announced:
        return None
    end += 1 if words.key(end) in ("o'clock", "oclock") else 0
    clock_time = _build_clock_time(
        int(match["hour"]), int(match["minute"] or 0), half, padded=match["hour"].startswith("0")
    )
    return None if clock_time is None else (clock_time, end)


def _parse_half(attached: str | None, words: Words, end: int) -> tuple[str | None, int]:
    if attached:
        return _HALVES[attached], end
    half = _HALVES.get(words.key(end))
    return half, end + (half is not None)


def _parse_spelled(words: Words, at: int) -> tuple[ClockTime, int] | None:
    value = parse_cardinal(words.key(at))
    if value is None or not 1 <= value <= 12:
        return None
    half, end = _parse_half(None, words, at + 1)
    end += 1 if words.key(end) in ("o'clock", "oclock") else 0
    clock_time = _build_clock_time(value, 0, half, padded=False)
    return None if clock_time is None else (clock_time, end)


def _build_clock_time(hour_of_day: int, minute: int, half: str | None, *, padded: bool) -> ClockTime | None:
    if minute > 59 or hour_of_day > 23 or (half and not 1 <= hour_of_day <= 12):
        return None
    if half:
        return ClockTime(time(hour_of_day % 12 + (12 if half == "pm" else 0), minute))
    return ClockTime(time(hour_of_day, minute), open_half=0 < hour_of_day < 12 and not padded)
