"""Values in a filter: dates, moments, durations and ids, as a person writes them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chat_api.domain.filtering.problems import problem
from services.chat_api.domain.filtering.tokens import Token

_DURATION = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?")
_MAX_ESTIMATE = timedelta(hours=10_000)


@dataclass(frozen=True, slots=True)
class Context:
    """Whose filter it is: `me`, and where their days begin."""

    user_id: UUID
    time_zone: str


@dataclass(frozen=True, slots=True)
class Day:
    """A whole day, as in `due < 2027-01-01`, with the moments in UTC at which it begins and ends for the person."""

    date: date
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC, with what the person's calendar and clock show then."""

    at: datetime
    day: date
    midnight: bool


def time_of(token: Token, context: Context) -> Day | Moment:
    """A date (`2027-01-01`), or a moment of RFC 3339 (`2027-01-01T09:00:00Z`)."""
    zone = ZoneInfo(context.time_zone)
    try:
        if "T" not in token.text.upper():
            day = date.fromisoformat(token.text)
            return Day(day, _midnight(day, zone), _midnight(day + timedelta(days=1), zone))
        at = datetime.fromisoformat(token.text)
        if at.tzinfo is None:
            raise problem(token.position, "a moment needs its zone, for example 2027-01-01T09:00:00Z.")
        local = at.astimezone(zone)
        return Moment(at.astimezone(UTC), local.date(), local.timetz().replace(tzinfo=None) == time())
    except (ValueError, OverflowError):
        text = "a date (2027-01-01) or a moment (2027-01-01T09:00:00Z) was expected."
        raise problem(token.position, text) from None


def duration_of(token: Token) -> int:
    """Seconds of a duration such as `3600s`, `90m` or `1h30m`."""
    found = _DURATION.fullmatch(token.text)
    if found is None or not token.text:
        raise problem(token.position, "a duration was expected, such as 3600s, 90m or 1h30m.")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if span > _MAX_ESTIMATE:
        raise problem(token.position, "a duration has at most 10,000 hours.")
    return int(span.total_seconds())


def person_of(token: Token, context: Context) -> UUID:
    """The id in `users/{user}`, or the caller's for `me`."""
    return context.user_id if token.text == "me" else id_of(token, "users/", "me or users/{user}")


def id_of(token: Token, prefix: str, wanted: str) -> UUID:
    """The id at the end of a resource name whose parts before it end with a prefix, or an id alone."""
    before, slash, last = token.text.rpartition("/")
    try:
        id_ = UUID(last)
    except ValueError:
        raise problem(token.position, f"{wanted} was expected.") from None
    if slash and not f"{before}/".endswith(prefix):
        raise problem(token.position, f"{wanted} was expected.")
    return id_


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
