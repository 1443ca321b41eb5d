"""Which IANA time zones there are, by the database that zoneinfo reads (the system's, else the package tzdata)."""

from functools import cache
from zoneinfo import available_timezones


def is_time_zone(name: str) -> bool:
    """Whether this is the name of a zone, such as Europe/Berlin; not a path to a file of one, such as posix/UTC."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    # Once: it reads every file of the database.
    return frozenset(available_timezones())
