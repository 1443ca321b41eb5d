"""When a repeating task comes next.

Basis DUE: the occurrence of the rule behind the last one, leaving out those that lie in the past. Basis COMPLETION: the
rule begins anew at the local day of completion. COUNT and UNTIL hold for the series as a whole; a rule that was changed
makes a series of its own from the occurrence that first has it.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from services.recurring_task.domain import rules
from services.recurring_task.domain.local_time import Local


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed occurrence.

    `start` is the due time of the series' first occurrence, `made` how many followed it so far, `reached` the day that
    the rule had set for this occurrence, wherever it was moved to; `zone` is that of the person who completed it.
    """

    rule: str
    by_completion: bool
    start: Local
    due: Local | None
    reached: dt.date
    completed_at: dt.datetime
    zone: str
    made: int


def next_occurrence(done: Completed) -> Local | None:
    """When the next one is due; None when the series has come to its end. Raises InvalidArgument for a bad rule."""
    rule = rules.read(done.rule)
    if done.by_completion:
        return _from_completion(done, rule)
    due = done.due or done.start
    start = Local(done.start.date, due.time, due.zone)
    after = max(due.clock, due.at(dt.datetime.combine(done.reached, dt.time())).clock)
    today = done.completed_at.astimezone(ZoneInfo(due.zone or done.zone)).replace(tzinfo=None)
    for clock in rule.occurrences(start, max(after, today), done.zone):
        if clock > after and not due.at(clock).is_past(done.completed_at, done.zone):
            return due.at(clock)
    return None


def preview(text: str, start: Local, count: int, zone: str) -> list[Local]:
    """The first occurrences, up to `count`. Raises InvalidArgument for a rule that is none, naming the part."""
    occurrences = rules.read(text).occurrences(start, start.clock, zone)
    return [start.at(clock) for clock in islice(occurrences, count)]


def _from_completion(done: Completed, rule: rules.Rule) -> Local | None:
    if rule.count is not None and done.made + 1 >= rule.count:
        return None
    base = done.due or done.start
    start = base.at(done.completed_at.astimezone(ZoneInfo(base.zone or done.zone)))
    for clock in rules.without_count(rule).occurrences(start, start.clock, done.zone):
        if clock > start.clock:
            return base.at(clock)
    return None
