"""What a message can mean: the commands, and the values that they are made of.

Shapes only. Times of day are local to the person; the zone travels beside the command.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from services.chat_api.chat.interpreter.recurrence import RecurrenceRule


class Importance(StrEnum):
    """A priority, named as people type it."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Due:
    """A local day, or a local day and time of day."""

    day: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class NewDue:
    """How a due time changes: another day, another time of day, or a shift; what is None stays as it is."""

    day: date | None = None
    at: time | None = None
    by: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ReminderTime:
    """When to remind: a time before the task is due, or a fixed instant (aware)."""

    before: timedelta | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A task that is to be added."""

    title: str
    importance: Importance | None = None
    tags: tuple[str, ...] = ()
    due: Due | None = None
    reminders: tuple[ReminderTime, ...] = ()
    recurrence: RecurrenceRule | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes to one task; what is None or empty stays as it is."""

    title: str | None = None
    importance: Importance | None = None
    due: NewDue | None = None
    clear_due: bool = False
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    reminders: tuple[ReminderTime, ...] = ()
    recurrence: RecurrenceRule | None = None
    clear_recurrence: bool = False


@dataclass(frozen=True, slots=True)
class TaskRef:
    """A task that was shown: its resource name and title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class ByWords:
    """Tasks meant by words of their titles. `parts` are the words cut at "and" and commas, tried second."""

    text: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Tasks meant by number, by "it" or by "all", already looked up in what was last shown."""

    tasks: tuple[TaskRef, ...]


Target = ByWords | Chosen


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local days from `first` to `last`, both included; an open end is None."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which tasks to list. `due` and `completed` bound the local day; `label` says the rest in words."""

    completed: bool = False
    due: DateRange | None = None
    overdue: bool = False
    completed_on: DateRange | None = None
    tags: tuple[str, ...] = ()
    importance: Importance | None = None
    words: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Add:
    """Add a task."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class List:
    """List tasks."""

    query: Query


@dataclass(frozen=True, slots=True)
class Search:
    """Find tasks by words."""

    words: str


@dataclass(frozen=True, slots=True)
class Complete:
    """Complete tasks."""

    target: Target


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open completed tasks again."""

    target: Target


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete tasks."""

    target: Target


@dataclass(frozen=True, slots=True)
class Change:
    """Change tasks."""

    target: Target
    edit: Edit


@dataclass(frozen=True, slots=True)
class Undo:
    """Undo the last change."""


@dataclass(frozen=True, slots=True)
class Help:
    """Show what can be said."""


@dataclass(frozen=True, slots=True)
class Courtesy:
    """Answer a thank-you."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not understood, or not possible: `reply` says why where that is known."""

    reply: str = ""
    suggestions: tuple[str, ...] = ()


TargetedCommand = Complete | Reopen | Delete | Change
Command = Add | List | Search | TargetedCommand | Undo | Help | Courtesy | Unknown


@dataclass(frozen=True, slots=True)
class Memory:
    """What a conversation remembers.

    `listed` is what was last shown with numbers, `mentioned` what the last answer was about ("it"), and
    `pending` the message that could not be carried out since several tasks fit.
    """

    listed: tuple[TaskRef, ...] = ()
    mentioned: tuple[TaskRef, ...] = ()
    pending: str = ""
