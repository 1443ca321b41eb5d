"""Days: "today", "friday", "next week", "in 3 days", "on 24 dec", ISO dates.

Guarantees: a day that the calendar does not have (31 February) is not recognized, so its words stay words.
A weekday means the next one after today; a date without a year that has passed means next year's.
"""

import calendar
import re
from datetime import date, timedelta

from services.chat_api.chat.interpreter.numbers import parse_cardinal, parse_ordinal, parse_quantity
from services.chat_api.chat.interpreter.words import Words

ParsedDate = tuple[date, int]

PREPOSITIONS = ("on", "by", "due", "for", "until", "till", "starting", "from", "beginning", "before", "this")
WEEKDAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)}
SHORT_WEEKDAYS = WEEKDAYS | {
    short: number
    for number, shorts in enumerate(
        (("mon",), ("tue", "tues"), ("wed",), ("thu", "thur", "thurs"), ("fri",), ("sat",), ("sun",)),
    )
    for short in shorts
}
MONTHS = (
    {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
    | {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
_ISO = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$")
_DOTTED = re.compile(r"^([0-9]{1,2})\.([0-9]{1,2})\.?([0-9]{4})?$")
_YEAR = re.compile(r"^2[0-9]{3}$")
_RELATIVE = {"today": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "yesterday": -1}
_UNITS = {"day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month"}
_UNITS |= {"year": "year", "years": "year"}


def parse_date(words: Words, at: int, today: date) -> ParsedDate | None:
    """A day at an index, and the index after it."""
    end = at
    while end < at + 2 and words.key(end) in PREPOSITIONS:
        end += 1
    prepared = end > at
    try:
        return (
            _parse_relative(words, end, today)
            or _parse_distance(words, end, today)
            or _parse_period(words, end, today)
            or _parse_weekday(words, end, today, prepared=prepared, within=words.key(end - 1) == "this")
            or _parse_calendar_date(words, end, today, prepared=prepared)
        )
    except OverflowError:
        return None


def add_months(start: date, months: int) -> date:
    """The same day some months later; the last day of that month where it is shorter."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("no such year")
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, length))


def _parse_relative(words: Words, at: int, today: date) -> ParsedDate | None:
    shift = _RELATIVE.get(words.key(at))
    if shift is not None:
        return today + timedelta(days=shift), at + 1
    for phrase in (("the", "day", "after", "tomorrow"), ("day", "after", "tomorrow")):
        if words.starts(phrase, at):
            return today + timedelta(days=2), at + len(phrase)
    return None


def _parse_distance(words: Words, at: int, today: date) -> ParsedDate | None:
    """In three days; two weeks from now."""
    introduced = words.key(at) == "in"
    amount = parse_quantity(words, at + introduced)
    if amount is None or not float(amount[0]).is_integer():
        return None
    unit = _UNITS.get(words.key(amount[1]))
    if unit is None:
        return None
    end = amount[1] + 1
    if not introduced:
        if not (words.starts(("from", "now"), end) or words.starts(("from", "today"), end)):
            return None
        end += 2
    return _shift(today, int(amount[0]), unit), end


def _shift(start: date, count: int, unit: str) -> date:
    if unit in ("month", "year"):
        return add_months(start, count * (12 if unit == "year" else 1))
    return start + timedelta(days=count * (7 if unit == "week" else 1))


def _parse_period(words: Words, at: int, today: date) -> ParsedDate | None:
    first, second = words.key(at), words.key(at + 1)
    if first == "next" and second in ("week", "month", "year"):
        return _start_of_next(second, today), at + 2
    return _parse_weekend(words, at, today) or _parse_end_of(words, at, today)


def _parse_weekend(words: Words, at: int, today: date) -> ParsedDate | None:
    """The Saturday of this weekend, the weekend, next weekend."""
    determined = words.key(at) in ("the", "next")
    if words.key(at + determined) != "weekend" or not (determined or words.key(at - 1) == "this"):
        return None
    ahead = (5 - today.weekday()) % 7 + (7 if words.key(at) == "next" else 0)
    return today + timedelta(days=ahead), at + determined + 1


def _start_of_next(unit: str, today: date) -> date:
    if unit == "week":
        return today + timedelta(days=7 - today.weekday())
    if unit == "month":
        return add_months(today.replace(day=1), 1)
    return add_months(today.replace(month=1, day=1), 12)


def _parse_end_of(words: Words, at: int, today: date) -> ParsedDate | None:
    """The end of the week (Sunday), the month or the year."""
    at += words.key(at) == "the"
    if not words.starts(("end", "of"), at):
        return None
    end = at + 2 + (words.key(at + 2) in ("the", "this"))
    unit = words.key(end)
    if unit not in ("week", "month", "year"):
        return None
    return _start_of_next(unit, today) - timedelta(days=1), end + 1


def _parse_weekday(words: Words, at: int, today: date, *, prepared: bool, within: bool) -> ParsedDate | None:
    """Friday, next friday (of the week after this one), this friday (today too); short names after a preposition."""
    following = words.key(at) == "next"
    at += following
    names = SHORT_WEEKDAYS if prepared or following else WEEKDAYS
    number = names.get(words.key(at))
    if number is None:
        return None
    if following:
        return today + timedelta(days=7 - today.weekday() + number), at + 1
    ahead = (number - today.weekday()) % 7
    return today + timedelta(days=ahead if within or ahead else 7), at + 1


def _parse_calendar_date(words: Words, at: int, today: date, *, prepared: bool) -> ParsedDate | None:
    return (
        _parse_iso(words, at)
        or _parse_dotted(words, at, today)
        or _parse_named_month(words, at, today, prepared=prepared)
    )


def _parse_iso(words: Words, at: int) -> ParsedDate | None:
    match = _ISO.match(words.key(at))
    parsed = _build_date(int(match[1]), int(match[2]), int(match[3])) if match else None
    return None if parsed is None else (parsed, at + 1)


def _parse_dotted(words: Words, at: int, today: date) -> ParsedDate | None:
    """24.12. or 24.12.2027; the dot at the end of a text is punctuation and may be missing."""
    match = _DOTTED.match(words.key(at))
    if match is None:
        return None
    parsed = _resolve_date(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, today)
    return None if parsed is None else (parsed, at + 1)


def _parse_named_month(words: Words, at: int, today: date, *, prepared: bool) -> ParsedDate | None:
    """24 dec, dec 24, the 24th of december, on the 24th."""
    start = at + (words.key(at) == "the")
    month_first = MONTHS.get(words.key(start))
    number = _parse_day_number(words.key(start + 1 if month_first else start))
    if number is None:
        return None
    end = start + (2 if month_first else 1)
    month = month_first
    if month is None:
        of = words.key(end) == "of"
        month = MONTHS.get(words.key(end + of))
        end += of + 1 if month else 0
    if month is None:
        return _parse_day_of_month(words, start, end, today) if prepared else None
    year = words.key(end)
    has_year = bool(_YEAR.match(year))
    parsed = _resolve_date(number, month, int(year) if has_year else None, today)
    return None if parsed is None else (parsed, end + has_year)


def _parse_day_of_month(words: Words, at: int, end: int, today: date) -> ParsedDate | None:
    """The 24th: of this month, or of the next that has it."""
    number = parse_ordinal(words.key(at))
    if number is None:
        return None
    for months in range(3):
        start = add_months(today.replace(day=1), months)
        parsed = _build_date(start.year, start.month, number)
        if parsed and parsed >= today:
            return parsed, end
    return None


def _parse_day_number(key: str) -> int | None:
    number = parse_ordinal(key)
    return number if number is not None else (parse_cardinal(key) if key.isdigit() else None)


def _resolve_date(number: int, month: int, year: int | None, today: date) -> date | None:
    if year is not None:
        return _build_date(year, month, number)
    years = (_build_date(today.year + ahead, month, number) for ahead in range(9))
    return next((parsed for parsed in years if parsed and parsed >= today), None)


def _build_date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
