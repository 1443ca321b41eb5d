"""Days, times, durations and recurrences in words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Reminder

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CODES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), _DAYS, strict=True))
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_WORKDAYS = "MO,TU,WE,TH,FR"


def format_due(due: LocalTime, now: datetime, zone: ZoneInfo) -> str:
    """ "tomorrow at 09:00", "Friday", "24 Dec 2027": in the person's zone."""
    if due.instant is None:
        return format_day(due.date, now.astimezone(zone).date())
    local = due.instant.astimezone(zone)
    return f"{format_day(local.date(), now.astimezone(zone).date())} at {local:%H:%M}"


def format_day(day: date, today: date) -> str:
    """A day relative to today."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    if near:
        return near
    if 0 < (day - today).days < 7:
        return _DAYS[day.weekday()]
    written = f"{day.day} {_MONTHS[day.month - 1]}"
    if day.year != today.year:
        return f"{written} {day.year}"
    return f"{_DAYS[day.weekday()][:3]} {written}"


def is_overdue(due: LocalTime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the due time has passed; a whole day has when it is over."""
    if due.instant is not None:
        return due.instant < now
    return due.date < now.astimezone(zone).date()


def format_reminder(reminder: Reminder, now: datetime, zone: ZoneInfo) -> str:
    """ "10 minutes before", "when it is due", "tomorrow at 08:00"."""
    if reminder.at is not None:
        local = reminder.at.astimezone(zone)
        return f"{format_day(local.date(), now.astimezone(zone).date())} at {local:%H:%M}"
    if not reminder.before:
        return "when it is due"
    return f"{format_duration(reminder.before)} before"


def format_duration(duration: timedelta) -> str:
    """A length of time, in its two largest units."""
    minutes = int(duration.total_seconds()) // 60
    sizes = (("week", 10_080), ("day", 1_440), ("hour", 60), ("minute", 1))
    parts: list[str] = []
    for unit, size in sizes:
        count, minutes = divmod(minutes, size)
        if count and len(parts) < 2:
            parts.append(f"{count} {unit}" + ("s" if count > 1 else ""))
    return " and ".join(parts) or "less than a minute"


def format_recurrence(rule: str) -> str:
    """ "every Sunday", "every 2 weeks", "every month on the 1st"."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    unit = _UNITS.get(parts.get("FREQ", ""), "time")
    interval = int(parts.get("INTERVAL", "1"))
    on = _format_days(parts)
    if parts.get("BYDAY") == _WORKDAYS and interval == 1 and unit == "week":
        return "every weekday"
    if unit == "week" and interval == 1 and on:
        return f"every {on}"
    every = f"every {unit}" if interval == 1 else f"every {interval} {unit}s"
    return f"{every} on {on}" if on else every


def format_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def join_words(words: list[str]) -> str:
    """Words with commas and an "and"."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _format_days(parts: dict[str, str]) -> str:
    """The days that a rule names; empty for none."""
    if "BYDAY" in parts:
        return join_words([_format_weekday(code) for code in parts["BYDAY"].split(",")])
    days = [int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    named = join_words(["the last day" if day == -1 else f"the {format_ordinal(day)}" for day in days])
    months = [_MONTHS[int(month) - 1] for month in parts.get("BYMONTH", "").split(",") if month]
    return f"{named} of {join_words(months)}" if months and named else named


def _format_weekday(code: str) -> str:
    name, nth = _CODES.get(code[-2:], code), code[:-2]
    if not nth:
        return name
    number = int(nth)
    return f"the {_NTH.get(number) or format_ordinal(abs(number)) + (' last' if number < 0 else '')} {name}"
