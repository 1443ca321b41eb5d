"""What moves along with a due time from one occurrence to the next: the start date and fixed reminders.

None where that would leave the calendar: a reminder a thousand years before its task has no place in the next one.
"""

import datetime as dt

from todo_calendar.local_time import LocalTime, is_supported_date, is_supported_instant, to_utc
from todo_calendar.time_zones import time_zone


def shifted(start: LocalTime | None, before: LocalTime | None, after: LocalTime) -> LocalTime | None:
    """A start date, as far from the new due time as it was from the old one."""
    if start is None or before is None:
        return None
    try:
        date = (start.clock + (after.clock - before.clock)).date()
    except OverflowError:
        return None
    return start.on(date) if is_supported_date(date) else None


def shifted_instant(instant: dt.datetime, before: LocalTime, after: LocalTime, zone: str) -> dt.datetime | None:
    """A fixed instant, as far from the new due time as it was from the old one by the local clock.

    `zone` is that of a due time without one.
    """
    local = time_zone(before.zone or zone)
    try:
        clock = instant.astimezone(local).replace(tzinfo=None) + (after.clock - before.clock)
        moved = to_utc(clock.date(), clock.time(), local)
    except OverflowError:
        return None
    return moved if is_supported_instant(moved) else None
