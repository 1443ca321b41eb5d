"""The use case of putting a reminder off."""

from datetime import timedelta
from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Transaction
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import (
    Task,
)
from services.chat_api.tasks.reminders.rules import snoozed
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.writing.unit_of_work import TaskWriter


class SnoozeHandler:
    """Puts reminders off."""

    def __init__(self, access: AccessCache, writer: TaskWriter, clock: Clock) -> None:
        self._access = access
        self._writer = writer
        self._clock = clock

    async def snooze(
        self,
        actor: Actor,
        name: TaskName,
        reminder: UUID | None,
        delay: timedelta,
        request: Request[Task] | None = None,
    ) -> Task:
        """Reminds again after `delay` from now: of one reminder, or (None) of the one that fired last."""
        workspace = await self._access.open(actor.user_id, name.workspace, write=True)

        async def write(tx: Transaction) -> Task:
            before = await store.lock(tx, workspace, name.task)
            now = self._clock.now()
            after = rules.reminded(before, snoozed(before, reminder, now, delay, uuid7()), actor, now)
            await self._writer.save(tx, actor, [(before, after)])
            return after

        task = await self._writer.once(actor, workspace, request, write)
        self._writer.tell_reminders([task])
        return task
