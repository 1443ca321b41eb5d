"""Records of the Avro namespace todo.task_events.v1, as typed read-only views. Generated from avro/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from todo.events import Event, EventSchema, Rule
from todo.types.v1 import Task

__all__ = [
    "TaskCompleted",
    "TaskCreated",
    "TaskDeleted",
    "TaskDropped",
    "TaskReopened",
    "TaskUndeleted",
    "TaskUpdated",
]


class TaskCompleted(Event):
    """A task was completed."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.task_events.v1.TaskCompleted",
        topics=("task-events",),
        version=1,
        fingerprint="4d54191220b2c8bd9445d778f693901ba3403a8001a5efa66c34d73651457bdd",
        json='{"type":"record","name":"TaskCompleted","namespace":"todo.task_events.v1","doc":"A task was completed.","fields":[{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task after the change."},{"name":"changed_fields","type":{"type":"array","items":"string"},"doc":"Names of the fields of Task that differ from before; all that are set, for a new task."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it, or on whose behalf a service did."}]}',
        rules=(
            Rule(
                id="is-completed",
                path="",
                cel='this.task.status == "COMPLETED"',
                message="The task is completed.",
            ),
            Rule(
                id="names-fields",
                path="",
                cel="size(this.changed_fields) > 0",
                message="The fields that changed are named.",
            ),
            Rule(
                id="has-title",
                path="task",
                cel="size(this.title) > 0",
                message="A task has a title.",
            ),
            Rule(
                id="status-known",
                path="task",
                cel='this.status != "UNSPECIFIED"',
                message="A task has a status.",
            ),
            Rule(
                id="completed-has-time",
                path="task",
                cel='(this.status == "COMPLETED") == (this.completed_at != null)',
                message="A completed task has the time of its completion, and no other task has one.",
            ),
            Rule(
                id="updated-after-created",
                path="task",
                cel="this.updated_at >= this.created_at",
                message="A task was not changed before it was created.",
            ),
            Rule(
                id="repeats-from-due",
                path="task",
                cel='this.recurrence == null || this.recurrence.basis != "DUE" || this.due != null',
                message="A task that repeats from its due time has one.",
            ),
            Rule(
                id="time-with-zone",
                path="task.due",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.due",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.due",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="time-with-zone",
                path="task.start",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.start",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.start",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="relative-or-absolute",
                path="task.reminders[]",
                cel="(this.before_due_seconds != null) != (this.at != null)",
                message="A reminder counts from the due time or has a moment of its own, never both or neither.",
            ),
            Rule(
                id="not-after-due",
                path="task.reminders[]",
                cel="this.before_due_seconds == null || this.before_due_seconds >= 0",
                message="A reminder that counts from the due time is not after it.",
            ),
            Rule(
                id="absolute-fires-then",
                path="task.reminders[]",
                cel="this.at == null || this.fires_at == this.at",
                message="An absolute reminder fires at its moment.",
            ),
            Rule(
                id="has-rule",
                path="task.recurrence",
                cel="size(this.rule) > 0",
                message="A recurrence has a rule.",
            ),
            Rule(
                id="basis-known",
                path="task.recurrence",
                cel='this.basis != "UNSPECIFIED"',
                message="A recurrence says what it counts from.",
            ),
        ),
    )

    def __init__(self, *, task: Task, changed_fields: Sequence[str], actor_id: UUID) -> None:
        self.record = {
            "task": task.record,
            "changed_fields": list(changed_fields),
            "actor_id": str(actor_id),
        }

    @property
    def task(self) -> Task:
        """The whole task after the change."""
        value = self.record["task"]
        return Task.wrap(value)

    @property
    def changed_fields(self) -> Sequence[str]:
        """Names of the fields of Task that differ from before; all that are set, for a new task."""
        value: Sequence[str] = self.record["changed_fields"]
        return value

    @property
    def actor_id(self) -> UUID:
        """The user who did it, or on whose behalf a service did."""
        value = self.record["actor_id"]
        return UUID(value)


