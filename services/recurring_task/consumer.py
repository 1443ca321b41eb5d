"""Events to commands: completed tasks that repeat, and what changes access."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from todo.events import Event
from todo.task_events.v1 import TaskCompleted
from todo.types.v1 import Task
from todo_bindings.recurring_task.consumers import IdentityEventsConsumer, TaskEventsConsumer, WorkspaceEventsConsumer
from todo_product.access.consuming import AccessHandlers
from todo_runtime.db import Transaction
from todo_runtime.errors import DomainError, RetryLater
from todo_runtime.wire.record import EventMeta

from services.recurring_task.handlers import Occurrences, Outcome, current
from services.recurring_task.store import Series

AT_ONCE = 8
"""Workspaces whose occurrences are created at the same time."""

KEPT = 5_000
"""Outcomes that may wait for their transaction: more than any batch has."""


class Completions(TaskEventsConsumer):
    """Makes the next occurrence before the transaction, and records it within.

    What was found out is kept by event until it is recorded: a redrive may prepare its event while a batch is between
    its preparation and its transaction.
    """

    def __init__(self, occurrences: Occurrences) -> None:
        self._occurrences = occurrences
        self._outcomes: dict[UUID, Outcome | DomainError | None] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def prepare(self, events: Sequence[tuple[Event, EventMeta]]) -> None:
        """Creates what follows; workspaces side by side, each in order. Raises RetryLater."""
        workspaces: dict[UUID, list[tuple[TaskCompleted, EventMeta]]] = defaultdict(list)
        for event, meta in events:
            if isinstance(event, TaskCompleted) and event.task.recurrence is not None:
                workspaces[meta.key].append((event, meta))
        prepared = (self._prepare(completed) for completed in workspaces.values())
        for failure in await asyncio.gather(*prepared, return_exceptions=True):
            if failure is not None:
                raise failure

    async def on_task_completed(self, tx: Transaction, event: TaskCompleted, meta: EventMeta) -> None:
        """Records what followed. Raises what chat_api refused."""
        if event.task.recurrence is None:
            return
        if meta.event_id not in self._outcomes:
            raise RetryLater("The occurrence was not prepared.")
        outcome = self._outcomes.pop(meta.event_id)
        if isinstance(outcome, DomainError):
            raise outcome
        if outcome is not None:
            await self._occurrences.record(tx, outcome)

    async def _prepare(self, completed: Sequence[tuple[TaskCompleted, EventMeta]]) -> None:
        known: dict[UUID, Series] = {}
        followed: set[UUID] = set()
        async with self._gate:
            for event, meta in completed:
                outcome = None if event.task.id in followed else await self._follow(event.task, event, meta, known)
                self._keep(meta.event_id, outcome)
                if isinstance(outcome, Outcome) and outcome.occurrence.successor_id is not None:
                    followed.add(event.task.id)

    async def _follow(
        self, task: Task, event: TaskCompleted, meta: EventMeta, known: dict[UUID, Series]
    ) -> Outcome | DomainError | None:
        """The outcome, what chat_api refused, or None where the next one is there and recorded."""
        assert task.recurrence is not None  # noqa: S101 - prepare takes only tasks that repeat
        id_ = task.recurrence.series_id
        before, followed = await self._occurrences.standing(task, id_)
        if followed:
            return None
        series = current(known.get(id_, before), task)
        try:
            outcome = await self._occurrences.follow(task, event.actor_id, meta, series)
        except DomainError as error:
            return error
        known[id_] = outcome.series
        return outcome

    def _keep(self, event_id: UUID, outcome: Outcome | DomainError | None) -> None:
        """What duplicates left behind goes first."""
        self._outcomes[event_id] = outcome
        while len(self._outcomes) > KEPT:
            del self._outcomes[next(iter(self._outcomes))]


class IdentityAccess(AccessHandlers, IdentityEventsConsumer):
    """Keeps the projection of access: people."""


class WorkspaceAccess(AccessHandlers, WorkspaceEventsConsumer):
    """Keeps the projection of access: memberships."""
