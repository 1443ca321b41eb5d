"""Which local times a recurrence rule names.

Looking for an occurrence ends soon, also where none comes (every 30 February).
"""

import datetime as dt
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Final

from dateutil.rrule import rrulestr
from todo_calendar.local_time import LATEST, LocalTime
from todo_calendar.recurrence import RecurrenceRule
from todo_calendar.time_zones import time_zone

MAX_STEPS: Final = 100_000
"""Occurrences of a rule that are looked at."""

_CYCLE: Final = 400
"""Years after which the calendar repeats, days of the week included."""

_LAST_START: Final = dt.MAXYEAR - 100
"""A search that begins here ends after a hundred years."""

_END_OF_DAY: Final = dt.time(23, 59, 59)


def occurrences(rule: RecurrenceRule, start: LocalTime, after: dt.datetime, zone: str) -> Iterator[dt.datetime]:
    """What the clock shows at the occurrences of the series that begins with `start`, in order.

    Nothing is found that lies more than 100 to 500 years after `after`. dateutil looks for occurrences up to the last
    year of the calendar, which takes seconds where there are none: it is made to look at the same years of the last
    cycle. `zone` is for an UNTIL in UTC where the start is a whole day.
    """
    years = (_LAST_START - min(after.year, _LAST_START)) // _CYCLE * _CYCLE
    last = _last(rule, start.zone or zone)
    steps = iter(rrulestr(rule.pattern, dtstart=_moved(start.clock, years)))
    found = (_moved(clock, -years) for clock in islice(steps, min(rule.count or MAX_STEPS, MAX_STEPS)))
    return takewhile(lambda clock: clock <= last, found)


def _last(rule: RecurrenceRule, zone: str) -> dt.datetime:
    """The clock time until which the rule holds, itself included."""
    until = rule.until or LATEST
    if not isinstance(until, dt.datetime):
        return dt.datetime.combine(until, _END_OF_DAY)
    return until if until.tzinfo is None else until.astimezone(time_zone(zone)).replace(tzinfo=None)


def _moved(clock: dt.datetime, years: int) -> dt.datetime:
    return clock.replace(year=clock.year + years)
