"""The reminders of a task: which one each is, where its days begin, when it fires. Pure.

Guarantees: a reminder that does not change keeps its id and its time, whatever else is edited. One that counts from a
whole day counts from 09:00 in the zone of the person who set it, also after somebody elsewhere moved the day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from todo_calendar.local_time import require_instant, to_utc
from todo_runtime.errors import FailedPrecondition, InvalidArgument, invalid_at

from services.chat_api.shared.local_time import (
    DAY_STARTS,
    LocalTime,
    zone_of,
)
from services.chat_api.tasks.domain.model import (
    Reminder,
    Task,
)

MAX_REMINDERS = 20
MAX_BEFORE = timedelta(days=366)
"""As in todo/task/v1/task.proto."""

UNKNOWN = UUID(int=0)
"""Id of a reminder that has none yet."""

_Content = tuple[timedelta | None, datetime | None]


def reminders_of(
    given: Sequence[Reminder], due: LocalTime | None, zone: str, ids: Iterable[UUID], task: Task | None = None
) -> tuple[Reminder, ...]:
    """The reminders that are given, equal ones once, for somebody in `zone`; those that `task` has already stay.

    A reminder of the task is known by its id, else by what it says. Raises InvalidArgument, naming the field.
    """
    _check(given)
    known = task.reminders if task else ()
    distinct = _distinct(given, {one.id for one in known})
    if len(distinct) > MAX_REMINDERS:
        raise _wrong("task.reminders", f"A task has at most {MAX_REMINDERS} reminders.")
    by_id, fitting = _by_id(known), _fitting(known, distinct)
    same_due, fresh = task is not None and task.due == due, iter(ids)
    found = []
    for one in distinct:
        earlier = by_id.get(one.id) or fitting.get(content(one))
        if earlier is None or content(earlier) != content(one):
            id_ = earlier.id if earlier else next(fresh)
            found.append(_resolved(replace(one, id=id_, zone=one.zone or zone), due))
        else:
            found.append(earlier if same_due else _resolved(replace(earlier, zone=earlier.zone or zone), due))
    return tuple(found)


def inherited(given: Iterable[Reminder], predecessor: Task) -> tuple[Reminder, ...]:
    """Reminders of the next occurrence, whose days begin where those of the one before did."""
    zones = {one.before: one.zone for one in predecessor.reminders}
    return tuple(replace(one, zone=zones.get(one.before)) for one in given)


def moved_to(reminders: Iterable[Reminder], due: LocalTime | None) -> tuple[Reminder, ...]:
    """The same reminders for another due time."""
    return tuple(_resolved(one, due) for one in reminders)


def snoozed(task: Task, reminder: UUID | None, now: datetime, delay: timedelta, fresh: UUID) -> tuple[Reminder, ...]:
    """The reminders of a task when one of them, or (None) the one that fired last, comes again after `delay`.

    One that counts from the due time stays, for the next occurrence, and a new one with a fixed time joins it.
    """
    one = _meant(task, reminder, now)
    again = Reminder(fresh if one.at is None else one.id, at=now + delay, fires_at=now + delay)
    others = tuple(other for other in task.reminders if other.id != again.id)
    if len(others) >= MAX_REMINDERS:
        raise _wrong("reminder", f"A task has at most {MAX_REMINDERS} reminders: remove one first.")
    return (*others, again)


def fires_at(reminder: Reminder, due: LocalTime | None, zone: str) -> datetime | None:
    """When a reminder fires; None while it has no due time to count from."""
    if reminder.at is not None:
        return reminder.at
    if due is None or reminder.before is None:
        return None
    start = due.instant or to_utc(due.date, DAY_STARTS, zone_of(zone, "time_zone"))
    return start - reminder.before


def _meant(task: Task, reminder: UUID | None, now: datetime) -> Reminder:
    if reminder is not None:
        found = _by_id(task.reminders).get(reminder)
        if found is None:
            raise _wrong("reminder", "The task has no such reminder.")
        return found
    fired = [one for one in task.reminders if one.fires_at is not None and one.fires_at <= now]
    if not fired:
        raise FailedPrecondition("No reminder of this task has fired yet: say which one.", reason="NOTHING_FIRED")
    return max(fired, key=lambda one: one.fires_at or now)


def _resolved(reminder: Reminder, due: LocalTime | None) -> Reminder:
    zone = reminder.zone if reminder.at is None else None
    return replace(reminder, zone=zone, fires_at=fires_at(reminder, due, reminder.zone or "UTC"))


def _distinct(given: Sequence[Reminder], known: set[UUID]) -> tuple[Reminder, ...]:
    """Each content once, in the order given: of equal ones the first that names a known reminder, else the first."""
    chosen = {content(one): one for one in reversed(given)}
    chosen |= {content(one): one for one in reversed(given) if one.id in known}
    return tuple(chosen[content] for content in dict.fromkeys(map(content, given)))


def _by_id(known: Iterable[Reminder]) -> dict[UUID, Reminder]:
    return {one.id: one for one in known}


def _fitting(known: Iterable[Reminder], given: Iterable[Reminder]) -> dict[_Content, Reminder]:
    """The known reminders by what they say, without those that are given by their id."""
    named = {one.id for one in given}
    return {content(one): one for one in known if one.id not in named}


def content(reminder: Reminder) -> _Content:
    """What a reminder says: how long before the due time, or when."""
    return (reminder.before, reminder.at)


def _check(given: Sequence[Reminder]) -> None:
    seen: set[UUID] = set()
    for index, one in enumerate(given):
        field = f"task.reminders[{index}]"
        if one.id in seen:
            raise _wrong(f"{field}.id", "This reminder occurs twice: name each reminder once.")
        if one.id != UNKNOWN:
            seen.add(one.id)
        if one.at is not None:
            with invalid_at(f"{field}.at"):
                require_instant(one.at)
        if one.before is not None and not timedelta() <= one.before <= MAX_BEFORE:
            raise _wrong(f"{field}.before_due", f"A reminder comes 0 to {MAX_BEFORE.days} days before the due time.")


def _wrong(field: str, text: str) -> InvalidArgument:
    return InvalidArgument.at(field, text)
