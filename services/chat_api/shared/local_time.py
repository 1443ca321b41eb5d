"""Local times: what a person writes, checked and resolved to a moment in UTC.

In a gap of the local clock the moment after the gap is taken, in an overlap the earlier one (the rule of RFC 5545,
section 3.3.5, and of the proto's comments).
"""

import datetime as dt
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.time_zones import is_time_zone

DAY_STARTS = time(9)
"""When a whole day counts as begun, for reminders."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A date, or a date with a time of day in a zone. `instant` is the same instant in UTC, set exactly with `time`."""

    date: dt.date
    time: dt.time | None = None
    zone: str | None = None
    instant: dt.datetime | None = None


@lru_cache(maxsize=1024)
def zone_of(name: str, field: str) -> ZoneInfo:
    """The zone of an IANA name. Raises InvalidArgument, naming the field."""
    # ZoneInfo alone opens any file of the database, such as posix/UTC, whose name means nothing elsewhere.
    if not is_time_zone(name):
        text = f"{name[:64]!r} is no IANA time zone name, such as Europe/Berlin."
        raise InvalidArgument(text, violations=[FieldViolation(field, text)])
    return ZoneInfo(name)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the local clock shows this; in a gap, the moment after it."""
    local = datetime.combine(day, at, tzinfo=zone)
    return local.astimezone(UTC)


def resolve(given: LocalTime | None, default_zone: str, field: str) -> LocalTime | None:
    """A local time with its zone and its moment; a time without a zone is in the default one."""
    if given is None:
        return None
    require_calendar(given.date, f"{field}.date")
    if given.time is None:
        return LocalTime(given.date)
    name = given.zone or default_zone
    zone = zone_of(name, f"{field}.time_zone")
    return LocalTime(given.date, given.time, name, moment(given.date, given.time, zone))


def today(now: datetime, zone: str) -> date:
    """The local day of a moment."""
    return now.astimezone(zone_of(zone, "time_zone")).date()


def require_calendar(day: date, field: str) -> None:
    """Refuses days whose moments can't be told in every zone, or not be counted back from."""
    if not date(1900, 1, 1) <= day <= date(9999, 1, 1):
        text = "The year lies outside of 1900 to 9998."
        raise InvalidArgument(text, violations=[FieldViolation(field, text)])
