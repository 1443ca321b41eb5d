"""Records of the Avro namespace todo.reminders.v1, as typed read-only views. Generated from avro/."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from todo.events import Event, EventSchema, Rule, micros_of, time_of
from todo.types.v1 import Task

__all__ = [
    "CancelReason",
    "ReminderCancelled",
    "ReminderDue",
]


class CancelReason(StrEnum):
    """Why."""

    UNSPECIFIED = "UNSPECIFIED"
    COMPLETED = "COMPLETED"
    DROPPED = "DROPPED"
    DELETED = "DELETED"
    RESCHEDULED = "RESCHEDULED"
    SNOOZED = "SNOOZED"


class ReminderCancelled(Event):
    """A reminder that had fallen due, and may be held back for quiet hours, no longer applies."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.reminders.v1.ReminderCancelled",
        topics=("reminders",),
        version=1,
        fingerprint="86d678c039f02d42d9ecb53928c2bdf12c24e3994d539faf9671a241def100ed",
        json='{"type":"record","name":"ReminderCancelled","namespace":"todo.reminders.v1","doc":"A reminder that had fallen due, and may be held back for quiet hours, no longer applies.","fields":[{"name":"reminder_id","type":{"type":"string","logicalType":"uuid"},"doc":"The reminder."},{"name":"task_id","type":{"type":"string","logicalType":"uuid"},"doc":"The task it belonged to."},{"name":"recipient_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who was to be told."},{"name":"reason","type":{"type":"enum","name":"CancelReason","doc":"Why.","symbols":["UNSPECIFIED","COMPLETED","DROPPED","DELETED","RESCHEDULED","SNOOZED"],"default":"UNSPECIFIED","namespace":"todo.reminders.v1"},"doc":"Why it no longer applies."},{"name":"cancelled_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]}',
        rules=(
            Rule(
                id="reason-known",
                path="",
                cel='this.reason != "UNSPECIFIED"',
                message="It is said why the reminder no longer applies.",
            ),
        ),
    )

    def __init__(
        self, *, reminder_id: UUID, task_id: UUID, recipient_id: UUID, reason: CancelReason, cancelled_at: dt.datetime
    ) -> None:
        self.record = {
            "reminder_id": str(reminder_id),
            "task_id": str(task_id),
            "recipient_id": str(recipient_id),
            "reason": reason.value,
            "cancelled_at": micros_of(cancelled_at),
        }

    @property
    def reminder_id(self) -> UUID:
        """The reminder."""
        value = self.record["reminder_id"]
        return UUID(value)

    @property
    def task_id(self) -> UUID:
        """The task it belonged to."""
        value = self.record["task_id"]
        return UUID(value)

    @property
    def recipient_id(self) -> UUID:
        """The user who was to be told."""
        value = self.record["recipient_id"]
        return UUID(value)

    @property
    def reason(self) -> CancelReason:
        """Why it no longer applies."""
        value = self.record["reason"]
        return CancelReason(value)

    @property
    def cancelled_at(self) -> dt.datetime:
        """When."""
        value = self.record["cancelled_at"]
        return time_of(value)


