"""A repeat: its RFC 5545 rule, and the day of its first occurrence."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FOUR_YEARS = 1462


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """How a task repeats.

    `weekdays` count from Monday = 0; with `nth` they are the nth (or, negative, the nth last) of the month.
    `month_days` are 1 to 31, -1 for the last day. `from_completion`: the next one counts from completion.
    """

    frequency: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    month_days: tuple[int, ...] = ()
    month: int | None = None
    from_completion: bool = False

    @property
    def rule(self) -> str:
        """The RRULE value without its prefix."""
        return ";".join(self._parts())

    def _parts(self) -> Iterator[str]:
        yield f"FREQ={self.frequency}"
        if self.interval > 1:
            yield f"INTERVAL={self.interval}"
        if self.month is not None:
            yield f"BYMONTH={self.month}"
        if self.month_days:
            yield "BYMONTHDAY=" + ",".join(str(day) for day in self.month_days)
        if self.weekdays:
            prefix = "" if self.nth is None else str(self.nth)
            yield "BYDAY=" + ",".join(prefix + WEEKDAY_CODES[day] for day in self.weekdays)

    def first_day(self, earliest: date) -> date:
        """The first day from `earliest` on that the rule names; `earliest` when it names none in four years."""
        try:
            days = (earliest + timedelta(days=n) for n in range(_FOUR_YEARS))
            return next(day for day in days if self._names(day))
        except (StopIteration, OverflowError):
            return earliest

    def _names(self, day: date) -> bool:
        if self.month is not None and day.month != self.month:
            return False
        if self.month_days and not self._is_month_day(day):
            return False
        return not self.weekdays or self._is_weekday(day)

    def _is_month_day(self, day: date) -> bool:
        length = calendar.monthrange(day.year, day.month)[1]
        return day.day in self.month_days or day.day - length - 1 in self.month_days

    def _is_weekday(self, day: date) -> bool:
        if day.weekday() not in self.weekdays:
            return False
        if self.nth is None:
            return True
        return _nth_weekday(day.year, day.month, day.weekday(), self.nth) == day.day


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> int | None:
    """Day of the month of the nth weekday, counted from the end when negative; None when there is none."""
    first_weekday, length = calendar.monthrange(year, month)
    days = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
    ordered = days if nth > 0 else reversed(days)
    return next(islice(ordered, abs(nth) - 1, None), None)
