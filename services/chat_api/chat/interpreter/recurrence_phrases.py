"""Repeat phrases: "every day", "every other week on mon and thu", "every month on the 1st", "weekly"."""

from dataclasses import replace

from services.chat_api.chat.interpreter.clock_times import PARTS
from services.chat_api.chat.interpreter.dates import (
    MONTHS,
    SHORT_WEEKDAYS,
)
from services.chat_api.chat.interpreter.numbers import (
    cardinal,
    ordinal,
)
from services.chat_api.chat.interpreter.recurrence import Repeat
from services.chat_api.chat.interpreter.words import Words

Found = tuple[Repeat, int]

_UNITS = {
    **dict.fromkeys(("day", "days"), "DAILY"),
    **dict.fromkeys(("week", "weeks"), "WEEKLY"),
    **dict.fromkeys(("month", "months"), "MONTHLY"),
    **dict.fromkeys(("year", "years"), "YEARLY"),
}
_ADVERBS = {
    "daily": Repeat("DAILY"),
    "weekly": Repeat("WEEKLY"),
    "biweekly": Repeat("WEEKLY", 2),
    "fortnightly": Repeat("WEEKLY", 2),
    "monthly": Repeat("MONTHLY"),
    "quarterly": Repeat("MONTHLY", 3),
    "yearly": Repeat("YEARLY"),
    "annually": Repeat("YEARLY"),
}
_GROUPS = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), (0, 1, 2, 3, 4)),
    **dict.fromkeys(("weekend", "weekends"), (5, 6)),
}
_INTRODUCTIONS = ("repeat", "repeats", "repeating")
_AFTER_COMPLETION = (
    ("after", "completion"),
    ("after", "i", "complete", "it"),
    ("after", "completing"),
    ("from", "completion"),
    ("when", "done"),
    ("after", "it's", "done"),
)
_LONGEST_INTERVAL = 999


def repeat(words: Words, at: int) -> Found | None:
    """A repeat phrase at a place, and the place behind it. A part of the day behind "every" is left to the time."""
    at += words.key(at) in _INTRODUCTIONS
    found = _adverb(words, at) or _every(words, at)
    if found is None:
        return None
    refined, behind = _on(words, *found)
    for phrase in _AFTER_COMPLETION:
        if words.starts(phrase, behind):
            return replace(refined, from_completion=True), behind + len(phrase)
    return refined, behind


def _adverb(words: Words, at: int) -> Found | None:
    known = _ADVERBS.get(words.key(at))
    return (known, at + 1) if known else None


def _every(words: Words, at: int) -> Found | None:
    if words.key(at) not in ("every", "each"):
        return None
    at += 1
    if words.key(at) in PARTS:
        return Repeat("DAILY"), at
    return _units(words, at) or _weekdays(words, at) or _nth_weekday(words, at) or _date(words, at)


def _units(words: Words, at: int) -> Found | None:
    """Every week, every other week, every 2 weeks, every second monday."""
    interval, behind = _interval(words, at)
    unit = _UNITS.get(words.key(behind))
    if unit is not None:
        return Repeat(unit, interval), behind + 1
    day = SHORT_WEEKDAYS.get(words.key(behind))
    if words.key(at) == "other" and day is not None:
        return Repeat("WEEKLY", 2, weekdays=(day,)), behind + 1
    return None


def _interval(words: Words, at: int) -> tuple[int, int]:
    if words.key(at) == "other":
        return 2, at + 1
    count = cardinal(words.key(at)) or ordinal(words.key(at))
    return (count, at + 1) if count and count <= _LONGEST_INTERVAL else (1, at)


def _weekdays(words: Words, at: int) -> Found | None:
    """Every weekday, every monday and thursday, every mon, wed, fri."""
    group = _GROUPS.get(words.key(at))
    if group:
        return Repeat("WEEKLY", weekdays=group), at + 1
    days, behind = _day_list(words, at)
    return (Repeat("WEEKLY", weekdays=days), behind) if days else None


