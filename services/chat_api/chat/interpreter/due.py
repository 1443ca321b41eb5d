"""When something is due: days and times of day put together.

Promises: pieces may stand in any order ("at 9 tomorrow", "tomorrow at 9"), each of them once. A time of day alone
means its next occurrence. Midnight is the end of the day that is named. "In 2 hours" is an exact local moment.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.chat_api.chat.interpreter.clock_times import (
    PARTS,
    TONIGHT,
    Hour,
    PartOfDay,
    hour,
    settle,
)
from services.chat_api.chat.interpreter.commands import Due
from services.chat_api.chat.interpreter.dates import day
from services.chat_api.chat.interpreter.numbers import quantity
from services.chat_api.chat.interpreter.recurrence import Repeat
from services.chat_api.chat.interpreter.words import Words

_MINUTES = {"minute": 1, "minutes": 1, "min": 1, "mins": 1, "hour": 60, "hours": 60, "hr": 60, "hrs": 60, "h": 60}
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, where the person is."""

    local: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo) -> "Moment":
        """The local moment of an aware `now`."""
        return cls(now.astimezone(zone), zone)

    @property
    def today(self) -> date:
        """The local day."""
        return self.local.date()

    def aware(self, on: date, at: time) -> datetime:
        """A local day and time as a moment in UTC: in a gap the moment behind it, in an overlap the earlier one."""
        try:
            return datetime.combine(on, at, self.zone).astimezone(UTC)
        except OverflowError:
            return datetime.combine(on, at, UTC)


@dataclass(frozen=True, slots=True)
class When:
    """Pieces of a due time as they were said."""

    day: date | None = None
    said: Hour | None = None
    part: PartOfDay | None = None
    exact: datetime | None = None

    def __bool__(self) -> bool:
        return any((self.day, self.said, self.part, self.exact))

    @property
    def time(self) -> time | None:
        """The time of day, when one was said."""
        return settle(self.said, self.part)

    def with_piece(self, piece: "When") -> "When | None":
        """Both together; None when they contradict each other."""
        if self.exact or piece.exact:
            return None if self and piece else (self or piece)
        clashes = (self.day and piece.day, self.said and piece.said, self.part and piece.part)
        if any(clashes):
            return None
        return When(self.day or piece.day, self.said or piece.said, self.part or piece.part)

    def due(self, now: Moment, repeat: Repeat | None = None) -> Due | None:
        """What is meant, at `now`; the first occurrence when it repeats; None when nothing was said."""
        if self.exact:
            return Due(self.exact.date(), self.exact.time())
        if self.day is None and not self and repeat is None:
            return None
        if self.said and self.said.midnight:
            return self._at_midnight(now, repeat)
        if self.day:
            return Due(repeat.first_day(self.day) if repeat else self.day, self.time)
        return Due(self._next_day(now, repeat), self.time)

    def _next_day(self, now: Moment, repeat: Repeat | None) -> date:
        passed = self.time is not None and self.time <= now.local.time().replace(tzinfo=None)
        earliest = _later(now.today) if passed else now.today
        return repeat.first_day(earliest) if repeat else earliest

    def _at_midnight(self, now: Moment, repeat: Repeat | None) -> Due:
        on = self.day or (repeat.first_day(now.today) if repeat else now.today)
        return Due(_later(on), time(0))


NO_TIME = When()
"""Nothing was said."""


def piece(words: Words, at: int, now: Moment) -> tuple[When, int] | None:
    """One piece of a due time at a place, and the place behind it."""
    return _exact(words, at, now) or _tonight(words, at, now) or _day(words, at, now) or _of_day(words, at, now)


def pieces(words: Words, at: int, now: Moment) -> tuple[When, int]:
    """All pieces that stand together at a place, and the place behind them."""
    when = When()
    while True:
        found = piece(words, at, now)
        joined = when.with_piece(found[0]) if found else None
        if found is None or joined is None:
            return when, at
        when, at = joined, found[1]


def whole(words: Words, now: Moment) -> When | None:
    """The due time that all of these words say; None when some of them say something else."""
    words = words.trimmed()
    when, behind = pieces(words, 0, now)
    return when if when and behind == len(words) else None


def moment_of(when: When, now: Moment, on: date | None) -> datetime:
    """A reminder's moment in UTC. Without a day it is on `on`, else at the next such time; without a time at 09:00."""
    if when.day is None and on is not None and not when.exact:
        when = replace(when, day=on)
    due = when.due(now) or Due(now.today)
    return now.aware(due.day, due.at or _MORNING)


def _exact(words: Words, at: int, now: Moment) -> tuple[When, int] | None:
    """In two hours; 20 minutes from now."""
    introduced = words.key(at) == "in"
    amount = quantity(words, at + introduced)
    unit = _MINUTES.get(words.key(amount[1])) if amount else None
    if amount is None or unit is None:
        return None
    behind = amount[1] + 1
    if not introduced:
        if not words.starts(("from", "now"), behind):
            return None
        behind += 2
    return _after(now, timedelta(minutes=amount[0] * unit), behind)


def _after(now: Moment, wait: timedelta, behind: int) -> tuple[When, int] | None:
    try:
        moment = (now.local.astimezone(UTC) + wait).astimezone(now.zone)
    except OverflowError:
        return None
    return When(exact=moment.replace(second=0, microsecond=0, tzinfo=None, fold=0)), behind


def _tonight(words: Words, at: int, now: Moment) -> tuple[When, int] | None:
    if words.key(at) == "tonight":
        return When(day=now.today, part=TONIGHT), at + 1
    part = PARTS.get(words.key(at + 1))
    return (When(day=now.today, part=part), at + 2) if part and words.key(at) == "this" else None


def _day(words: Words, at: int, now: Moment) -> tuple[When, int] | None:
    found = day(words, at, now.today)
    if found is None:
        return None
    part = PARTS.get(words.key(found[1]))
    return When(day=found[0], part=part), found[1] + (part is not None)


def _of_day(words: Words, at: int, now: Moment) -> tuple[When, int] | None:
    if words.starts(("in", "the"), at) and words.key(at + 2) in PARTS:
        return When(part=PARTS[words.key(at + 2)]), at + 3
    if words.starts(("at", "night"), at):
        return When(part=PARTS["night"]), at + 2
    joined = _iso_moment(words, at, now)
    if joined:
        return joined
    found = hour(words, at)
    return (When(said=found[0]), found[1]) if found else None


def _iso_moment(words: Words, at: int, now: Moment) -> tuple[When, int] | None:
    """2026-12-24T09:00, local; with an offset it is converted to the person's zone."""
    key = words.key(at).upper()
    if "T" not in key or not key[:4].isdecimal():
        return None
    try:
        moment = datetime.fromisoformat(key)
        local = moment.astimezone(now.zone) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
    return When(exact=local.replace(second=0, microsecond=0, tzinfo=None, fold=0)), at + 1


def _later(on: date) -> date:
    return on if on == date.max else on + timedelta(days=1)
