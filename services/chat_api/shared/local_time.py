"""Local times of tasks: what a person writes, checked by todo_calendar and resolved to an instant in UTC."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from todo_calendar import local_time, time_zones
from todo_calendar.errors import CalendarError
from todo_runtime.errors import InvalidArgument, invalid_at

DAY_STARTS = dt.time(9)
"""When a whole day counts as begun, for reminders."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A date, or a date with a time of day in a zone. `instant` is the same instant in UTC, set exactly with `time`."""

    date: dt.date
    time: dt.time | None = None
    zone: str | None = None
    instant: dt.datetime | None = None


def zone_of(name: str, field: str) -> ZoneInfo:
    """The zone of an IANA name. Raises InvalidArgument, naming the field: that of the name itself."""
    try:
        return time_zones.time_zone(name)
    except CalendarError as error:
        raise InvalidArgument.at(field, str(error)) from None


def resolve(given: LocalTime | None, default_zone: str, field: str) -> LocalTime | None:
    """A local time with its zone and its instant; a time without a zone is in the default one."""
    if given is None:
        return None
    with invalid_at(field):
        checked = local_time.checked(local_time.LocalTime(given.date, given.time, given.zone), default_zone)
    return LocalTime(checked.date, checked.time, checked.zone, checked.instant)
