"""Keeps the reminders that will fire in step with their task."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.outbox import Outgoing
from todo_runtime.telemetry.tracing import outgoing_traceparent

from services.chat_api.tasks.domain.model import Status, Task
from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.reminders import store

OnReminder = Callable[[datetime], None]
"""What is called with the instant at which a reminder fires that was written."""


def pending(task: Task) -> list[tuple[UUID, datetime]]:
    """The reminders that are to fire, as (id, instant): none for a task that is not open."""
    if not _reminds(task):
        return []
    return [(reminder.id, reminder.fires_at) for reminder in task.reminders if reminder.fires_at is not None]


async def reschedule(
    tx: Transaction, events: TaskEvents, before: Task, after: Task, now: datetime, *, restoring: bool = False
) -> list[Outgoing]:
    """Brings the reminders in step with a changed task; returns the events that take back what had fired.

    What stays as it was keeps its row, so that it never fires twice. What went by while the task was closed or
    deleted does not fire when it is back, nor does what is past when a change is undone (`restoring`).
    """
    was, wanted = pending(before), pending(after)
    if was == wanted:
        return []
    removed = await store.remove_others(tx, after, wanted)
    fires_late = _reminds(before) and not restoring
    fresh = [
        (id_, fires_at) for id_, fires_at in wanted if (id_, fires_at) not in was and (fires_at > now or fires_late)
    ]
    await store.add(tx, after, after.updated_by, fresh, outgoing_traceparent())
    return [
        events.reminder_cancelled(after, reminder.id, reminder.recipient_id, now)
        for reminder in removed
        if reminder.fired_at is not None
    ]


def _reminds(task: Task) -> bool:
    return task.status is Status.OPEN and task.deleted_at is None
