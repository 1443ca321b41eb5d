"""Reminder phrases: "remind me 10 minutes before", "remind me at 8", "with a reminder the day before"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from services.chat_api.chat.interpreter.commands import Notice
from services.chat_api.chat.interpreter.due import (
    Moment,
    When,
    moment_of,
    pieces,
)
from services.chat_api.chat.interpreter.numbers import quantity
from services.chat_api.chat.interpreter.words import Words

_INTRODUCTIONS = (
    ("remind", "me"),
    ("remind", "us"),
    ("notify", "me"),
    ("alert", "me"),
    ("with", "a", "reminder"),
    ("with", "reminder"),
    ("set", "a", "reminder"),
    ("a", "reminder"),
    ("reminder",),
)
_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
}
_COMPACT = re.compile(r"^([0-9]{1,5})([a-z]+)$")
_BEFORE = (
    ("before", "it", "is", "due"),
    ("before", "it's", "due"),
    ("before", "that"),
    ("before", "it"),
    ("before",),
    ("beforehand",),
    ("earlier",),
    ("ahead",),
    ("prior",),
    ("in", "advance"),
)
_AT_DUE = (("when", "it's", "due"), ("when", "it", "is", "due"), ("when", "due"), ("on", "time"), ("at", "the", "time"))
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class SpokenNotice:
    """A reminder as it was said: a time before the task is due, or a time of its own."""

    before: timedelta | None = None
    when: When | None = None

    def notice(self, now: Moment, due_day: date | None) -> Notice:
        """What is meant, for a task that is due on `due_day`."""
        if self.when:
            return Notice(at=moment_of(self.when, now, due_day))
        return Notice(before=self.before)


def notices(words: Words, at: int, now: Moment) -> tuple[tuple[SpokenNotice, ...], int] | None:
    """The reminders that a phrase at a place asks for, and the place behind it."""
    introduction = next((phrase for phrase in _INTRODUCTIONS if words.starts(phrase, at)), None)
    return None if introduction is None else body(words, at + len(introduction), now)


def body(words: Words, at: int, now: Moment) -> tuple[tuple[SpokenNotice, ...], int]:
    """What stands behind "remind me"; nothing means when the task is due."""
    offsets = _offsets(words, at)
    if offsets:
        return tuple(SpokenNotice(before=offset) for offset in offsets[0]), offsets[1]
    for phrase in _AT_DUE:
        if words.starts(phrase, at):
            return (SpokenNotice(before=timedelta()),), at + len(phrase)
    when, behind = pieces(words, at, now)
    return (SpokenNotice(when=when) if when else SpokenNotice(before=timedelta()),), behind


def _offsets(words: Words, at: int) -> tuple[list[timedelta], int] | None:
    """One day and one hour before."""
    if words.starts(("the", "day"), at) or words.starts(("the", "week"), at):
        at += 1
        found: tuple[timedelta, int] | None = (_UNITS[words.key(at)], at + 1)
    else:
        found = _amount(words, at)
    amounts: list[timedelta] = []
    while found and found[0] <= _LONGEST and len(amounts) < 20:
        amounts.append(found[0])
        behind = _before(words, found[1])
        if behind is not None:
            return amounts, behind
        separated = found[1] + (found[1] < len(words) and words.key(found[1]) == "")
        found = _amount(words, separated + (words.key(separated) in ("and", "&")))
    return None


def _amount(words: Words, at: int) -> tuple[timedelta, int] | None:
    compact = _COMPACT.match(words.key(at))
    if compact and compact[2] in _UNITS:
        return int(compact[1]) * _UNITS[compact[2]], at + 1
    count = quantity(words, at)
    unit = _UNITS.get(words.key(count[1])) if count else None
    return (count[0] * unit, count[1] + 1) if count and unit else None


def _before(words: Words, at: int) -> int | None:
    return next((at + len(phrase) for phrase in _BEFORE if words.starts(phrase, at)), None)
