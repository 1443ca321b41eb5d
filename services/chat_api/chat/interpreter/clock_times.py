"""Times of day: "at 9", "9am", "17:30", "noon", "in the evening".

A bare hour from 1 to 6 means the afternoon ("at 5" is 17:00); from 7 on it is taken as written. After a part of
the day such as "tonight" or "in the evening", hours before 12 are those of the evening.
"""

import re
from dataclasses import dataclass
from datetime import time

from services.chat_api.chat.interpreter.numbers import cardinal
from services.chat_api.chat.interpreter.words import Words

_CLOCK = re.compile(r"^(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))?(?P<half>am|pm|a\.m|p\.m)?$")
_HALVES = {"am": "am", "a.m": "am", "pm": "pm", "p.m": "pm"}
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_PREPOSITIONS = ("at", "@", "around", "by", "until", "till", "before", "from")
_AFTERNOON_HOURS = range(1, 7)


@dataclass(frozen=True, slots=True)
class Hour:
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


def hour(words: Words, at: int) -> tuple[Hour, int] | None:
    """A time of day at a place, and the place behind it."""
    behind = at
    while behind < at + 2 and words.key(behind) in _PREPOSITIONS:
        behind += 1
    announced = behind > at and words.key(behind - 1) in ("at", "@", "around")
    return _named(words, behind) or _clock(words, behind, announced=announced)


def settle(said: Hour | None, part: PartOfDay | None) -> time | None:
    """The time of day that a clock time and a part of the day mean together."""
    if said is None:
        return part.at if part else None
    if not said.open_half:
        return said.at
    evening = part.pm if part else said.at.hour in _AFTERNOON_HOURS and said.at.minute == 0
    return said.at.replace(hour=said.at.hour + 12) if evening and said.at.hour < 12 else said.at


def _named(words: Words, at: int) -> tuple[Hour, int] | None:
    named = _NAMED.get(words.key(at))
    return None if named is None else (Hour(named, midnight=named == time(0)), at + 1)


def _clock(words: Words, at: int, *, announced: bool) -> tuple[Hour, int] | None:
    match = _CLOCK.match(words.key(at))
    if match is None:
        return _spelled(words, at) if announced else None
    half, behind = _half(match["half"], words, at + 1)
    if half is None and match["minute"] is None and not announced:
        return None
    behind += 1 if words.key(behind) in ("o'clock", "oclock") else 0
    said = _build(int(match["hour"]), int(match["minute"] or 0), half, padded=match["hour"].startswith("0"))
    return None if said is None else (said, behind)


def _half(attached: str | None, words: Words, behind: int) -> tuple[str | None, int]:
    if attached:
        return _HALVES[attached], behind
    half = _HALVES.get(words.key(behind))
    return half, behind + (half is not None)


def _spelled(words: Words, at: int) -> tuple[Hour, int] | None:
    value = cardinal(words.key(at))
    if value is None or not 1 <= value <= 12:
        return None
    half, behind = _half(None, words, at + 1)
    behind += 1 if words.key(behind) in ("o'clock", "oclock") else 0
    said = _build(value, 0, half, padded=False)
    return None if said is None else (said, behind)


def _build(hour_of_day: int, minute: int, half: str | None, *, padded: bool) -> Hour | None:
    if minute > 59 or hour_of_day > 23 or (half and not 1 <= hour_of_day <= 12):
        return None
    if half:
        return Hour(time(hour_of_day % 12 + (12 if half == "pm" else 0), minute))
    return Hour(time(hour_of_day, minute), open_half=0 < hour_of_day < 12 and not padded)
