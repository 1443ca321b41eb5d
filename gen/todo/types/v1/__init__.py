"""Records of the Avro namespace todo.types.v1, as typed read-only views. Generated from avro/."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from todo.events import EventRecord, micros_of, time_of

__all__ = [
    "LocalTime",
    "Member",
    "Notification",
    "NotificationKind",
    "Priority",
    "Recurrence",
    "RecurrenceBasis",
    "Reminder",
    "Role",
    "Task",
    "TaskStatus",
    "UserProfile",
    "Workspace",
    "WorkspaceKind",
]


class NotificationKind(StrEnum):
    """What it is about."""

    UNSPECIFIED = "UNSPECIFIED"
    REMINDER = "REMINDER"
    TEST = "TEST"


class Priority(StrEnum):
    """Importance, rising."""

    NONE = "NONE"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


class RecurrenceBasis(StrEnum):
    """What the next occurrence counts from."""

    UNSPECIFIED = "UNSPECIFIED"
    DUE = "DUE"
    COMPLETION = "COMPLETION"


class Role(StrEnum):
    """What a member may do: everything, change tasks, or read."""

    UNSPECIFIED = "UNSPECIFIED"
    OWNER = "OWNER"
    EDITOR = "EDITOR"
    VIEWER = "VIEWER"


class TaskStatus(StrEnum):
    """State of a task."""

    UNSPECIFIED = "UNSPECIFIED"
    OPEN = "OPEN"
    COMPLETED = "COMPLETED"
    DROPPED = "DROPPED"


class WorkspaceKind(StrEnum):
    """Personal workspaces belong to one person and cannot be left."""

    UNSPECIFIED = "UNSPECIFIED"
    PERSONAL = "PERSONAL"
    SHARED = "SHARED"


class LocalTime(EventRecord):
    """A date, or a date with a time of day in an IANA time zone, as a person means it."""

    __slots__ = ()

    def __init__(
        self, *, date: str, time: str | None = None, time_zone: str | None = None, instant: dt.datetime | None = None
    ) -> None:
        self.record = {
            "date": date,
            "time": time,
            "time_zone": time_zone,
            "instant": None if instant is None else micros_of(instant),
        }

    @property
    def date(self) -> str:
        """Local date, RFC 3339 full-date, e.g. 2026-12-01."""
        value: str = self.record["date"]
        return value

    @property
    def time(self) -> str | None:
        """Local time of day, HH:MM:SS; null means the whole day."""
        value: str | None = self.record["time"]
        return value

    @property
    def time_zone(self) -> str | None:
        """IANA time zone name; present exactly when time is."""
        value: str | None = self.record["time_zone"]
        return value

    @property
    def instant(self) -> dt.datetime | None:
        """The same moment in UTC; present exactly when time is."""
        value = self.record["instant"]
        return None if value is None else time_of(value)


class Member(EventRecord):
    """A person's place in a workspace."""

    __slots__ = ()

    def __init__(self, *, workspace_id: UUID, user_id: UUID, role: Role, joined_at: dt.datetime) -> None:
        self.record = {
            "workspace_id": str(workspace_id),
            "user_id": str(user_id),
            "role": role.value,
            "joined_at": micros_of(joined_at),
        }

    @property
    def workspace_id(self) -> UUID:
        """The workspace."""
        value = self.record["workspace_id"]
        return UUID(value)

    @property
    def user_id(self) -> UUID:
        """The person."""
        value = self.record["user_id"]
        return UUID(value)

    @property
    def role(self) -> Role:
        """What the person may do there."""
        value = self.record["role"]
        return Role(value)

    @property
    def joined_at(self) -> dt.datetime:
        """When the person joined."""
        value = self.record["joined_at"]
        return time_of(value)


