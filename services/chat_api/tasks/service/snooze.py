"""The use case of putting a reminder off."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7

from services.chat_api.access.model import Actor
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.domain.reminders import snoozed
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork


class SnoozeService:
    """Puts reminders off."""

    def __init__(self, units: TaskUnitOfWork) -> None:
        self._units = units

    async def snooze(
        self,
        actor: Actor,
        name: TaskName,
        reminder: UUID | None,
        delay: timedelta,
        request: Request[Task] | None = None,
    ) -> Task | Replay:
        """Reminds again after `delay` from now: of one reminder, or (None) of the one that fired last."""
        return await self._units.run(actor, name.workspace, request, partial(_snooze, name.task, reminder, delay))


async def _snooze(id_: UUID, reminder: UUID | None, delay: timedelta, change: TaskChange) -> Task:
    task = await store.lock(change.tx, change.workspace, id_)
    reminders = snoozed(task, reminder, change.now, delay, uuid7())
    return change.record(task, rules.reminded(task, reminders, change.actor, change.now))
