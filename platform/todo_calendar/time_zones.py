"""Which IANA time zones there are, by the database that zoneinfo reads (the system's, else the package tzdata)."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from todo_calendar.errors import CalendarError


def is_time_zone(name: str) -> bool:
    """Whether this is the name of a zone, such as Europe/Berlin; not a path to a file of one, such as posix/UTC."""
    return name in _names()


@cache
def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises CalendarError."""
    # ZoneInfo alone opens any file of the database, such as posix/UTC, whose name means nothing elsewhere.
    if not is_time_zone(name):
        raise CalendarError(f"{name[:64]!r} is not an IANA time zone name, such as Europe/Berlin.", "time_zone")
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    # Once: it reads every file of the database.
    return frozenset(available_timezones())