class Notification(EventRecord):
    """Something that a person is told."""

    __slots__ = ()

    def __init__(
        self,
        *,
        id: UUID,
        user_id: UUID,
        workspace_id: UUID | None = None,
        task_id: UUID | None = None,
        reminder_id: UUID | None = None,
        kind: NotificationKind,
        title: str,
        body: str,
        created_at: dt.datetime,
        read_at: dt.datetime | None = None,
    ) -> None:
        self.record = {
            "id": str(id),
            "user_id": str(user_id),
            "workspace_id": None if workspace_id is None else str(workspace_id),
            "task_id": None if task_id is None else str(task_id),
            "reminder_id": None if reminder_id is None else str(reminder_id),
            "kind": kind.value,
            "title": title,
            "body": body,
            "created_at": micros_of(created_at),
            "read_at": None if read_at is None else micros_of(read_at),
        }

    @property
    def id(self) -> UUID:
        """Id of the notification, a UUID: the same again for the same firing of a reminder."""
        value = self.record["id"]
        return UUID(value)

    @property
    def user_id(self) -> UUID:
        """Who is told."""
        value = self.record["user_id"]
        return UUID(value)

    @property
    def workspace_id(self) -> UUID | None:
        """The workspace that it is about."""
        value = self.record["workspace_id"]
        return None if value is None else UUID(value)

    @property
    def task_id(self) -> UUID | None:
        """The task that it is about."""
        value = self.record["task_id"]
        return None if value is None else UUID(value)

    @property
    def reminder_id(self) -> UUID | None:
        """The reminder that caused it."""
        value = self.record["reminder_id"]
        return None if value is None else UUID(value)

    @property
    def kind(self) -> NotificationKind:
        """What it is about."""
        value = self.record["kind"]
        return NotificationKind(value)

    @property
    def title(self) -> str:
        """One line for people."""
        value: str = self.record["title"]
        return value

    @property
    def body(self) -> str:
        """The rest of the text; may be empty."""
        value: str = self.record["body"]
        return value

    @property
    def created_at(self) -> dt.datetime:
        """When it was recorded."""
        value = self.record["created_at"]
        return time_of(value)

    @property
    def read_at(self) -> dt.datetime | None:
        """When the person read it; null while unread."""
        value = self.record["read_at"]
        return None if value is None else time_of(value)


class Recurrence(EventRecord):
    """How a task repeats."""

    __slots__ = ()

    def __init__(
        self, *, rule: str, basis: RecurrenceBasis, series_id: UUID, predecessor_task_id: UUID | None = None
    ) -> None:
        self.record = {
            "rule": rule,
            "basis": basis.value,
            "series_id": str(series_id),
            "predecessor_task_id": None if predecessor_task_id is None else str(predecessor_task_id),
        }

    @property
    def rule(self) -> str:
        """RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."""
        value: str = self.record["rule"]
        return value

    @property
    def basis(self) -> RecurrenceBasis:
        """Whether the next occurrence counts from the due time or from completion."""
        value = self.record["basis"]
        return RecurrenceBasis(value)

    @property
    def series_id(self) -> UUID:
        """Id that all occurrences of one repeating task share."""
        value = self.record["series_id"]
        return UUID(value)

    @property
    def predecessor_task_id(self) -> UUID | None:
        """The occurrence that this one follows; null for the first."""
        value = self.record["predecessor_task_id"]
        return None if value is None else UUID(value)


class Reminder(EventRecord):
    """When a person wants to be told about a task."""

    __slots__ = ()

    def __init__(
        self,
        *,
        id: UUID,
        before_due_seconds: int | None = None,
        at: dt.datetime | None = None,
        fires_at: dt.datetime | None = None,
    ) -> None:
        self.record = {
            "id": str(id),
            "before_due_seconds": before_due_seconds,
            "at": None if at is None else micros_of(at),
            "fires_at": None if fires_at is None else micros_of(fires_at),
        }

    @property
    def id(self) -> UUID:
        """Id of the reminder, UUIDv7."""
        value = self.record["id"]
        return UUID(value)

    @property
    def before_due_seconds(self) -> int | None:
        """Seconds before the due time; null for an absolute reminder."""
        value: int | None = self.record["before_due_seconds"]
        return value

    @property
    def at(self) -> dt.datetime | None:
        """Absolute moment in UTC; null for a reminder relative to the due time."""
        value = self.record["at"]
        return None if value is None else time_of(value)

    @property
    def fires_at(self) -> dt.datetime | None:
        """The resolved moment in UTC; null while the task has no due time."""
        value = self.record["fires_at"]
        return None if value is None else time_of(value)


