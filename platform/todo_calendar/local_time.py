"""Dates and local times as people mean them: 9 o'clock stays 9 o'clock when the clocks change.

In a gap of the local clock the time is read with the offset before the gap, which gives an instant after it; in an
overlap the earlier one is taken (RFC 5545, section 3.3.5).
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from todo_calendar.errors import CalendarError
from todo_calendar.time_zones import time_zone

EARLIEST: Final = dt.date(1900, 1, 1)
LATEST: Final = dt.date(9998, 12, 31)
"""The supported dates: each has its instants in every zone, and a reminder can come a year before."""

_MIDNIGHT: Final = dt.time()
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):\d{2}(:\d{2})?", re.ASCII)
"""Strict by itself: newer versions of Python read 24:00 as a time of day."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A date, or a date with a time of day in an IANA zone."""

    date: dt.date
    time: dt.time | None = None
    zone: str | None = None

    @property
    def clock(self) -> dt.datetime:
        """What the local clock shows; midnight for a whole day."""
        return dt.datetime.combine(self.date, self.time or _MIDNIGHT)

    @property
    def instant(self) -> dt.datetime | None:
        """The instant in UTC; None for a whole day."""
        if self.time is None:
            return None
        return to_utc(self.date, self.time, time_zone(self.zone or "UTC"))

    def on(self, date: dt.date) -> "LocalTime":
        """The same time of day on another date."""
        return LocalTime(date, self.time, self.zone)

    def is_past(self, now: dt.datetime, zone: str) -> bool:
        """Whether it has passed at `now`; a whole day has when it is over in `zone`."""
        if (instant := self.instant) is not None:
            return instant <= now
        return self.date < now.astimezone(time_zone(zone)).date()


def to_utc(date: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant in UTC at which the clock of a zone shows this; in a gap or an overlap as said above."""
    return dt.datetime.combine(date, time.replace(fold=0), tzinfo=zone).astimezone(dt.UTC)


def parse(date: str, time: str, zone: str, default_zone: str) -> LocalTime:
    """A local time from the texts of a contract: `2026-12-01`; `09:00`, `09:00:30` or empty for the whole day.

    Raises CalendarError.
    """
    return checked(LocalTime(*parse_clock(date, time), zone or None), default_zone)


def parse_clock(date: str, time: str) -> tuple[dt.date, dt.time | None]:
    """The date and the time of day alone; None for the whole day. Raises CalendarError."""
    try:
        if _DATE.fullmatch(date) and (not time or _TIME.fullmatch(time)):
            return dt.date.fromisoformat(date), dt.time.fromisoformat(time) if time else None
    except ValueError:
        pass
    raise CalendarError("The calendar has no such date and time of day: write 2026-12-01 and 09:00.")


def checked(given: LocalTime, default_zone: str) -> LocalTime:
    """The local time with its zone: the default one for a time of day without any, none for a whole day.

    Raises CalendarError for a date that is not supported and for an invalid zone, that of a whole day included.
    """
    if not is_supported_date(given.date):
        raise _outside("date")
    if given.time is None:
        if given.zone:
            time_zone(given.zone)
        return LocalTime(given.date)
    zone = given.zone or default_zone
    time_zone(zone)
    return LocalTime(given.date, given.time, zone)


def require_instant(instant: dt.datetime) -> None:
    """Raises CalendarError for an instant in UTC that is not supported."""
    if not is_supported_instant(instant):
        raise _outside()


def is_supported_date(date: dt.date) -> bool:
    """Whether a local date is within the supported ones."""
    return EARLIEST <= date <= LATEST


def is_supported_instant(instant: dt.datetime) -> bool:
    """The same for an instant in UTC: west of Greenwich the last date ends on the day after it."""
    return EARLIEST <= instant.date() <= LATEST + dt.timedelta(days=1)


def _outside(field: str = "") -> CalendarError:
    return CalendarError(f"The year is outside of {EARLIEST.year} to {LATEST.year}.", field)
