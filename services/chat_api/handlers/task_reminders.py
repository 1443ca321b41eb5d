"""Keeps the reminders that will fire in step with their task."""

from datetime import datetime
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.outbox import Outgoing

from services.chat_api.domain.model import Status, Task
from services.chat_api.handlers.events import TaskEvents
from services.chat_api.store import reminders


def pending(task: Task) -> list[tuple[UUID, datetime]]:
    """The reminders that are to fire, as (id, moment): none for a task that is not open."""
    if task.status is not Status.OPEN or task.deleted_at is not None:
        return []
    return [(one.id, one.fires_at) for one in task.reminders if one.fires_at is not None]


async def move(tx: Transaction, events: TaskEvents, before: Task, after: Task, now: datetime) -> list[Outgoing]:
    """Brings the reminders in step with a changed task; returns the events that take back what had fired."""
    if pending(before) == pending(after):
        return []
    removed = await reminders.remove(tx, after)
    fired = {(one.id, one.fires_at) for one in removed if one.fired_at is not None}
    wanted = pending(after)
    await reminders.add(tx, after, after.updated_by, [place for place in wanted if place not in fired])
    kept = set(wanted)
    return [
        events.reminder_cancelled(after, one, now)
        for one in removed
        if one.fired_at is not None and (one.id, one.fires_at) not in kept
    ]