class ReminderDue(Event):
    """A reminder fell due."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.reminders.v1.ReminderDue",
        topics=("reminders",),
        version=1,
        fingerprint="e3971eacb7a5510b51ca39ae825541d369ca93241e67fa3a2117cc476846fb4e",
        json='{"type":"record","name":"ReminderDue","namespace":"todo.reminders.v1","doc":"A reminder fell due.","fields":[{"name":"reminder_id","type":{"type":"string","logicalType":"uuid"},"doc":"The reminder."},{"name":"recipient_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user to be told."},{"name":"due_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the reminder was to fire."},{"name":"fired_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it fired."},{"name":"task","type":{"type":"record","name":"Task","namespace":"todo.types.v1","doc":"A task, whole, as it is after a change.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the task, UUIDv7."},{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace that the task belongs to."},{"name":"title","type":"string","doc":"What is to be done; 1 to 500 characters."},{"name":"notes","type":"string","doc":"Free text; up to 20,000 characters."},{"name":"status","type":{"type":"enum","name":"TaskStatus","doc":"State of a task.","symbols":["UNSPECIFIED","OPEN","COMPLETED","DROPPED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"State of the task."},{"name":"priority","type":{"type":"enum","name":"Priority","doc":"Importance, rising.","symbols":["NONE","LOW","MEDIUM","HIGH","URGENT"],"default":"NONE","namespace":"todo.types.v1"},"doc":"Importance."},{"name":"tags","type":{"type":"array","items":"string"},"doc":"Tags without the leading #, lower case, sorted, unique."},{"name":"task_list_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The list that the task is in; null for the inbox.","default":null},{"name":"parent_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The task that this one is a part of.","default":null},{"name":"position","type":"string","doc":"Order by hand within its list: a fractional index, compared byte by byte."},{"name":"due","type":["null",{"type":"record","name":"LocalTime","namespace":"todo.types.v1","doc":"A date, or a date with a time of day in an IANA time zone, as a person means it.","fields":[{"name":"date","type":"string","doc":"Local date, RFC 3339 full-date, e.g. 2026-12-01."},{"name":"time","type":["null","string"],"doc":"Local time of day, HH:MM:SS; null means the whole day.","default":null},{"name":"time_zone","type":["null","string"],"doc":"IANA time zone name; present exactly when time is.","default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The same moment in UTC; present exactly when time is.","default":null}]}],"doc":"When the task is due.","default":null},{"name":"start","type":["null","todo.types.v1.LocalTime"],"doc":"When the task can be begun.","default":null},{"name":"reminders","type":{"type":"array","items":{"type":"record","name":"Reminder","namespace":"todo.types.v1","doc":"When a person wants to be told about a task.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the reminder, UUIDv7."},{"name":"before_due_seconds","type":["null","long"],"doc":"Seconds before the due time; null for an absolute reminder.","default":null},{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"Absolute moment in UTC; null for a reminder relative to the due time.","default":null},{"name":"fires_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"The resolved moment in UTC; null while the task has no due time.","default":null}]}},"doc":"When to tell the person."},{"name":"recurrence","type":["null",{"type":"record","name":"Recurrence","namespace":"todo.types.v1","doc":"How a task repeats.","fields":[{"name":"rule","type":"string","doc":"RFC 5545 RRULE value without the RRULE: prefix, e.g. FREQ=DAILY."},{"name":"basis","type":{"type":"enum","name":"RecurrenceBasis","doc":"What the next occurrence counts from.","symbols":["UNSPECIFIED","DUE","COMPLETION"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Whether the next occurrence counts from the due time or from completion."},{"name":"series_id","type":{"type":"string","logicalType":"uuid"},"doc":"Id that all occurrences of one repeating task share."},{"name":"predecessor_task_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The occurrence that this one follows; null for the first.","default":null}]}],"doc":"How the task repeats; null when it does not.","default":null},{"name":"estimate_seconds","type":["null","long"],"doc":"Expected effort in seconds.","default":null},{"name":"assignee_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The user who is to do it.","default":null},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was created."},{"name":"created_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who created it."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the task was last changed."},{"name":"updated_by","type":{"type":"string","logicalType":"uuid"},"doc":"The user who last changed it."},{"name":"completed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was completed; present exactly when status is COMPLETED.","default":null},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When the task was deleted; null while it is not.","default":null},{"name":"etag","type":"string","doc":"Version of the task; changes with every change."}]},"doc":"The whole task as it was then."}]}',
        rules=(
            Rule(
                id="fired-after-due",
                path="",
                cel="this.fired_at >= this.due_at",
                message="A reminder does not fire before its time.",
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

    def __init__(
        self, *, reminder_id: UUID, recipient_id: UUID, due_at: dt.datetime, fired_at: dt.datetime, task: Task
    ) -> None:
        self.record = {
            "reminder_id": str(reminder_id),
            "recipient_id": str(recipient_id),
            "due_at": micros_of(due_at),
            "fired_at": micros_of(fired_at),
            "task": task.record,
        }

    @property
    def reminder_id(self) -> UUID:
        """The reminder."""
        value = self.record["reminder_id"]
        return UUID(value)

    @property
    def recipient_id(self) -> UUID:
        """The user to be told."""
        value = self.record["recipient_id"]
        return UUID(value)

    @property
    def due_at(self) -> dt.datetime:
        """When the reminder was to fire."""
        value = self.record["due_at"]
        return time_of(value)

    @property
    def fired_at(self) -> dt.datetime:
        """When it fired."""
        value = self.record["fired_at"]
        return time_of(value)

    @property
    def task(self) -> Task:
        """The whole task as it was then."""
        value = self.record["task"]
        return Task.wrap(value)
