"""When a repeating task comes next. Pure: RFC 5545 over local times, so that 9 o'clock stays 9 o'clock.

Basis DUE: the occurrence of the rule behind the last one, leaving out those that lie in the past. Basis COMPLETION: the
rule begins anew at the local day of completion. COUNT and UNTIL hold for the series as a whole.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr
from todo_runtime.errors import FieldViolation, InvalidArgument

MAX_STEPS = 200_000
"""Occurrences of a rule that are looked at; more means a rule that never comes (e.g. every 30 February)."""

_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6})Z")
_COUNT = re.compile(r";?COUNT=(\d+)")
_MIDNIGHT = dt.time()


@dataclass(frozen=True, slots=True)
class Local:
    """A date, or a date with a time of day in an IANA zone."""

    date: dt.date
    time: dt.time | None = None
    zone: str | None = None

    @property
    def clock(self) -> dt.datetime:
        """What the local clock shows; midnight for a whole day."""
        return dt.datetime.combine(self.date, self.time or _MIDNIGHT)

    def at(self, clock: dt.datetime) -> "Local":
        """The same time of day on another date."""
        return Local(clock.date(), self.time, self.zone)

    @property
    def instant(self) -> dt.datetime | None:
        """The moment in UTC; None for a whole day."""
        if self.time is None:
            return None
        return self.clock.replace(tzinfo=ZoneInfo(self.zone or "UTC")).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed occurrence. `start` is the series' first due time, `made` how many followed it so far."""

    rule: str
    by_completion: bool
    start: Local
    due: Local | None
    completed_at: dt.datetime
    zone: str
    made: int


def next_occurrence(done: Completed) -> Local | None:
    """When the next one is due; None when the series has come to its end."""
    due = done.due or done.start
    now = done.completed_at.astimezone(ZoneInfo(due.zone or done.zone)).replace(tzinfo=None)
    if done.by_completion:
        return _from_completion(done, now)
    after = max(due.clock, _not_past(due, now))
    clock = _first(_rule(done.rule, done.start), after)
    return due.at(clock) if clock else None


def preview(rule: str, start: Local, count: int) -> list[Local]:
    """The first occurrences. Raises InvalidArgument for a rule that is none."""
    try:
        occurrences = _rule(rule.upper(), start)
    except (ValueError, TypeError, AttributeError) as error:
        text = f"The recurrence rule is not valid: {str(error)[:200]}."
        raise InvalidArgument(text, violations=[FieldViolation("rule", text)]) from error
    return [start.at(clock) for clock in islice(_steps(occurrences), count)]


def shifted(moment: Local | None, before: Local | None, after: Local) -> Local | None:
    """A start date, as far from the new due time as it was from the old one."""
    if moment is None or before is None:
        return None
    return moment.at(moment.clock + (after.clock - before.clock))


def _from_completion(done: Completed, now: dt.datetime) -> Local | None:
    count = _COUNT.search(done.rule)
    if count is not None and done.made + 1 >= int(count[1]):
        return None
    base = done.due or done.start
    start = base.at(now)
    clock = _first(_rule(_COUNT.sub("", done.rule), start), start.clock)
    return base.at(clock) if clock else None


def _not_past(due: Local, now: dt.datetime) -> dt.datetime:
    """The latest clock time that lies in the past: for a whole day, the end of yesterday."""
    if due.time is None:
        return dt.datetime.combine(now.date(), _MIDNIGHT) - dt.timedelta(microseconds=1)
    return now


def _rule(rule: str, start: Local) -> rrule | rruleset:
    zone = ZoneInfo(start.zone or "UTC")

    def local(match: re.Match[str]) -> str:
        until = dt.datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
        return f"UNTIL={until.astimezone(zone):%Y%m%dT%H%M%S}"

    return rrulestr(_UNTIL.sub(local, rule), dtstart=start.clock)


def _first(occurrences: rrule | rruleset, after: dt.datetime) -> dt.datetime | None:
    return next((clock for clock in _steps(occurrences) if clock > after), None)


def _steps(occurrences: rrule | rruleset) -> Iterator[dt.datetime]:
    return islice(iter(occurrences), MAX_STEPS)