class TaskCreated(Event):
    """A task was created."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.task_events.v1.TaskCreated",
        topics=("task-events",),
        version=1,
        fingerprint="e24fa52a723afc0d04c132a4eda4ee80ac3e349cd5081dd2ea3ffd68ffde258b",
        json='{"type":"record","name":"TaskCreated","namespace":"todo.task_events.v1","doc":"A task was created.","fields":[{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task after the change."},{"name":"changed_fields","type":{"type":"array","items":"string"},"doc":"Names of the fields of Task that differ from before; all that are set, for a new task."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it, or on whose behalf a service did."}]}',
        rules=(
            Rule(
                id="is-open",
                path="",
                cel='this.task.status == "OPEN"',
                message="A new task is open.",
            ),
            Rule(
                id="not-deleted",
                path="",
                cel="this.task.deleted_at == null",
                message="A new task is not deleted.",
            ),
            Rule(
                id="names-fields",
                path="",
                cel="size(this.changed_fields) > 0",
                message="The fields that are set are named.",
            ),
            Rule(
                id="has-title",
                path="task",
                cel="size(this.title) > 0",
                message="A task has a title.",
            ),
            Rule(
                id="status-known",
                path="task",
                cel='this.status != "UNSPECIFIED"',
                message="A task has a status.",
            ),
            Rule(
                id="completed-has-time",
                path="task",
                cel='(this.status == "COMPLETED") == (this.completed_at != null)',
                message="A completed task has the time of its completion, and no other task has one.",
            ),
            Rule(
                id="updated-after-created",
                path="task",
                cel="this.updated_at >= this.created_at",
                message="A task was not changed before it was created.",
            ),
            Rule(
                id="repeats-from-due",
                path="task",
                cel='this.recurrence == null || this.recurrence.basis != "DUE" || this.due != null',
                message="A task that repeats from its due time has one.",
            ),
            Rule(
                id="time-with-zone",
                path="task.due",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.due",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.due",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="time-with-zone",
                path="task.start",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.start",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.start",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="relative-or-absolute",
                path="task.reminders[]",
                cel="(this.before_due_seconds != null) != (this.at != null)",
                message="A reminder counts from the due time or has a moment of its own, never both or neither.",
            ),
            Rule(
                id="not-after-due",
                path="task.reminders[]",
                cel="this.before_due_seconds == null || this.before_due_seconds >= 0",
                message="A reminder that counts from the due time is not after it.",
            ),
            Rule(
                id="absolute-fires-then",
                path="task.reminders[]",
                cel="this.at == null || this.fires_at == this.at",
                message="An absolute reminder fires at its moment.",
            ),
            Rule(
                id="has-rule",
                path="task.recurrence",
                cel="size(this.rule) > 0",
                message="A recurrence has a rule.",
            ),
            Rule(
                id="basis-known",
                path="task.recurrence",
                cel='this.basis != "UNSPECIFIED"',
                message="A recurrence says what it counts from.",
            ),
        ),
    )

    def __init__(self, *, task: Task, changed_fields: Sequence[str], actor_id: UUID) -> None:
        self.record = {
            "task": task.record,
            "changed_fields": list(changed_fields),
            "actor_id": str(actor_id),
        }

    @property
    def task(self) -> Task:
        """The whole task after the change."""
        value = self.record["task"]
        return Task.wrap(value)

    @property
    def changed_fields(self) -> Sequence[str]:
        """Names of the fields of Task that differ from before; all that are set, for a new task."""
        value: Sequence[str] = self.record["changed_fields"]
        return value

    @property
    def actor_id(self) -> UUID:
        """The user who did it, or on whose behalf a service did."""
        value = self.record["actor_id"]
        return UUID(value)


class TaskDeleted(Event):
    """A task was deleted; it can be undeleted."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.task_events.v1.TaskDeleted",
        topics=("task-events",),
        version=1,
        fingerprint="02666bd8cd5e0a8be17501d5247fdc91595e0b2fab5b7dc76b7de2261000b2ed",
        json='{"type":"record","name":"TaskDeleted","namespace":"todo.task_events.v1","doc":"A task was deleted; it can be undeleted.","fields":[{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task after the change."},{"name":"changed_fields","type":{"type":"array","items":"string"},"doc":"Names of the fields of Task that differ from before; all that are set, for a new task."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it, or on whose behalf a service did."}]}',
        rules=(
            Rule(
                id="has-deletion-time",
                path="",
                cel="this.task.deleted_at != null",
                message="A deleted task has the time of its deletion.",
            ),
            Rule(
                id="names-fields",
                path="",
                cel="size(this.changed_fields) > 0",
                message="The fields that changed are named.",
            ),
            Rule(
                id="has-title",
                path="task",
                cel="size(this.title) > 0",
                message="A task has a title.",
            ),
            Rule(
                id="status-known",
                path="task",
                cel='this.status != "UNSPECIFIED"',
                message="A task has a status.",
            ),
            Rule(
                id="completed-has-time",
                path="task",
                cel='(this.status == "COMPLETED") == (this.completed_at != null)',
                message="A completed task has the time of its completion, and no other task has one.",
            ),
            Rule(
                id="updated-after-created",
                path="task",
                cel="this.updated_at >= this.created_at",
                message="A task was not changed before it was created.",
            ),
            Rule(
                id="repeats-from-due",
                path="task",
                cel='this.recurrence == null || this.recurrence.basis != "DUE" || this.due != null',
                message="A task that repeats from its due time has one.",
            ),
            Rule(
                id="time-with-zone",
                path="task.due",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.due",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.due",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="time-with-zone",
                path="task.start",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.start",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.start",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="relative-or-absolute",
                path="task.reminders[]",
                cel="(this.before_due_seconds != null) != (this.at != null)",
                message="A reminder counts from the due time or has a moment of its own, never both or neither.",
            ),
            Rule(
                id="not-after-due",
                path="task.reminders[]",
                cel="this.before_due_seconds == null || this.before_due_seconds >= 0",
                message="A reminder that counts from the due time is not after it.",
            ),
            Rule(
                id="absolute-fires-then",
                path="task.reminders[]",
                cel="this.at == null || this.fires_at == this.at",
                message="An absolute reminder fires at its moment.",
            ),
            Rule(
                id="has-rule",
                path="task.recurrence",
                cel="size(this.rule) > 0",
                message="A recurrence has a rule.",
            ),
            Rule(
                id="basis-known",
                path="task.recurrence",
                cel='this.basis != "UNSPECIFIED"',
                message="A recurrence says what it counts from.",
            ),
        ),
    )

    def __init__(self, *, task: Task, changed_fields: Sequence[str], actor_id: UUID) -> None:
        self.record = {
            "task": task.record,
            "changed_fields": list(changed_fields),
            "actor_id": str(actor_id),
        }

    @property
    def task(self) -> Task:
        """The whole task after the change."""
        value = self.record["task"]
        return Task.wrap(value)

    @property
    def changed_fields(self) -> Sequence[str]:
        """Names of the fields of Task that differ from before; all that are set, for a new task."""
        value: Sequence[str] = self.record["changed_fields"]
        return value

    @property
    def actor_id(self) -> UUID:
        """The user who did it, or on whose behalf a service did."""
        value = self.record["actor_id"]
        return UUID(value)


