"""Turns events into commands: completed tasks that repeat, and changes of access."""

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

from services.recurring_task.service import Occurrences, Outcome, with_current_rule
from services.recurring_task.store import Series

MAX_CONCURRENT_WORKSPACES = 8
"""Workspaces whose occurrences are created at the same time."""

MAX_OUTCOMES = 5_000
"""Outcomes that may wait for their transaction: more than any batch holds."""


class Completions(TaskEventsConsumer):
    """Creates the next occurrence before the transaction, and records it within.

    Outcomes are kept by event until they are recorded: a redrive may prepare its event while a batch is between its
    preparation and its transaction.
    """

    def __init__(self, occurrences: Occurrences) -> None:
        self._occurrences = occurrences
        self._outcomes: dict[UUID, Outcome | DomainError | None] = {}
        self._slots = asyncio.Semaphore(MAX_CONCURRENT_WORKSPACES)

    async def prepare(self, events: Sequence[tuple[Event, EventMeta]]) -> None:
        """Creates the next occurrences; workspaces in parallel, each in order. Raises RetryLater."""
        workspaces: dict[UUID, list[tuple[TaskCompleted, EventMeta]]] = defaultdict(list)
        for event, meta in events:
            if isinstance(event, TaskCompleted) and event.task.recurrence is not None:
                workspaces[meta.key].append((event, meta))
        prepared = (self._prepare(completed) for completed in workspaces.values())
        for failure in await asyncio.gather(*prepared, return_exceptions=True):
            if failure is not None:
                raise failure

    async def on_task_completed(self, tx: Transaction, event: TaskCompleted, meta: EventMeta) -> None:
        """Records the outcome. Raises the error with which chat_api refused."""
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
        async with self._slots:
            for event, meta in completed:
                outcome = None if event.task.id in followed else await self._create_next(event.task, event, meta, known)
                self._keep(meta.event_id, outcome)
                if isinstance(outcome, Outcome) and outcome.occurrence.successor_id is not None:
                    followed.add(event.task.id)

    async def _create_next(
        self, task: Task, event: TaskCompleted, meta: EventMeta, known: dict[UUID, Series]
    ) -> Outcome | DomainError | None:
        """The outcome, the error of chat_api, or None where the next occurrence exists and is recorded."""
        assert task.recurrence is not None  # noqa: S101 - prepare takes only tasks that repeat
        id_ = task.recurrence.series_id
        before, followed = await self._occurrences.find_series(task, id_)
        if followed:
            return None
        series = with_current_rule(known.get(id_, before), task)
        try:
            outcome = await self._occurrences.create_next(task, event.actor_id, meta, series)
        except DomainError as error:
            return error
        known[id_] = outcome.series
        return outcome

    def _keep(self, event_id: UUID, outcome: Outcome | DomainError | None) -> None:
        """Keeps an outcome; the oldest are evicted, which duplicates left."""
        self._outcomes[event_id] = outcome
        while len(self._outcomes) > MAX_OUTCOMES:
            del self._outcomes[next(iter(self._outcomes))]


class IdentityAccess(AccessHandlers, IdentityEventsConsumer):
    """Keeps the projection of access: people."""


class WorkspaceAccess(AccessHandlers, WorkspaceEventsConsumer):
    """Keeps the projection of access: memberships."""
