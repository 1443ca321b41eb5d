"""What the assistant says: short, friendly and precise. Pure.

Guarantees: times are those of the person's zone; a list is numbered from 1, so that "done 2" can follow.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.chat_api.chat.interpreter import Query, TaskRef
from services.chat_api.chat.model import Intent
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Priority, Reminder, Status, Task

SHOWN = 50
"""How many tasks a list shows at most."""

_DONE = {Intent.COMPLETE: "Done", Intent.REOPEN: "Open again", Intent.DELETE: "Deleted"}
_ALREADY = {Intent.COMPLETE: "is done already", Intent.REOPEN: "is open already", Intent.DELETE: "is deleted already"}
_HELP = """\
Here is what you can say:
• add buy milk tomorrow at 9 !high #home, remind me 10 minutes before
• remind me to water the plants every sunday at 9
• list · what's due today? · overdue · list #home · completed this week
• done milk · done 2 · reopen milk · delete 1 and 3
• move milk to friday · rename milk to oat milk · make milk urgent · tag milk #shop
• repeat milk every 2 weeks · stop repeating milk
• search milk · undo
Put a title in quotes to keep every word of it: add "call on friday"."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CODES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), _DAYS, strict=True))
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_WORKDAYS = "MO,TU,WE,TH,FR"


def describe_added(task: Task, now: datetime, zone: ZoneInfo) -> str:
    """A task was added."""
    return f"Added “{task.title}”{_prefix_comma(_list_facts(task, now, zone))}.{_format_reminders(task, now, zone)}"


def describe_changed(task: Task, now: datetime, zone: ZoneInfo) -> str:
    """A task was changed: what it is now."""
    facts = _list_facts(task, now, zone)
    return (
        f"Changed “{task.title}”: {', '.join(facts) if facts else 'no due time'}.{_format_reminders(task, now, zone)}"
    )


def describe_status_changes(intent: Intent, tasks: Sequence[Task], unchanged: Sequence[TaskRef]) -> str:
    """Tasks were completed, reopened or deleted; some of them may have been so before."""
    lines = [f"{_DONE[intent]}: {join_words([f'“{task.title}”' for task in tasks])}."] if tasks else []
    lines += [f"“{task.title}” {_ALREADY[intent]}." for task in unchanged]
    repeating = [task for task in tasks if intent is Intent.COMPLETE and task.recurrence]
    lines += [
        f"“{task.title}” repeats {_format_task_recurrence(task)}: the next one is on its way." for task in repeating
    ]
    if intent is Intent.DELETE and tasks:
        lines.append(
            "It can be brought back for 30 days." if len(tasks) == 1 else "They can be brought back for 30 days."
        )
    return " ".join(lines)


def describe_list(query: Query, tasks: Sequence[Task], now: datetime, zone: ZoneInfo) -> str:
    """A list; it may hold one task more than is shown."""
    label = f" {query.label}" if query.label else ""
    state = "completed" if query.completed else "overdue" if query.overdue else "open"
    if not tasks:
        return f"Nothing is {query.label}." if query.label.startswith("due") else f"You have no {state} tasks{label}."
    count = f"More than {SHOWN}" if len(tasks) > SHOWN else str(len(tasks))
    plural = "task" if len(tasks) == 1 else "tasks"
    return "\n".join([f"{count} {state} {plural}{label}:", *_number_lines(tasks[:SHOWN], now, zone)])


def describe_overdue(count: int) -> str:
    """After the list of today: how many tasks are overdue."""
    return (
        f"{count} more {'is' if count == 1 else 'are'} overdue: say “overdue” to see {'it' if count == 1 else 'them'}."
    )


def describe_search(words: str, tasks: Sequence[Task], now: datetime, zone: ZoneInfo) -> str:
    """The result of a search."""
    if not tasks:
        return f"I found nothing about “{words}”."
    count = f"the best {SHOWN}" if len(tasks) > SHOWN else str(len(tasks))
    return "\n".join([f"I found {count} about “{words}”:", *_number_lines(tasks[:SHOWN], now, zone)])


def ask_which(tasks: Sequence[Task], now: datetime, zone: ZoneInfo) -> str:
    """Several tasks fit."""
    return "\n".join(["Which one do you mean?", *_number_lines(tasks, now, zone), "Say its number, or “all”."])


def explain_no_match(words: str, intent: Intent) -> str:
    """No task fits."""
    kind = "completed" if intent is Intent.REOPEN else "open"
    return f"I found no {kind} task like “{words}”."


def explain_commands() -> str:
    """What can be said."""
    return _HELP


def explain_not_understood(suggestions: Sequence[str]) -> str:
    """A message that means nothing."""
    if not suggestions or suggestions == ("help",):
        return "I didn't understand that. Say “help” to see what I can do."
    choices = " or ".join(f"“{suggestion}”" for suggestion in suggestions)
    return f"I didn't understand that. Did you mean {choices}? Say “help” to see what I can do."


def _number_lines(tasks: Sequence[Task], now: datetime, zone: ZoneInfo) -> list[str]:
    return [f"{number}. {_format_line(task, now, zone)}" for number, task in enumerate(tasks, 1)]


def _format_line(task: Task, now: datetime, zone: ZoneInfo) -> str:
    facts = " · ".join(_list_facts(task, now, zone))
    done = "✓ " if task.status is Status.COMPLETED else ""
    return f"{done}{task.title}" + (f" ({facts})" if facts else "")


def _list_facts(task: Task, now: datetime, zone: ZoneInfo) -> list[str]:
    facts: list[str] = []
    if task.due is not None:
        late = task.status is Status.OPEN and is_overdue(task.due, now, zone)
        facts.append(("overdue since " if late else "due ") + format_due(task.due, now, zone))
    if task.recurrence is not None:
        facts.append(f"repeats {_format_task_recurrence(task)}")
    if task.priority > Priority.NONE:
        facts.append(f"{task.priority.name.lower()} priority")
    if task.tags:
        facts.append(" ".join(f"#{tag}" for tag in task.tags))
    return facts


def _format_task_recurrence(task: Task) -> str:
    if task.recurrence is None:
        return ""
    after = " after it is done" if task.recurrence.basis.value == "completion" else ""
    return format_recurrence(task.recurrence.rule) + after


def _format_reminders(task: Task, now: datetime, zone: ZoneInfo) -> str:
    if not task.reminders:
        return ""
    times = [format_reminder(reminder, now, zone) for reminder in task.reminders]
    if task.due is None and all(reminder.at is None for reminder in task.reminders):
        return " I'll remind you once it has a due time."
    return f" I'll remind you {join_words(times)}."


def _prefix_comma(facts: Sequence[str]) -> str:
    return f", {', '.join(facts)}" if facts else ""


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