class TaskDropped(Event):
    """A task was given up without being done."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.task_events.v1.TaskDropped",
        topics=("task-events",),
        version=1,
        fingerprint="18c8d48b0b495f5db26ff3f728a33cd14fab09c76135b0298c93b9c87dc5c4f9",
        json='{"type":"record","name":"TaskDropped","namespace":"todo.task_events.v1","doc":"A task was given up without being done.","fields":[{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task after the change."},{"name":"changed_fields","type":{"type":"array","items":"string"},"doc":"Names of the fields of Task that differ from before; all that are set, for a new task."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it, or on whose behalf a service did."}]}',
        rules=(
            Rule(
                id="is-dropped",
                path="",
                cel='this.task.status == "DROPPED"',
                message="The task is given up.",
            ),
            Rule(
                id="names-fields",
                path="",
                cel="size(this.changed_fields) > 0",
                message="The fields that changed are named.",
            ),
            Rule(
                id="has-title",
                path="task",
                cel="size(this.title) > 0",
                message="A task has a title.",
            ),
            Rule(
                id="status-known",
                path="task",
                cel='this.status != "UNSPECIFIED"',
                message="A task has a status.",
            ),
            Rule(
                id="completed-has-time",
                path="task",
                cel='(this.status == "COMPLETED") == (this.completed_at != null)',
                message="A completed task has the time of its completion, and no other task has one.",
            ),
            Rule(
                id="updated-after-created",
                path="task",
                cel="this.updated_at >= this.created_at",
                message="A task was not changed before it was created.",
            ),
            Rule(
                id="repeats-from-due",
                path="task",
                cel='this.recurrence == null || this.recurrence.basis != "DUE" || this.due != null',
                message="A task that repeats from its due time has one.",
            ),
            Rule(
                id="time-with-zone",
                path="task.due",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.due",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.due",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="time-with-zone",
                path="task.start",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.start",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.start",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="relative-or-absolute",
                path="task.reminders[]",
                cel="(this.before_due_seconds != null) != (this.at != null)",
                message="A reminder counts from the due time or has a moment of its own, never both or neither.",
            ),
            Rule(
                id="not-after-due",
                path="task.reminders[]",
                cel="this.before_due_seconds == null || this.before_due_seconds >= 0",
                message="A reminder that counts from the due time is not after it.",
            ),
            Rule(
                id="absolute-fires-then",
                path="task.reminders[]",
                cel="this.at == null || this.fires_at == this.at",
                message="An absolute reminder fires at its moment.",
            ),
            Rule(
                id="has-rule",
                path="task.recurrence",
                cel="size(this.rule) > 0",
                message="A recurrence has a rule.",
            ),
            Rule(
                id="basis-known",
                path="task.recurrence",
                cel='this.basis != "UNSPECIFIED"',
                message="A recurrence says what it counts from.",
            ),
        ),
    )

    def __init__(self, *, task: Task, changed_fields: Sequence[str], actor_id: UUID) -> None:
        self.record = {
            "task": task.record,
            "changed_fields": list(changed_fields),
            "actor_id": str(actor_id),
        }

    @property
    def task(self) -> Task:
        """The whole task after the change."""
        value = self.record["task"]
        return Task.wrap(value)

    @property
    def changed_fields(self) -> Sequence[str]:
        """Names of the fields of Task that differ from before; all that are set, for a new task."""
        value: Sequence[str] = self.record["changed_fields"]
        return value

    @property
    def actor_id(self) -> UUID:
        """The user who did it, or on whose behalf a service did."""
        value = self.record["actor_id"]
        return UUID(value)


class TaskReopened(Event):
    """A completed or dropped task was opened again."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.task_events.v1.TaskReopened",
        topics=("task-events",),
        version=1,
        fingerprint="3154133b52e8f3828feef7e7855f1206bff653442710aca4051458cc46fde0d8",
        json='{"type":"record","name":"TaskReopened","namespace":"todo.task_events.v1","doc":"A completed or dropped task was opened again.","fields":[{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task after the change."},{"name":"changed_fields","type":{"type":"array","items":"string"},"doc":"Names of the fields of Task that differ from before; all that are set, for a new task."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it, or on whose behalf a service did."}]}',
        rules=(
            Rule(
                id="is-open",
                path="",
                cel='this.task.status == "OPEN"',
                message="The task is open again.",
            ),
            Rule(
                id="names-fields",
                path="",
                cel="size(this.changed_fields) > 0",
                message="The fields that changed are named.",
            ),
            Rule(
                id="has-title",
                path="task",
                cel="size(this.title) > 0",
                message="A task has a title.",
            ),
            Rule(
                id="status-known",
                path="task",
                cel='this.status != "UNSPECIFIED"',
                message="A task has a status.",
            ),
            Rule(
                id="completed-has-time",
                path="task",
                cel='(this.status == "COMPLETED") == (this.completed_at != null)',
                message="A completed task has the time of its completion, and no other task has one.",
            ),
            Rule(
                id="updated-after-created",
                path="task",
                cel="this.updated_at >= this.created_at",
                message="A task was not changed before it was created.",
            ),
            Rule(
                id="repeats-from-due",
                path="task",
                cel='this.recurrence == null || this.recurrence.basis != "DUE" || this.due != null',
                message="A task that repeats from its due time has one.",
            ),
            Rule(
                id="time-with-zone",
                path="task.due",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.due",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.due",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="time-with-zone",
                path="task.start",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.start",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.start",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="relative-or-absolute",
                path="task.reminders[]",
                cel="(this.before_due_seconds != null) != (this.at != null)",
                message="A reminder counts from the due time or has a moment of its own, never both or neither.",
            ),
            Rule(
                id="not-after-due",
                path="task.reminders[]",
                cel="this.before_due_seconds == null || this.before_due_seconds >= 0",
                message="A reminder that counts from the due time is not after it.",
            ),
            Rule(
                id="absolute-fires-then",
                path="task.reminders[]",
                cel="this.at == null || this.fires_at == this.at",
                message="An absolute reminder fires at its moment.",
            ),
            Rule(
                id="has-rule",
                path="task.recurrence",
                cel="size(this.rule) > 0",
                message="A recurrence has a rule.",
            ),
            Rule(
                id="basis-known",
                path="task.recurrence",
                cel='this.basis != "UNSPECIFIED"',
                message="A recurrence says what it counts from.",
            ),
        ),
    )

    def __init__(self, *, task: Task, changed_fields: Sequence[str], actor_id: UUID) -> None:
        self.record = {
            "task": task.record,
            "changed_fields": list(changed_fields),
            "actor_id": str(actor_id),
        }

    @property
    def task(self) -> Task:
        """The whole task after the change."""
        value = self.record["task"]
        return Task.wrap(value)

    @property
    def changed_fields(self) -> Sequence[str]:
        """Names of the fields of Task that differ from before; all that are set, for a new task."""
        value: Sequence[str] = self.record["changed_fields"]
        return value

    @property
    def actor_id(self) -> UUID:
        """The user who did it, or on whose behalf a service did."""
        value = self.record["actor_id"]
        return UUID(value)


