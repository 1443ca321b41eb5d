"""When a repeating task is due next.

Basis DUE: the occurrence of the rule after the last one, leaving out those in the past. Basis COMPLETION: the rule
starts again at the local day of completion. COUNT and UNTIL hold for the series as a whole; a rule that was changed
makes a series of its own from the occurrence that first has it.
"""

import datetime as dt
from dataclasses import dataclass, replace
from itertools import islice

from todo_calendar import recurrence
from todo_calendar.local_time import LocalTime
from todo_calendar.recurrence import RecurrenceRule
from todo_calendar.time_zones import time_zone
from todo_runtime.errors import invalid_at

from services.recurring_task.domain.occurrences import occurrences


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed occurrence.

    `start` is the due time of the series' first occurrence, `made` how many followed it so far, `reached` the day that
    the rule had set for this occurrence, wherever it was moved to; `zone` is that of the person who completed it.
    """

    rule: str
    by_completion: bool
    start: LocalTime
    due: LocalTime | None
    reached: dt.date
    completed_at: dt.datetime
    zone: str
    made: int


def next_occurrence(done: Completed) -> LocalTime | None:
    """When the next occurrence is due; None when the series has ended. Raises InvalidArgument for an invalid rule."""
    rule = _parse(done.rule)
    if done.by_completion:
        return _from_completion(done, rule)
    due = done.due or done.start
    start = LocalTime(done.start.date, due.time, due.zone)
    after = max(due.clock, due.on(done.reached).clock)
    today = done.completed_at.astimezone(time_zone(due.zone or done.zone)).replace(tzinfo=None)
    for clock in occurrences(rule, start, max(after, today), done.zone):
        following = due.on(clock.date())
        if clock > after and not following.is_past(done.completed_at, done.zone):
            return following
    return None


def preview(text: str, start: LocalTime, count: int, zone: str) -> list[LocalTime]:
    """The first occurrences, up to `count`. Raises InvalidArgument for an invalid rule, naming the part at fault."""
    found = occurrences(_parse(text), start, start.clock, zone)
    return [start.on(clock.date()) for clock in islice(found, count)]


def _parse(rule: str) -> RecurrenceRule:
    with invalid_at("rule"):
        return recurrence.parse(rule)


def _from_completion(done: Completed, rule: RecurrenceRule) -> LocalTime | None:
    if rule.count is not None and done.made + 1 >= rule.count:
        return None
    base = done.due or done.start
    start = base.on(done.completed_at.astimezone(time_zone(base.zone or done.zone)).date())
    for clock in occurrences(replace(rule, count=None), start, start.clock, done.zone):
        if clock > start.clock:
            return base.on(clock.date())
    return None
