"""Values in a filter: dates, instants, durations and ids, as a person writes them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from todo_calendar.local_time import to_utc
from todo_calendar.time_zones import time_zone

from services.chat_api.tasks.filtering.problems import problem
from services.chat_api.tasks.filtering.tokens import Token

_RELATIVE = re.compile(r"(yesterday|today|tomorrow)(?:([+-][0-9]{1,5})d)?", re.IGNORECASE)
_AWAY = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DURATION = re.compile(r"(?:([0-9]{1,15})h)?(?:([0-9]{1,15})m)?(?:([0-9]{1,15}(?:\.[0-9]{1,9})?)s)?")
_MAX_ESTIMATE = 10_000 * 3600
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FilterContext:
    """Whose filter it is: `me`, and where their days begin; `now` is the time of the request, in UTC."""

    user_id: UUID
    time_zone: str
    now: datetime

    @property
    def today(self) -> date:
        """The day that the person's calendar shows."""
        return self.now.astimezone(time_zone(self.time_zone)).date()


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day, as in `due < 2027-01-01`, with the instants in UTC at which it begins and ends for the person."""

    date: date
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant in UTC, with what the person's calendar and clock show then."""

    at: datetime
    day: date
    midnight: bool


def time_of(token: Token, context: FilterContext) -> Day | Instant:
    """A date (`2027-01-01`, `today`, `today+7d`), or an instant of RFC 3339 (`2027-01-01T09:00:00Z`)."""
    zone = time_zone(context.time_zone)
    try:
        if (day := _day(token.text, context)) is not None:
            return Day(day, _begin(day, zone), _end(day, zone))
        at = datetime.fromisoformat(token.text)
        if at.tzinfo is None:
            raise problem(token.position, "an instant needs its zone, for example 2027-01-01T09:00:00Z.")
        local = at.astimezone(zone)
        return Instant(at.astimezone(UTC), local.date(), local.timetz().replace(tzinfo=None) == time())
    except (ValueError, OverflowError):
        text = "a date (2027-01-01, today, today+7d) or an instant (2027-01-01T09:00:00Z) was expected."
        raise problem(token.position, text) from None


def date_of(token: Token, context: FilterContext) -> date:
    """A date (`2027-01-01`, `today`, `today+7d`)."""
    try:
        day = _day(token.text, context)
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise problem(token.position, "a date (2027-01-01, today, today+7d) was expected.")
    return day


def clock_of(token: Token) -> time:
    """A time of day (`09:00` or `09:00:30`), as clocks show it."""
    try:
        shown = time.fromisoformat(token.text)
    except ValueError:
        shown = None
    if shown is None or shown.tzinfo is not None:
        raise problem(token.position, "a time of day (09:00) was expected.")
    return shown


def duration_of(token: Token) -> float:
    """Seconds of a duration such as `3600s`, `1.5s`, `90m` or `1h30m`."""
    found = _DURATION.fullmatch(token.text)
    if found is None or not token.text:
        raise problem(token.position, "a duration was expected, such as 3600s, 90m or 1h30m.")
    hours, minutes, seconds = (part or "0" for part in found.groups())
    span = int(hours) * 3600 + int(minutes) * 60 + (float(seconds) if "." in seconds else int(seconds))
    if span > _MAX_ESTIMATE:
        raise problem(token.position, "a duration has at most 10,000 hours.")
    return span


def person_of(token: Token, context: FilterContext) -> UUID:
    """The id in `users/{user}`, or the caller's for `me`."""
    return context.user_id if token.text == "me" else id_of(token, "users/", "me or users/{user}")


def id_of(token: Token, prefix: str, wanted: str) -> UUID:
    """The id at the end of a resource name whose parts before it end with a prefix (without one, of none), or an id."""
    before, slash, last = token.text.rpartition("/")
    try:
        id_ = UUID(last)
    except ValueError:
        raise problem(token.position, f"{wanted} was expected.") from None
    if slash and not (prefix and f"{before}/".endswith(prefix)):
        raise problem(token.position, f"{wanted} was expected.")
    return id_


def _day(text: str, context: FilterContext) -> date | None:
    """The date that a text says; None for what may be an instant. Raises ValueError, OverflowError."""
    if relative := _RELATIVE.fullmatch(text):
        return context.today + timedelta(days=_AWAY[relative[1].lower()] + int(relative[2] or 0))
    return None if "T" in text.upper() else date.fromisoformat(text)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins; the first instant that can be represented, for the first days of the calendar."""
    try:
        return to_utc(day, time(), zone)
    except OverflowError:
        return _FIRST


def _end(day: date, zone: ZoneInfo) -> datetime:
    """When a day ends; the last instant that can be represented, for the last days of the calendar."""
    try:
        return to_utc(day + timedelta(days=1), time(), zone)
    except OverflowError:
        return _LAST
