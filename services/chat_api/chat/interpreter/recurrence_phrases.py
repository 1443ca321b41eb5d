"""Repeat phrases: "every day", "every other week on mon and thu", "every month on the 1st", "weekly"."""

from dataclasses import replace

from services.chat_api.chat.interpreter.clock_times import PARTS
from services.chat_api.chat.interpreter.dates import MONTHS, SHORT_WEEKDAYS
from services.chat_api.chat.interpreter.numbers import parse_cardinal, parse_ordinal
from services.chat_api.chat.interpreter.recurrence import RecurrenceRule
from services.chat_api.chat.interpreter.words import Words

ParsedRecurrence = tuple[RecurrenceRule, int]

_UNITS = {
    **dict.fromkeys(("day", "days"), "DAILY"),
    **dict.fromkeys(("week", "weeks"), "WEEKLY"),
    **dict.fromkeys(("month", "months"), "MONTHLY"),
    **dict.fromkeys(("year", "years"), "YEARLY"),
}
_ADVERBS = {
    "daily": RecurrenceRule("DAILY"),
    "weekly": RecurrenceRule("WEEKLY"),
    "biweekly": RecurrenceRule("WEEKLY", 2),
    "fortnightly": RecurrenceRule("WEEKLY", 2),
    "monthly": RecurrenceRule("MONTHLY"),
    "quarterly": RecurrenceRule("MONTHLY", 3),
    "yearly": RecurrenceRule("YEARLY"),
    "annually": RecurrenceRule("YEARLY"),
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


def parse_recurrence(words: Words, at: int) -> ParsedRecurrence | None:
    """A repeat phrase at an index, and the index after it. A part of the day after "every" is left to the time."""
    at += words.key(at) in _INTRODUCTIONS
    parsed = _parse_adverb(words, at) or _parse_every(words, at)
    if parsed is None:
        return None
    refined, end = _parse_on(words, *parsed)
    for phrase in _AFTER_COMPLETION:
        if words.starts(phrase, end):
            return replace(refined, from_completion=True), end + len(phrase)
    return refined, end


def _parse_adverb(words: Words, at: int) -> ParsedRecurrence | None:
    known = _ADVERBS.get(words.key(at))
    return (known, at + 1) if known else None


def _parse_every(words: Words, at: int) -> ParsedRecurrence | None:
    if words.key(at) not in ("every", "each"):
        return None
    at += 1
    if words.key(at) in PARTS:
        return RecurrenceRule("DAILY"), at
    return (
        _parse_units(words, at) or _parse_weekdays(words, at) or _parse_nth_weekday(words, at) or _parse_date(words, at)
    )


def _parse_units(words: Words, at: int) -> ParsedRecurrence | None:
    """Every week, every other week, every 2 weeks, every second monday."""
    interval, end = _parse_interval(words, at)
    unit = _UNITS.get(words.key(end))
    if unit is not None:
        return RecurrenceRule(unit, interval), end + 1
    day = SHORT_WEEKDAYS.get(words.key(end))
    if words.key(at) == "other" and day is not None:
        return RecurrenceRule("WEEKLY", 2, weekdays=(day,)), end + 1
    return None


def _parse_interval(words: Words, at: int) -> tuple[int, int]:
    if words.key(at) == "other":
        return 2, at + 1
    count = parse_cardinal(words.key(at)) or parse_ordinal(words.key(at))
    return (count, at + 1) if count and count <= _LONGEST_INTERVAL else (1, at)


def _parse_weekdays(words: Words, at: int) -> ParsedRecurrence | None:
    """Every weekday, every monday and thursday, every mon, wed, fri."""
    group = _GROUPS.get(words.key(at))
    if group:
        return RecurrenceRule("WEEKLY", weekdays=group), at + 1
    days, end = _parse_day_list(words, at)
    return (RecurrenceRule("WEEKLY", weekdays=days), end) if days else None


def _parse_day_list(words: Words, at: int) -> tuple[tuple[int, ...], int]:
    days: set[int] = set()
    end = look = at
    while (number := SHORT_WEEKDAYS.get(_to_singular(words.key(look)))) is not None:
        days.add(number)
        end = look = look + 1
        look += words.key(look) == "" and look < len(words)
        look += words.key(look) in ("and", "&")
    return tuple(sorted(days)), end


def _to_singular(key: str) -> str:
    return key[:-1] if key.endswith("days") else key


def _parse_nth_weekday(words: Words, at: int) -> ParsedRecurrence | None:
    """The first monday of the month; the last friday of every month."""
    at += words.key(at) == "the"
    nth = -1 if words.key(at) == "last" else parse_ordinal(words.key(at))
    day = SHORT_WEEKDAYS.get(words.key(at + 1))
    if nth is None or day is None or not -1 <= nth <= 5 or nth == 0:
        return None
    end = _skip_of_month(words, at + 2)
    return RecurrenceRule("MONTHLY", weekdays=(day,), nth=nth), end


def _skip_of_month(words: Words, at: int) -> int:
    for phrase in (("of", "the", "month"), ("of", "each", "month"), ("of", "every", "month"), ("of", "month")):
        if words.starts(phrase, at):
            return at + len(phrase)
    return at


def _parse_date(words: Words, at: int) -> ParsedRecurrence | None:
    """Every 24 december, every dec 24; every 1st of the month."""
    at += words.key(at) == "the"
    yearly = _parse_day_and_month(words, at)
    if yearly:
        return yearly
    days, end = _parse_month_days(words, at)
    return (RecurrenceRule("MONTHLY", month_days=days), _skip_of_month(words, end)) if days else None


def _parse_day_and_month(words: Words, at: int) -> ParsedRecurrence | None:
    first = MONTHS.get(words.key(at))
    number = _parse_month_day(words.key(at + 1 if first else at), plain=True)
    end = at + 2 if first else at + 1 + (words.key(at + 1) == "of")
    month = first or MONTHS.get(words.key(end))
    if number is None or month is None or number < 1:
        return None
    return RecurrenceRule("YEARLY", month=month, month_days=(number,)), end + (first is None)


def _parse_month_days(words: Words, at: int) -> tuple[tuple[int, ...], int]:
    """The 1st; the 1st and 15th; the last day."""
    if words.starts(("last", "day"), at):
        return (-1,), at + 2
    days: list[int] = []
    end = look = at
    while (number := _parse_month_day(words.key(look), plain=False)) is not None:
        days.append(number)
        end = look = look + 1
        look += words.key(look) == "" and look < len(words)
        look += words.key(look) in ("and", "&")
        look += words.key(look) == "the"
    return tuple(sorted(set(days))), end


def _parse_month_day(key: str, *, plain: bool) -> int | None:
    number = parse_ordinal(key)
    if number is None and plain and key.isdigit():
        number = parse_cardinal(key)
    return number if number is not None and 1 <= number <= 31 else None


def _parse_on(words: Words, base: RecurrenceRule, at: int) -> ParsedRecurrence:
    """What a repeat falls on: every week on monday, every month on the 1st, every year on 24 dec."""
    if words.key(at) != "on" or base.weekdays or base.month_days:
        return base, at
    start = at + 1 + (words.key(at + 1) == "the")
    parsed = (
        _parse_on_weekdays(words, base, start)
        or _parse_on_month_days(words, base, start)
        or _parse_on_date(words, base, start)
    )
    return parsed or (base, at)


def _parse_on_weekdays(words: Words, base: RecurrenceRule, at: int) -> ParsedRecurrence | None:
    if base.frequency == "WEEKLY":
        days, end = _parse_day_list(words, at)
        return (replace(base, weekdays=days), end) if days else None
    nth = _parse_nth_weekday(words, at) if base.frequency == "MONTHLY" else None
    return (replace(base, weekdays=nth[0].weekdays, nth=nth[0].nth), nth[1]) if nth else None


def _parse_on_month_days(words: Words, base: RecurrenceRule, at: int) -> ParsedRecurrence | None:
    if base.frequency != "MONTHLY":
        return None
    days, end = _parse_month_days(words, at)
    return (replace(base, month_days=days), _skip_of_month(words, end)) if days else None


def _parse_on_date(words: Words, base: RecurrenceRule, at: int) -> ParsedRecurrence | None:
    parsed = _parse_day_and_month(words, at) if base.frequency == "YEARLY" else None
    return (replace(base, month=parsed[0].month, month_days=parsed[0].month_days), parsed[1]) if parsed else None