class TaskUndeleted(Event):
    """A deleted task was brought back."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.task_events.v1.TaskUndeleted",
        topics=("task-events",),
        version=1,
        fingerprint="10b3d6bd455eafbfaa92b86d1ccd5fadcd72ac0cd64e35d9da6d1fefb30ec2f3",
        json='{"type":"record","name":"TaskUndeleted","namespace":"todo.task_events.v1","doc":"A deleted task was brought back.","fields":[{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task after the change."},{"name":"changed_fields","type":{"type":"array","items":"string"},"doc":"Names of the fields of Task that differ from before; all that are set, for a new task."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it, or on whose behalf a service did."}]}',
        rules=(
            Rule(
                id="not-deleted",
                path="",
                cel="this.task.deleted_at == null",
                message="A task that is back is not deleted.",
            ),
            Rule(
                id="names-fields",
                path="",
                cel="size(this.changed_fields) > 0",
                message="The fields that changed are named.",
            ),
            Rule(
                id="has-title",
                path="task",
                cel="size(this.title) > 0",
                message="A task has a title.",
            ),
            Rule(
                id="status-known",
                path="task",
                cel='this.status != "UNSPECIFIED"',
                message="A task has a status.",
            ),
            Rule(
                id="completed-has-time",
                path="task",
                cel='(this.status == "COMPLETED") == (this.completed_at != null)',
                message="A completed task has the time of its completion, and no other task has one.",
            ),
            Rule(
                id="updated-after-created",
                path="task",
                cel="this.updated_at >= this.created_at",
                message="A task was not changed before it was created.",
            ),
            Rule(
                id="repeats-from-due",
                path="task",
                cel='this.recurrence == null || this.recurrence.basis != "DUE" || this.due != null',
                message="A task that repeats from its due time has one.",
            ),
            Rule(
                id="time-with-zone",
                path="task.due",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.due",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.due",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="time-with-zone",
                path="task.start",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.start",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.start",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="relative-or-absolute",
                path="task.reminders[]",
                cel="(this.before_due_seconds != null) != (this.at != null)",
                message="A reminder counts from the due time or has a moment of its own, never both or neither.",
            ),
            Rule(
                id="not-after-due",
                path="task.reminders[]",
                cel="this.before_due_seconds == null || this.before_due_seconds >= 0",
                message="A reminder that counts from the due time is not after it.",
            ),
            Rule(
                id="absolute-fires-then",
                path="task.reminders[]",
                cel="this.at == null || this.fires_at == this.at",
                message="An absolute reminder fires at its moment.",
            ),
            Rule(
                id="has-rule",
                path="task.recurrence",
                cel="size(this.rule) > 0",
                message="A recurrence has a rule.",
            ),
            Rule(
                id="basis-known",
                path="task.recurrence",
                cel='this.basis != "UNSPECIFIED"',
                message="A recurrence says what it counts from.",
            ),
        ),
    )

    def __init__(self, *, task: Task, changed_fields: Sequence[str], actor_id: UUID) -> None:
        self.record = {
            "task": task.record,
            "changed_fields": list(changed_fields),
            "actor_id": str(actor_id),
        }

    @property
    def task(self) -> Task:
        """The whole task after the change."""
        value = self.record["task"]
        return Task.wrap(value)

    @property
    def changed_fields(self) -> Sequence[str]:
        """Names of the fields of Task that differ from before; all that are set, for a new task."""
        value: Sequence[str] = self.record["changed_fields"]
        return value

    @property
    def actor_id(self) -> UUID:
        """The user who did it, or on whose behalf a service did."""
        value = self.record["actor_id"]
        return UUID(value)


class TaskUpdated(Event):
    """Fields of a task changed, other than by one of the other events."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.task_events.v1.TaskUpdated",
        topics=("task-events",),
        version=1,
        fingerprint="eae0116cf0cca596085caeeda540432c929f0316f80195147a27a055406cf531",
        json='{"type":"record","name":"TaskUpdated","namespace":"todo.task_events.v1","doc":"Fields of a task changed, other than by one of the other events.","fields":[{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task after the change."},{"name":"changed_fields","type":{"type":"array","items":"string"},"doc":"Names of the fields of Task that differ from before; all that are set, for a new task."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it, or on whose behalf a service did."}]}',
        rules=(
            Rule(
                id="names-fields",
                path="",
                cel="size(this.changed_fields) > 0",
                message="The fields that changed are named.",
            ),
            Rule(
                id="has-title",
                path="task",
                cel="size(this.title) > 0",
                message="A task has a title.",
            ),
            Rule(
                id="status-known",
                path="task",
                cel='this.status != "UNSPECIFIED"',
                message="A task has a status.",
            ),
            Rule(
                id="completed-has-time",
                path="task",
                cel='(this.status == "COMPLETED") == (this.completed_at != null)',
                message="A completed task has the time of its completion, and no other task has one.",
            ),
            Rule(
                id="updated-after-created",
                path="task",
                cel="this.updated_at >= this.created_at",
                message="A task was not changed before it was created.",
            ),
            Rule(
                id="repeats-from-due",
                path="task",
                cel='this.recurrence == null || this.recurrence.basis != "DUE" || this.due != null',
                message="A task that repeats from its due time has one.",
            ),
            Rule(
                id="time-with-zone",
                path="task.due",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.due",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.due",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="time-with-zone",
                path="task.start",
                cel="(this.time != null) == (this.time_zone != null)",
                message="A time of day has a time zone, and a whole day has none.",
            ),
            Rule(
                id="time-with-instant",
                path="task.start",
                cel="(this.time != null) == (this.instant != null)",
                message="A time of day has its instant, and a whole day has none.",
            ),
            Rule(
                id="zone-is-iana",
                path="task.start",
                cel="this.time_zone == null || isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
            Rule(
                id="relative-or-absolute",
                path="task.reminders[]",
                cel="(this.before_due_seconds != null) != (this.at != null)",
                message="A reminder counts from the due time or has a moment of its own, never both or neither.",
            ),
            Rule(
                id="not-after-due",
                path="task.reminders[]",
                cel="this.before_due_seconds == null || this.before_due_seconds >= 0",
                message="A reminder that counts from the due time is not after it.",
            ),
            Rule(
                id="absolute-fires-then",
                path="task.reminders[]",
                cel="this.at == null || this.fires_at == this.at",
                message="An absolute reminder fires at its moment.",
            ),
            Rule(
                id="has-rule",
                path="task.recurrence",
                cel="size(this.rule) > 0",
                message="A recurrence has a rule.",
            ),
            Rule(
                id="basis-known",
                path="task.recurrence",
                cel='this.basis != "UNSPECIFIED"',
                message="A recurrence says what it counts from.",
            ),
        ),
    )

    def __init__(self, *, task: Task, changed_fields: Sequence[str], actor_id: UUID) -> None:
        self.record = {
            "task": task.record,
            "changed_fields": list(changed_fields),
            "actor_id": str(actor_id),
        }

    @property
    def task(self) -> Task:
        """The whole task after the change."""
        value = self.record["task"]
        return Task.wrap(value)

    @property
    def changed_fields(self) -> Sequence[str]:
        """Names of the fields of Task that differ from before; all that are set, for a new task."""
        value: Sequence[str] = self.record["changed_fields"]
        return value

    @property
    def actor_id(self) -> UUID:
        """The user who did it, or on whose behalf a service did."""
        value = self.record["actor_id"]
        return UUID(value)
