"""Keeps the reminders that will fire in step with their task."""

from datetime import datetime
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.outbox import Outgoing
from todo_runtime.telemetry.tracing import outgoing_traceparent

from services.chat_api.tasks.domain.model import (
    Status,
    Task,
)
from services.chat_api.tasks.reminders import store as reminders
from services.chat_api.tasks.writing.events import TaskEvents


def pending(task: Task) -> list[tuple[UUID, datetime]]:
    """The reminders that are to fire, as (id, moment): none for a task that is not open."""
    if not _reminds(task):
        return []
    return [(one.id, one.fires_at) for one in task.reminders if one.fires_at is not None]


async def move(
    tx: Transaction, events: TaskEvents, before: Task, after: Task, now: datetime, *, going_back: bool = False
) -> list[Outgoing]:
    """Brings the reminders in step with a changed task; returns the events that take back what had fired.

    What stays as it was keeps its row, so that it never fires twice; what went by while the task was closed or
    deleted does not fire when it is back, nor does what is past when a change is taken back.
    """
    was, wanted = pending(before), pending(after)
    if was == wanted:
        return []
    removed = await reminders.remove_others(tx, after, wanted)
    fresh = [
        place for place in wanted if place not in was and (place[1] > now or (_reminds(before) and not going_back))
    ]
    await reminders.add(tx, after, after.updated_by, fresh, outgoing_traceparent())
    return [events.reminder_cancelled(after, one, now) for one in removed if one.fired_at is not None]


def _reminds(task: Task) -> bool:
    return task.status is Status.OPEN and task.deleted_at is None
