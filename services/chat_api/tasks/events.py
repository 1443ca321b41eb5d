"""Domain values as events: what other services are told, in the words of the contract."""

from datetime import datetime
from typing import Final
from uuid import UUID

from todo.reminders.v1 import CancelReason, ReminderCancelled, ReminderDue
from todo.task_events.v1 import (
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDropped,
    TaskReopened,
    TaskUndeleted,
    TaskUpdated,
)
from todo.types.v1 import LocalTime, Priority, Recurrence, RecurrenceBasis, Reminder, Task, TaskStatus
from todo_bindings.chat_api.producers import RemindersProducer, TaskEventsProducer
from todo_runtime.outbox import Outgoing

from services.chat_api.access.model import Actor
from services.chat_api.shared import local_time
from services.chat_api.shared.resource_names import task_name
from services.chat_api.tasks.domain import model
from services.chat_api.tasks.domain.fields import PLAIN
from services.chat_api.tasks.domain.tasks import changed_fields

_STATUS: Final = {
    model.Status.OPEN: TaskStatus.OPEN,
    model.Status.COMPLETED: TaskStatus.COMPLETED,
    model.Status.DROPPED: TaskStatus.DROPPED,
}
_PRIORITY: Final = {priority: Priority[priority.name] for priority in model.Priority}
_BASIS: Final = {model.Basis.DUE: RecurrenceBasis.DUE, model.Basis.COMPLETION: RecurrenceBasis.COMPLETION}


class TaskEvents:
    """Makes the messages that tasks cause."""

    def __init__(self, tasks: TaskEventsProducer, reminders: RemindersProducer) -> None:
        self._tasks = tasks
        self._reminders = reminders

    def created(self, task: model.Task, actor: Actor) -> Outgoing:
        """TaskCreated."""
        event = TaskCreated(task=avro(task), changed_fields=changed_fields(None, task), actor_id=actor.user_id)
        return self._tasks.task_created(
            event,
            key=task.workspace_id,
            subject=task_name(task.workspace_id, task.id),
            time=task.updated_at,
            correlation_id=actor.correlation_id,
            causation_id=actor.causation_id,
        )

    def changed(self, before: model.Task, after: model.Task, actor: Actor) -> Outgoing:
        """The one event that a change of a task is."""
        event_class, produce = self._kind(before, after)
        message: Outgoing = produce(
            event_class(task=avro(after), changed_fields=changed_fields(before, after), actor_id=actor.user_id),
            key=after.workspace_id,
            subject=task_name(after.workspace_id, after.id),
            time=after.updated_at,
            correlation_id=actor.correlation_id,
            causation_id=actor.causation_id,
        )
        return message

    def reminder_due(
        self, task: model.Task, reminder: UUID, recipient: UUID, due_at: datetime, now: datetime
    ) -> Outgoing:
        """ReminderDue."""
        event = ReminderDue(reminder_id=reminder, recipient_id=recipient, due_at=due_at, fired_at=now, task=avro(task))
        subject = task_name(task.workspace_id, task.id)
        return self._reminders.reminder_due(event, key=task.workspace_id, subject=subject, time=now)

    def reminder_cancelled(self, task: model.Task, reminder: UUID, recipient: UUID, now: datetime) -> Outgoing:
        """ReminderCancelled."""
        event = ReminderCancelled(
            reminder_id=reminder,
            task_id=task.id,
            recipient_id=recipient,
            reason=_cancel_reason(task),
            cancelled_at=now,
        )
        subject = task_name(task.workspace_id, task.id)
        return self._reminders.reminder_cancelled(event, key=task.workspace_id, subject=subject, time=now)

    def _kind(self, before: model.Task, after: model.Task):  # type: ignore[no-untyped-def]
        if after.deleted_at != before.deleted_at:
            if after.deleted_at is not None:
                return TaskDeleted, self._tasks.task_deleted
            return TaskUndeleted, self._tasks.task_undeleted
        if after.status is before.status:
            return TaskUpdated, self._tasks.task_updated
        return {
            model.Status.COMPLETED: (TaskCompleted, self._tasks.task_completed),
            model.Status.DROPPED: (TaskDropped, self._tasks.task_dropped),
            model.Status.OPEN: (TaskReopened, self._tasks.task_reopened),
        }[after.status]


def avro(task: model.Task) -> Task:
    """A task as events carry it."""
    return Task(
        id=task.id,
        workspace_id=task.workspace_id,
        status=_STATUS[task.status],
        priority=_PRIORITY[task.priority],
        tags=task.tags,
        task_list_id=task.task_list_id,
        parent_task_id=task.parent_id,
        due=_local_time(task.due),
        start=_local_time(task.start),
        reminders=[_reminder(one) for one in task.reminders],
        recurrence=_recurrence(task.recurrence),
        estimate_seconds=None if task.estimate is None else int(task.estimate.total_seconds()),
        assignee_id=task.assignee_id,
        created_at=task.created_at,
        created_by=task.created_by,
        updated_at=task.updated_at,
        updated_by=task.updated_by,
        completed_at=task.completed_at,
        deleted_at=task.deleted_at,
        etag=task.etag,
        **{name: getattr(task, name) for name in PLAIN},
    )


def _local_time(value: local_time.LocalTime | None) -> LocalTime | None:
    if value is None:
        return None
    time = None if value.time is None else value.time.isoformat("seconds")
    return LocalTime(date=value.date.isoformat(), time=time, time_zone=value.zone, instant=value.instant)


def _reminder(value: model.Reminder) -> Reminder:
    before = None if value.before is None else int(value.before.total_seconds())
    return Reminder(id=value.id, before_due_seconds=before, at=value.at, fires_at=value.fires_at)


def _recurrence(value: model.Recurrence | None) -> Recurrence | None:
    if value is None:
        return None
    return Recurrence(
        rule=value.rule, basis=_BASIS[value.basis], series_id=value.series_id, predecessor_task_id=value.predecessor_id
    )


def _cancel_reason(task: model.Task) -> CancelReason:
    if task.deleted_at is not None:
        return CancelReason.DELETED
    return {
        model.Status.COMPLETED: CancelReason.COMPLETED,
        model.Status.DROPPED: CancelReason.DROPPED,
        model.Status.OPEN: CancelReason.RESCHEDULED,
    }[task.status]
