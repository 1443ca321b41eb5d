"""When something is due: days and times of day put together.

Guarantees: parts may stand in any order ("at 9 tomorrow", "tomorrow at 9"), each of them once. A time of day alone
means its next occurrence. Midnight is the end of the day that is named. "In 2 hours" is an exact local time.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from todo_calendar.local_time import to_utc

from services.chat_api.chat.interpreter.clock_times import (
    PARTS,
    TONIGHT,
    ClockTime,
    PartOfDay,
    parse_clock_time,
    resolve_time_of_day,
)
from services.chat_api.chat.interpreter.commands import Due
from services.chat_api.chat.interpreter.dates import parse_date
from services.chat_api.chat.interpreter.numbers import parse_quantity
from services.chat_api.chat.interpreter.recurrence import RecurrenceRule
from services.chat_api.chat.interpreter.words import Words

_MINUTES = {"minute": 1, "minutes": 1, "min": 1, "mins": 1, "hour": 60, "hours": 60, "hr": 60, "hrs": 60, "h": 60}
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class LocalNow:
    """Now, in the local time of the person."""

    local: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The local day."""
        return self.local.date()

    def to_utc(self, on: date, at: time) -> datetime:
        """A local day and time as an instant in UTC: in a gap the instant after it, in an overlap the earlier one."""
        try:
            return to_utc(on, at, self.zone)
        except OverflowError:
            return datetime.combine(on, at, UTC)


@dataclass(frozen=True, slots=True)
class DuePhrase:
    """The parts of a due time that were given."""

    day: date | None = None
    clock_time: ClockTime | None = None
    part: PartOfDay | None = None
    exact: datetime | None = None

    def __bool__(self) -> bool:
        return any((self.day, self.clock_time, self.part, self.exact))

    @property
    def time(self) -> time | None:
        """The time of day, when one was given."""
        return resolve_time_of_day(self.clock_time, self.part)

    def combine(self, other: "DuePhrase") -> "DuePhrase | None":
        """Both phrases together; None when they contradict each other."""
        if self.exact or other.exact:
            return None if self and other else (self or other)
        clashes = (self.day and other.day, self.clock_time and other.clock_time, self.part and other.part)
        if any(clashes):
            return None
        return DuePhrase(self.day or other.day, self.clock_time or other.clock_time, self.part or other.part)

    def resolve(self, now: LocalNow, recurrence: RecurrenceRule | None = None) -> Due | None:
        """What is meant, at `now`; the first occurrence when it repeats; None when nothing was given."""
        if self.exact:
            return Due(self.exact.date(), self.exact.time())
        if self.day is None and not self and recurrence is None:
            return None
        if self.clock_time and self.clock_time.midnight:
            return self._at_midnight(now, recurrence)
        if self.day:
            return Due(recurrence.first_day(self.day) if recurrence else self.day, self.time)
        return Due(self._next_day(now, recurrence), self.time)

    def _next_day(self, now: LocalNow, recurrence: RecurrenceRule | None) -> date:
        passed = self.time is not None and self.time <= now.local.time().replace(tzinfo=None)
        earliest = _day_after(now.today) if passed else now.today
        return recurrence.first_day(earliest) if recurrence else earliest

    def _at_midnight(self, now: LocalNow, recurrence: RecurrenceRule | None) -> Due:
        on = self.day or (recurrence.first_day(now.today) if recurrence else now.today)
        return Due(_day_after(on), time(0))


NO_TIME = DuePhrase()
"""No part was given."""


def parse_due_part(words: Words, at: int, now: LocalNow) -> tuple[DuePhrase, int] | None:
    """One part of a due time at an index, and the index after it."""
    return (
        _parse_exact(words, at, now)
        or _parse_tonight(words, at, now)
        or _parse_day(words, at, now)
        or _parse_time_of_day(words, at, now)
    )