def _day_list(words: Words, at: int) -> tuple[tuple[int, ...], int]:
    days: set[int] = set()
    behind = look = at
    while (number := SHORT_WEEKDAYS.get(_singular(words.key(look)))) is not None:
        days.add(number)
        behind = look = look + 1
        look += words.key(look) == "" and look < len(words)
        look += words.key(look) in ("and", "&")
    return tuple(sorted(days)), behind


def _singular(key: str) -> str:
    return key[:-1] if key.endswith("days") else key


def _nth_weekday(words: Words, at: int) -> Found | None:
    """The first monday of the month; the last friday of every month."""
    at += words.key(at) == "the"
    nth = -1 if words.key(at) == "last" else ordinal(words.key(at))
    day = SHORT_WEEKDAYS.get(words.key(at + 1))
    if nth is None or day is None or not -1 <= nth <= 5 or nth == 0:
        return None
    behind = _of_month(words, at + 2)
    return Repeat("MONTHLY", weekdays=(day,), nth=nth), behind


def _of_month(words: Words, at: int) -> int:
    for phrase in (("of", "the", "month"), ("of", "each", "month"), ("of", "every", "month"), ("of", "month")):
        if words.starts(phrase, at):
            return at + len(phrase)
    return at


def _date(words: Words, at: int) -> Found | None:
    """Every 24 december, every dec 24; every 1st of the month."""
    at += words.key(at) == "the"
    yearly = _day_and_month(words, at)
    if yearly:
        return yearly
    days, behind = _month_days(words, at)
    return (Repeat("MONTHLY", month_days=days), _of_month(words, behind)) if days else None


def _day_and_month(words: Words, at: int) -> Found | None:
    first = MONTHS.get(words.key(at))
    number = _month_day(words.key(at + 1 if first else at), plain=True)
    behind = at + 2 if first else at + 1 + (words.key(at + 1) == "of")
    month = first or MONTHS.get(words.key(behind))
    if number is None or month is None or number < 1:
        return None
    return Repeat("YEARLY", month=month, month_days=(number,)), behind + (first is None)


def _month_days(words: Words, at: int) -> tuple[tuple[int, ...], int]:
    """The 1st; the 1st and 15th; the last day."""
    if words.starts(("last", "day"), at):
        return (-1,), at + 2
    days: list[int] = []
    behind = look = at
    while (number := _month_day(words.key(look), plain=False)) is not None:
        days.append(number)
        behind = look = look + 1
        look += words.key(look) == "" and look < len(words)
        look += words.key(look) in ("and", "&")
        look += words.key(look) == "the"
    return tuple(sorted(set(days))), behind


def _month_day(key: str, *, plain: bool) -> int | None:
    number = ordinal(key)
    if number is None and plain and key.isdigit():
        number = cardinal(key)
    return number if number is not None and 1 <= number <= 31 else None


def _on(words: Words, base: Repeat, at: int) -> Found:
    """What a repeat falls on: every week on monday, every month on the 1st, every year on 24 dec."""
    if words.key(at) != "on" or base.weekdays or base.month_days:
        return base, at
    start = at + 1 + (words.key(at + 1) == "the")
    found = _on_weekdays(words, base, start) or _on_month_days(words, base, start) or _on_date(words, base, start)
    return found or (base, at)


def _on_weekdays(words: Words, base: Repeat, at: int) -> Found | None:
    if base.frequency == "WEEKLY":
        days, behind = _day_list(words, at)
        return (replace(base, weekdays=days), behind) if days else None
    nth = _nth_weekday(words, at) if base.frequency == "MONTHLY" else None
    return (replace(base, weekdays=nth[0].weekdays, nth=nth[0].nth), nth[1]) if nth else None


def _on_month_days(words: Words, base: Repeat, at: int) -> Found | None:
    if base.frequency != "MONTHLY":
        return None
    days, behind = _month_days(words, at)
    return (replace(base, month_days=days), _of_month(words, behind)) if days else None


def _on_date(words: Words, base: Repeat, at: int) -> Found | None:
    found = _day_and_month(words, at) if base.frequency == "YEARLY" else None
    return (replace(base, month=found[0].month, month_days=found[0].month_days), found[1]) if found else None