class Task(EventRecord):
    """A task, whole, as it is after a change."""

    __slots__ = ()

    def __init__(
        self,
        *,
        id: UUID,
        workspace_id: UUID,
        title: str,
        notes: str,
        status: TaskStatus,
        priority: Priority,
        tags: Sequence[str],
        task_list_id: UUID | None = None,
        parent_task_id: UUID | None = None,
        position: str,
        due: LocalTime | None = None,
        start: LocalTime | None = None,
        reminders: Sequence[Reminder],
        recurrence: Recurrence | None = None,
        estimate_seconds: int | None = None,
        assignee_id: UUID | None = None,
        created_at: dt.datetime,
        created_by: UUID,
        updated_at: dt.datetime,
        updated_by: UUID,
        completed_at: dt.datetime | None = None,
        deleted_at: dt.datetime | None = None,
        etag: str,
    ) -> None:
        self.record = {
            "id": str(id),
            "workspace_id": str(workspace_id),
            "title": title,
            "notes": notes,
            "status": status.value,
            "priority": priority.value,
            "tags": list(tags),
            "task_list_id": None if task_list_id is None else str(task_list_id),
            "parent_task_id": None if parent_task_id is None else str(parent_task_id),
            "position": position,
            "due": None if due is None else due.record,
            "start": None if start is None else start.record,
            "reminders": [item.record for item in reminders],
            "recurrence": None if recurrence is None else recurrence.record,
            "estimate_seconds": estimate_seconds,
            "assignee_id": None if assignee_id is None else str(assignee_id),
            "created_at": micros_of(created_at),
            "created_by": str(created_by),
            "updated_at": micros_of(updated_at),
            "updated_by": str(updated_by),
            "completed_at": None if completed_at is None else micros_of(completed_at),
            "deleted_at": None if deleted_at is None else micros_of(deleted_at),
            "etag": etag,
        }

    @property
    def id(self) -> UUID:
        """Id of the task, UUIDv7."""
        value = self.record["id"]
        return UUID(value)

    @property
    def workspace_id(self) -> UUID:
        """The workspace that the task belongs to."""
        value = self.record["workspace_id"]
        return UUID(value)

    @property
    def title(self) -> str:
        """What is to be done; 1 to 500 characters."""
        value: str = self.record["title"]
        return value

    @property
    def notes(self) -> str:
        """Free text; up to 20,000 characters."""
        value: str = self.record["notes"]
        return value

    @property
    def status(self) -> TaskStatus:
        """State of the task."""
        value = self.record["status"]
        return TaskStatus(value)

    @property
    def priority(self) -> Priority:
        """Importance."""
        value = self.record["priority"]
        return Priority(value)

    @property
    def tags(self) -> Sequence[str]:
        """Tags without the leading #, lower case, sorted, unique."""
        value: Sequence[str] = self.record["tags"]
        return value

    @property
    def task_list_id(self) -> UUID | None:
        """The list that the task is in; null for the inbox."""
        value = self.record["task_list_id"]
        return None if value is None else UUID(value)

    @property
    def parent_task_id(self) -> UUID | None:
        """The task that this one is a part of."""
        value = self.record["parent_task_id"]
        return None if value is None else UUID(value)

    @property
    def position(self) -> str:
        """Order by hand within its list: a fractional index, compared byte by byte."""
        value: str = self.record["position"]
        return value

    @property
    def due(self) -> LocalTime | None:
        """When the task is due."""
        value = self.record["due"]
        return None if value is None else LocalTime.wrap(value)

    @property
    def start(self) -> LocalTime | None:
        """When the task can be begun."""
        value = self.record["start"]
        return None if value is None else LocalTime.wrap(value)

    @property
    def reminders(self) -> Sequence[Reminder]:
        """When to tell the person."""
        value = self.record["reminders"]
        return [Reminder.wrap(item) for item in value]

    @property
    def recurrence(self) -> Recurrence | None:
        """How the task repeats; null when it does not."""
        value = self.record["recurrence"]
        return None if value is None else Recurrence.wrap(value)

    @property
    def estimate_seconds(self) -> int | None:
        """Expected effort in seconds."""
        value: int | None = self.record["estimate_seconds"]
        return value

    @property
    def assignee_id(self) -> UUID | None:
        """The user who is to do it."""
        value = self.record["assignee_id"]
        return None if value is None else UUID(value)

    @property
    def created_at(self) -> dt.datetime:
        """When the task was created."""
        value = self.record["created_at"]
        return time_of(value)

    @property
    def created_by(self) -> UUID:
        """The user who created it."""
        value = self.record["created_by"]
        return UUID(value)

    @property
    def updated_at(self) -> dt.datetime:
        """When the task was last changed."""
        value = self.record["updated_at"]
        return time_of(value)

    @property
    def updated_by(self) -> UUID:
        """The user who last changed it."""
        value = self.record["updated_by"]
        return UUID(value)

    @property
    def completed_at(self) -> dt.datetime | None:
        """When the task was completed; present exactly when status is COMPLETED."""
        value = self.record["completed_at"]
        return None if value is None else time_of(value)

    @property
    def deleted_at(self) -> dt.datetime | None:
        """When the task was deleted; null while it is not."""
        value = self.record["deleted_at"]
        return None if value is None else time_of(value)

    @property
    def etag(self) -> str:
        """Version of the task; changes with every change."""
        value: str = self.record["etag"]
        return value


