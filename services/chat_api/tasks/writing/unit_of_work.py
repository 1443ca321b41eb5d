"""The one way in which tasks change: a transaction that locks its workspace once.

Guarantees: one transaction and one connection for a change; its tasks, journal, reminders and events are written
together with the reply that a repeat of the request gets; what the database refuses comes out as the caller's error.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import psycopg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7
from todo_runtime.outbox import StreamKey, append_locked, lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.shared.request_table import REQUESTS
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.reminders.updates import OnReminder, pending, reschedule
from services.chat_api.tasks.store import journal, quota
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.store.bulk_insert import NewTask, write_all
from services.chat_api.tasks.writing.refusals import refusal_of
from services.chat_api.tasks.writing.workspace_queue import WorkspaceQueue

T = TypeVar("T")


class TaskChange:
    """What one change does to the tasks of one workspace, whose streams are locked. It lasts as long as `tx`.

    Changed tasks are recorded and written as a set: by `flush`, or at the end of the method that the change runs.
    """

    def __init__(
        self,
        tx: Transaction,
        actor: Actor,
        workspace: UUID,
        now: datetime,
        heads: dict[StreamKey, int],
        events: TaskEvents,
        on_reminder: OnReminder,
    ) -> None:
        self.tx = tx
        self.actor = actor
        self.workspace = workspace
        self.now = now
        self._heads = heads
        self._events = events
        self._on_reminder = on_reminder
        self._id = uuid7()
        self._recorded: list[tuple[Task, Task]] = []

    def record(self, before: Task, after: Task) -> Task:
        """Has a changed task written; returns it. One that did not change is not written."""
        if before != after:
            self._recorded.append((before, after))
        return after

    def new(self, task: Task) -> NewTask:
        """A new task with its event, for `insert`."""
        return NewTask(task, self._events.created(task, self.actor), None)

    async def insert(self, new: Sequence[NewTask], *, undoable: bool = True) -> None:
        """Writes new tasks at once. Raises ResourceExhausted where the workspace has no room for all of them.

        With `undoable`, undo takes them back together; a single create needs no journal for that.
        """
        if not new:
            return
        stream = _task_stream(self.workspace)
        heads = {self.workspace: self._heads[stream]}
        await write_all(self.tx, new, heads)
        self._heads[stream] = heads[self.workspace]
        if undoable:
            await journal.add_created(self.tx, [each.task for each in new], self._id)
        self._expect_reminders([each.task for each in new])

    async def flush(self, *, restoring: bool = False) -> None:
        """Writes what is recorded, with its journal, reminders and events; undo takes all of a change back together.

        With `restoring`, reminders whose time is over don't fire.
        """
        recorded, self._recorded = self._recorded, []
        if not recorded:
            return
        await self._require_room(recorded)
        await store.replace_all(self.tx, recorded, self._id)
        messages = []
        for before, after in recorded:
            messages.append(self._events.changed(before, after, self.actor))
            if before.reminders or after.reminders:
                messages += await reschedule(self.tx, self._events, before, after, self.now, restoring=restoring)
        await append_locked(self.tx, messages, self._heads)
        self._expect_reminders([after for _, after in recorded])

    async def _require_room(self, recorded: Sequence[tuple[Task, Task]]) -> None:
        undeleted = sum(before.deleted_at is not None and after.deleted_at is None for before, after in recorded)
        if undeleted:
            head = self._heads[_task_stream(self.workspace)]
            await quota.require_room(self.tx, self.workspace, head, undeleted)

    def _expect_reminders(self, tasks: Sequence[Task]) -> None:
        """Tells the scheduler when reminders fire, once they are committed."""
        for task in tasks:
            if task.reminders:
                for _, fires_at in pending(task):
                    self.tx.after_commit(partial(self._on_reminder, fires_at))


Method = Callable[[TaskChange], Awaitable[T]]


class TaskUnitOfWork:
    """Runs the changes of this process. `on_reminder` is called with the instant of each reminder that is committed."""

    def __init__(
        self, database: Database, access: AccessCache, events: TaskEvents, clock: Clock, on_reminder: OnReminder
    ) -> None:
        self._database = database
        self._access = access
        self._events = events
        self._clock = clock
        self._on_reminder = on_reminder
        self._queue = WorkspaceQueue()

    async def run(self, actor: Actor, workspace: str, request: Request[T] | None, method: Method[T]) -> T | Replay:
        """Runs a method on a workspace that the actor may write to, or answers what the request was answered before.

        A method may run more than once, each time from the start: nothing of an earlier run is kept.
        """
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        try:
            async with self._queue.turn(id_):
                return await self._database.run(partial(self._attempt, actor, id_, request, method), actor.user_id)
        except psycopg.Error as error:
            raise refusal_of(error, actor, self._access) from error

    async def _attempt(
        self, actor: Actor, workspace: UUID, request: Request[T] | None, method: Method[T], tx: Transaction
    ) -> T | Replay:
        heads = await lock_streams(tx, [_task_stream(workspace), ("reminders", workspace)])
        change = TaskChange(tx, actor, workspace, self._clock.now(), heads, self._events, self._on_reminder)
        work = partial(_work, change, method)
        return await REQUESTS.once(tx, (workspace, actor.user_id), request, change.now, work)


async def _work(change: TaskChange, method: Method[T]) -> T:
    result = await method(change)
    await change.flush()
    return result


def _task_stream(workspace: UUID) -> StreamKey:
    return ("task-events", workspace)
