"""The values of the domain: tasks and what they are made of."""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

from services.chat_api.shared.local_time import LocalTime


class Status(StrEnum):
    """State of a task."""

    OPEN = "open"
    COMPLETED = "completed"
    DROPPED = "dropped"


class Priority(IntEnum):
    """Importance, rising."""

    NONE = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    URGENT = 5


class Basis(StrEnum):
    """What the next occurrence of a repeating task counts from."""

    DUE = "due"
    COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class Reminder:
    """When a person is told: `before` the due time, or `at` a fixed instant. `fires_at` is what follows, in UTC.

    `zone` is where the whole days that it counts from begin: that of the person who set it; None with `at`.
    """

    id: UUID
    before: dt.timedelta | None = None
    at: dt.datetime | None = None
    fires_at: dt.datetime | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How a task repeats: an RFC 5545 RRULE value, and where it is in the series."""

    rule: str
    basis: Basis
    series_id: UUID
    predecessor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task. Times are in UTC, `estimate` is the expected effort, `revision` counts its changes from 1."""

    id: UUID
    workspace_id: UUID
    title: str
    notes: str
    status: Status
    priority: Priority
    tags: tuple[str, ...]
    parent_id: UUID | None
    position: str
    due: LocalTime | None
    start: LocalTime | None
    reminders: tuple[Reminder, ...]
    recurrence: Recurrence | None
    estimate: dt.timedelta | None
    assignee_id: UUID | None
    created_at: dt.datetime
    created_by: UUID
    updated_at: dt.datetime
    updated_by: UUID
    completed_at: dt.datetime | None
    deleted_at: dt.datetime | None
    revision: int
    task_list_id: UUID | None = None

    @property
    def etag(self) -> str:
        """The version that a write can name."""
        return str(self.revision)


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """What a caller says of a new or changed task. Local times and reminders are as given, not yet resolved."""

    title: str = ""
    notes: str = ""
    priority: Priority = Priority.NONE
    tags: tuple[str, ...] = ()
    task_list_id: UUID | None = None
    parent_id: UUID | None = None
    due: LocalTime | None = None
    start: LocalTime | None = None
    reminders: tuple[Reminder, ...] = ()
    rule: str | None = None
    basis: Basis = Basis.DUE
    estimate: dt.timedelta | None = None
    assignee_id: UUID | None = None