def parse_due_parts(words: Words, at: int, now: LocalNow) -> tuple[DuePhrase, int]:
    """All parts that stand together at an index, and the index after them."""
    when = DuePhrase()
    while True:
        parsed = parse_due_part(words, at, now)
        joined = when.combine(parsed[0]) if parsed else None
        if parsed is None or joined is None:
            return when, at
        when, at = joined, parsed[1]


def parse_due(words: Words, now: LocalNow) -> DuePhrase | None:
    """The due time that all of these words give; None when some of them mean something else."""
    words = words.trimmed()
    when, end = parse_due_parts(words, 0, now)
    return when if when and end == len(words) else None


def resolve_reminder_instant(when: DuePhrase, now: LocalNow, on: date | None) -> datetime:
    """The instant of a reminder in UTC: without a day on `on`, else at the next such time; without a time at 09:00."""
    if when.day is None and on is not None and not when.exact:
        when = replace(when, day=on)
    due = when.resolve(now) or Due(now.today)
    return now.to_utc(due.day, due.at or _MORNING)


def _parse_exact(words: Words, at: int, now: LocalNow) -> tuple[DuePhrase, int] | None:
    """In two hours; 20 minutes from now."""
    introduced = words.key(at) == "in"
    amount = parse_quantity(words, at + introduced)
    unit = _MINUTES.get(words.key(amount[1])) if amount else None
    if amount is None or unit is None:
        return None
    end = amount[1] + 1
    if not introduced:
        if not words.starts(("from", "now"), end):
            return None
        end += 2
    return _add_to_now(now, timedelta(minutes=amount[0] * unit), end)


def _add_to_now(now: LocalNow, wait: timedelta, end: int) -> tuple[DuePhrase, int] | None:
    try:
        instant = (now.local.astimezone(UTC) + wait).astimezone(now.zone)
    except OverflowError:
        return None
    return DuePhrase(exact=instant.replace(second=0, microsecond=0, tzinfo=None, fold=0)), end


def _parse_tonight(words: Words, at: int, now: LocalNow) -> tuple[DuePhrase, int] | None:
    if words.key(at) == "tonight":
        return DuePhrase(day=now.today, part=TONIGHT), at + 1
    part = PARTS.get(words.key(at + 1))
    return (DuePhrase(day=now.today, part=part), at + 2) if part and words.key(at) == "this" else None


def _parse_day(words: Words, at: int, now: LocalNow) -> tuple[DuePhrase, int] | None:
    parsed = parse_date(words, at, now.today)
    if parsed is None:
        return None
    part = PARTS.get(words.key(parsed[1]))
    return DuePhrase(day=parsed[0], part=part), parsed[1] + (part is not None)


def _parse_time_of_day(words: Words, at: int, now: LocalNow) -> tuple[DuePhrase, int] | None:
    if words.starts(("in", "the"), at) and words.key(at + 2) in PARTS:
        return DuePhrase(part=PARTS[words.key(at + 2)]), at + 3
    if words.starts(("at", "night"), at):
        return DuePhrase(part=PARTS["night"]), at + 2
    joined = _parse_iso_instant(words, at, now)
    if joined:
        return joined
    parsed = parse_clock_time(words, at)
    return (DuePhrase(clock_time=parsed[0]), parsed[1]) if parsed else None


def _parse_iso_instant(words: Words, at: int, now: LocalNow) -> tuple[DuePhrase, int] | None:
    """2026-12-24T09:00, local; with an offset it is converted to the person's zone."""
    key = words.key(at).upper()
    if "T" not in key or not key[:4].isdecimal():
        return None
    try:
        instant = datetime.fromisoformat(key)
        local = instant.astimezone(now.zone) if instant.tzinfo else instant
    except (ValueError, OverflowError):
        return None
    return DuePhrase(exact=local.replace(second=0, microsecond=0, tzinfo=None, fold=0)), at + 1


def _day_after(on: date) -> date:
    return on if on == date.max else on + timedelta(days=1)
