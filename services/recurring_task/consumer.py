"""Events to commands: completed tasks that repeat, and what changes access."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from todo.events import Event
from todo.task_events.v1 import TaskCompleted
from todo_bindings.recurring_task.consumers import IdentityEventsConsumer, TaskEventsConsumer, WorkspaceEventsConsumer
from todo_runtime.access.consuming import AccessHandlers
from todo_runtime.db import Transaction
from todo_runtime.errors import DomainError
from todo_runtime.wire.record import EventMeta

from services.recurring_task.handlers import Occurrences, Outcome, current
from services.recurring_task.store import Series

AT_ONCE = 8
"""Workspaces whose occurrences are created at the same time."""


class Completions(TaskEventsConsumer):
    """Makes the next occurrence before the transaction, and records it within."""

    def __init__(self, occurrences: Occurrences) -> None:
        self._occurrences = occurrences
        self._outcomes: dict[UUID, Outcome | DomainError] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def prepare(self, events: Sequence[tuple[Event, EventMeta]]) -> None:
        """Creates what follows; workspaces side by side, each in order. Raises RetryLater."""
        self._outcomes = {}
        workspaces: dict[UUID, list[tuple[TaskCompleted, EventMeta]]] = defaultdict(list)
        for event, meta in events:
            if isinstance(event, TaskCompleted) and event.task.recurrence is not None:
                workspaces[meta.key].append((event, meta))
        await asyncio.gather(*(self._prepare(completed) for completed in workspaces.values()))

    async def on_task_completed(self, tx: Transaction, event: TaskCompleted, meta: EventMeta) -> None:
        """Records what followed. Raises what chat_api refused."""
        outcome = self._outcomes.get(meta.event_id)
        if isinstance(outcome, DomainError):
            raise outcome
        if outcome is not None and event.task.recurrence is not None:
            await self._occurrences.record(tx, outcome)

    async def _prepare(self, completed: Sequence[tuple[TaskCompleted, EventMeta]]) -> None:
        known: dict[UUID, Series] = {}
        async with self._gate:
            for event, meta in completed:
                await self._follow(event, meta, known)

    async def _follow(self, event: TaskCompleted, meta: EventMeta, known: dict[UUID, Series]) -> None:
        task = event.task
        if task.recurrence is None:
            return
        id_ = task.recurrence.series_id
        before = known.get(id_) or await self._occurrences.known(task.workspace_id, id_)
        try:
            outcome = await self._occurrences.follow(task, event.actor_id, meta, current(before, task))
        except DomainError as error:
            self._outcomes[meta.event_id] = error
            return
        self._outcomes[meta.event_id] = outcome
        known[id_] = outcome.series


class IdentityAccess(AccessHandlers, IdentityEventsConsumer):
    """Keeps the projection of access: people."""


class WorkspaceAccess(AccessHandlers, WorkspaceEventsConsumer):
    """Keeps the projection of access: memberships."""
