"""Gathers concurrent creates into one statement: what comes while a statement runs goes into the next one.

Guarantees: no delay when idle; one statement at a time, so its batches grow with the load by themselves; one bad task
fails alone; a workspace that somebody else has locked gets a queue of its own and holds nobody up. Every queue has
a bound: what is over it is refused, so that its caller comes again.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from contextvars import Context
from dataclasses import dataclass
from enum import Enum
from functools import partial
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.db import Database, Transaction, is_transient
from todo_runtime.outbox import lock_streams
from todo_runtime.telemetry.tracing import child_span

from services.chat_api.shared import quotas
from services.chat_api.tasks.store import bulk_insert
from services.chat_api.tasks.store.bulk_insert import (
    NewTask,
    Written,
)
from services.chat_api.tasks.writing.workspace_queue import MAX_WAITING as MAX_WAITING_IN_WORKSPACE
from services.chat_api.tasks.writing.workspace_queue import queue_full

MAX_BATCH = 256
MAX_WAITING = 10_000
"""Tasks in the queue, and as many again in the queues of all locked workspaces together: those refuse nobody else."""
GATHERING = 0.004
"""Seconds between two batches under load: the answers to one bring the requests of the next. Never when idle."""


class Outcome(Enum):
    """What became of a task: written now, or its request was answered before."""

    WRITTEN = "written"
    KNOWN = "known"


@dataclass(slots=True)
class _Waiting:
    item: NewTask
    done: "asyncio.Future[Outcome]"


class CreateBatcher:
    """The one writer of single creates in this process."""

    def __init__(
        self, database: Database, *, max_waiting: int = MAX_WAITING, max_in_workspace: int = MAX_WAITING_IN_WORKSPACE
    ) -> None:
        self._database = database
        self._max_waiting = max_waiting
        self._max_in_workspace = max_in_workspace
        self._waiting: deque[_Waiting] = deque()
        self._locked: dict[UUID, deque[_Waiting]] = {}
        self._working = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def write(self, item: NewTask) -> Outcome:
        """Writes one task, together with whatever else is waiting. Raises ResourceExhausted when too much is."""
        waiting = _Waiting(item, asyncio.get_running_loop().create_future())
        if item.task.workspace_id in self._locked:
            self._queue_for_lock(waiting)
        elif len(self._waiting) >= self._max_waiting:
            raise queue_full("Too many tasks are waiting to be written: try again in a second.")
        else:
            self._waiting.append(waiting)
            if not self._working:
                self._working = True
                self._start(self._work())
        with child_span("coalesced transaction"):
            return await waiting.done

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(
            work, context=Context()
        )  # it serves many calls: its log lines and spans belong to none
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = self._next_batch()
                await self._write_batch(batch)
                if len(batch) > 1:
                    await asyncio.sleep(GATHERING)
        finally:
            self._working = False

    def _next_batch(self) -> list[_Waiting]:
        """The next tasks, each request once: a repeat waits for the batch after."""
        batch: list[_Waiting] = []
        seen: set[tuple[UUID, UUID]] = set()
        for _ in range(min(len(self._waiting), MAX_BATCH)):
            waiting = self._waiting.popleft()
            request = waiting.item.request
            key = (request.actor_id, request.request_id) if request else None
            if key in seen:
                self._waiting.append(waiting)
                continue
            if key is not None:
                seen.add(key)
            batch.append(waiting)
        return batch

    async def _write_batch(self, batch: Sequence[_Waiting]) -> None:
        try:
            written = await self._write_unknown([waiting.item for waiting in batch])
        except Exception as error:  # noqa: BLE001 - each one finds out for itself
            await self._one_by_one(batch, error)
            return
        _settle(batch, written)
        for index in written.busy:
            self._queue_for_lock(batch[index])

    async def _one_by_one(self, batch: Sequence[_Waiting], error: Exception) -> None:
        if len(batch) == 1 or is_transient(error):
            for waiting in batch:
                _fail(waiting, error)
            return
        for waiting in batch:
            await self._write_batch([waiting])

    async def _write_unknown(self, items: Sequence[NewTask]) -> Written:
        """Expects that no request was answered before, as is nearly always so; looks only where that fails."""
        try:
            return await self._transaction(items, skip_locked=True, look_up=False)
        except pg.UniqueViolation:
            return await self._transaction(items, skip_locked=True, look_up=True)

    def _queue_for_lock(self, waiting: _Waiting) -> None:
        workspace = waiting.item.task.workspace_id
        queue = self._locked.get(workspace, ())
        if len(queue) >= self._max_in_workspace or sum(map(len, self._locked.values())) >= self._max_waiting:
            _fail(waiting, queue_full("Too many tasks of this workspace are waiting: try again in a second."))
        elif workspace in self._locked:
            self._locked[workspace].append(waiting)
        else:
            self._locked[workspace] = deque([waiting])
            self._start(self._write_locked(workspace))

    async def _write_locked(self, workspace: UUID) -> None:
        """Writes the tasks of one locked workspace, waiting for its lock."""
        queue = self._locked[workspace]
        try:
            while queue:
                await self._write_waiting(queue.popleft())
        finally:
            del self._locked[workspace]

    async def _write_waiting(self, waiting: _Waiting) -> None:
        try:
            written = await self._transaction([waiting.item], skip_locked=False, look_up=True)
        except Exception as error:  # noqa: BLE001 - it is the caller's
            _fail(waiting, error)
        else:
            _settle([waiting], written)

    async def _transaction(self, items: Sequence[NewTask], *, skip_locked: bool, look_up: bool) -> Written:
        return await self._database.run(partial(_write, items, skip_locked, look_up))


async def _write(items: Sequence[NewTask], skip_locked: bool, look_up: bool, tx: Transaction) -> Written:
    if not skip_locked:
        await lock_streams(tx, {(bulk_insert.TOPIC, item.task.workspace_id) for item in items})
    return await bulk_insert.write(tx, items, skip_locked=skip_locked, look_up=look_up)


def _settle(batch: Sequence[_Waiting], written: Written) -> None:
    for indexes, outcome in ((written.done, Outcome.WRITTEN), (written.known, Outcome.KNOWN)):
        for index in indexes:
            if not batch[index].done.done():
                batch[index].done.set_result(outcome)
    for index in written.full:
        _fail(batch[index], quotas.TASKS.exceeded())


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)
