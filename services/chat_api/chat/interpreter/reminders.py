"""Reminder phrases: "remind me 10 minutes before", "remind me at 8", "with a reminder the day before"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from services.chat_api.chat.interpreter.commands import ReminderTime
from services.chat_api.chat.interpreter.due import DuePhrase, LocalNow, parse_due_parts, resolve_reminder_instant
from services.chat_api.chat.interpreter.numbers import parse_quantity
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
class ReminderPhrase:
    """A reminder as it was phrased: a time before the task is due, or a time of its own."""

    before: timedelta | None = None
    when: DuePhrase | None = None

    def resolve(self, now: LocalNow, due_day: date | None) -> ReminderTime:
        """What is meant, for a task that is due on `due_day`."""
        if self.when:
            return ReminderTime(at=resolve_reminder_instant(self.when, now, due_day))
        return ReminderTime(before=self.before)


def parse_reminders(words: Words, at: int, now: LocalNow) -> tuple[tuple[ReminderPhrase, ...], int] | None:
    """The reminders that a phrase at an index asks for, and the index after it."""
    introduction = next((phrase for phrase in _INTRODUCTIONS if words.starts(phrase, at)), None)
    return None if introduction is None else parse_reminder_times(words, at + len(introduction), now)


def parse_reminder_times(words: Words, at: int, now: LocalNow) -> tuple[tuple[ReminderPhrase, ...], int]:
    """What follows "remind me"; nothing means when the task is due."""
    offsets = _parse_offsets(words, at)
    if offsets:
        return tuple(ReminderPhrase(before=offset) for offset in offsets[0]), offsets[1]
    for phrase in _AT_DUE:
        if words.starts(phrase, at):
            return (ReminderPhrase(before=timedelta()),), at + len(phrase)
    when, end = parse_due_parts(words, at, now)
    return (ReminderPhrase(when=when) if when else ReminderPhrase(before=timedelta()),), end


def _parse_offsets(words: Words, at: int) -> tuple[list[timedelta], int] | None:
    """One day and one hour before."""
    if words.starts(("the", "day"), at) or words.starts(("the", "week"), at):
        at += 1
        parsed: tuple[timedelta, int] | None = (_UNITS[words.key(at)], at + 1)
    else:
        parsed = _parse_amount(words, at)
    amounts: list[timedelta] = []
    while parsed and parsed[0] <= _LONGEST and len(amounts) < 20:
        amounts.append(parsed[0])
        end = _skip_before(words, parsed[1])
        if end is not None:
            return amounts, end
        separated = parsed[1] + (parsed[1] < len(words) and words.key(parsed[1]) == "")
        parsed = _parse_amount(words, separated + (words.key(separated) in ("and", "&")))
    return None


def _parse_amount(words: Words, at: int) -> tuple[timedelta, int] | None:
    compact = _COMPACT.match(words.key(at))
    if compact and compact[2] in _UNITS:
        return int(compact[1]) * _UNITS[compact[2]], at + 1
    count = parse_quantity(words, at)
    unit = _UNITS.get(words.key(count[1])) if count else None
    return (count[0] * unit, count[1] + 1) if count and unit else None


def _skip_before(words: Words, at: int) -> int | None:
    return next((at + len(phrase) for phrase in _BEFORE if words.starts(phrase, at)), None)