class UserProfile(EventRecord):
    """What other services need to know of a person."""

    __slots__ = ()

    def __init__(
        self, *, id: UUID, display_name: str, time_zone: str, locale: str, personal_workspace_id: UUID
    ) -> None:
        self.record = {
            "id": str(id),
            "display_name": display_name,
            "time_zone": time_zone,
            "locale": locale,
            "personal_workspace_id": str(personal_workspace_id),
        }

    @property
    def id(self) -> UUID:
        """Id of the user, UUIDv7."""
        value = self.record["id"]
        return UUID(value)

    @property
    def display_name(self) -> str:
        """Name for people."""
        value: str = self.record["display_name"]
        return value

    @property
    def time_zone(self) -> str:
        """IANA time zone name that the person lives in."""
        value: str = self.record["time_zone"]
        return value

    @property
    def locale(self) -> str:
        """BCP 47 language tag, e.g. en-GB."""
        value: str = self.record["locale"]
        return value

    @property
    def personal_workspace_id(self) -> UUID:
        """The person's own workspace."""
        value = self.record["personal_workspace_id"]
        return UUID(value)


class Workspace(EventRecord):
    """A set of tasks and the people who share it: the unit of tenancy."""

    __slots__ = ()

    def __init__(
        self,
        *,
        id: UUID,
        display_name: str,
        kind: WorkspaceKind,
        created_at: dt.datetime,
        updated_at: dt.datetime,
        deleted_at: dt.datetime | None = None,
    ) -> None:
        self.record = {
            "id": str(id),
            "display_name": display_name,
            "kind": kind.value,
            "created_at": micros_of(created_at),
            "updated_at": micros_of(updated_at),
            "deleted_at": None if deleted_at is None else micros_of(deleted_at),
        }

    @property
    def id(self) -> UUID:
        """Id of the workspace, UUIDv7."""
        value = self.record["id"]
        return UUID(value)

    @property
    def display_name(self) -> str:
        """Name for people; 1 to 200 characters."""
        value: str = self.record["display_name"]
        return value

    @property
    def kind(self) -> WorkspaceKind:
        """Personal or shared."""
        value = self.record["kind"]
        return WorkspaceKind(value)

    @property
    def created_at(self) -> dt.datetime:
        """When it was created."""
        value = self.record["created_at"]
        return time_of(value)

    @property
    def updated_at(self) -> dt.datetime:
        """When it was last changed."""
        value = self.record["updated_at"]
        return time_of(value)

    @property
    def deleted_at(self) -> dt.datetime | None:
        """When it was deleted; null while it is not."""
        value = self.record["deleted_at"]
        return None if value is None else time_of(value)
