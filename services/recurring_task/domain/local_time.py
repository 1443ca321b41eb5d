"""Dates and local times, as people mean them: 9 o'clock stays 9 o'clock when the clocks change.

In a gap of the local clock the moment after the gap is taken, in an overlap the earlier one (RFC 5545, section 3.3.5).
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(9998, 12, 31)
"""The days that this service calculates with: a zone can move all of them without leaving the calendar."""

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

    def is_past(self, now: dt.datetime, zone: str) -> bool:
        """Whether it lies behind `now`; a whole day does when it is over in `zone`."""
        if (instant := self.instant) is not None:
            return instant <= now
        return self.date < now.astimezone(ZoneInfo(zone)).date()


def shifted(moment: Local | None, before: Local | None, after: Local) -> Local | None:
    """A start date, as far from the new due time as it was from the old one."""
    if moment is None or before is None:
        return None
    return moment.at(moment.clock + (after.clock - before.clock))


def shifted_instant(moment: dt.datetime, before: Local, after: Local, zone: str) -> dt.datetime:
    """A fixed moment, as far from the new due time as it was from the old one by the local clock.

    `zone` is that of a due time without one.
    """
    local = ZoneInfo(before.zone or zone)
    clock = moment.astimezone(local).replace(tzinfo=None) + (after.clock - before.clock)
    return clock.replace(tzinfo=local).astimezone(dt.UTC)
