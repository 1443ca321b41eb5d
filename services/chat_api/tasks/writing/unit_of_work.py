"""How a change of tasks is written: the workspace's lane, its locks, its journal, reminders and events.

Promises: one transaction and one connection a change; what the database refuses comes out as the caller's error.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import PermissionDenied
from todo_runtime.ids import uuid7
from todo_runtime.outbox import Outgoing, StreamKey, append_locked, lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.idempotency import (
    Request,
    once,
)
from services.chat_api.tasks.domain.model import (
    Task,
)
from services.chat_api.tasks.reminders import updates as task_reminders
from services.chat_api.tasks.store import bulk_update as task_changes
from services.chat_api.tasks.store.quota import require_room
from services.chat_api.tasks.writing.checks import missing
from services.chat_api.tasks.writing.events import TaskEvents
from services.chat_api.tasks.writing.workspace_queue import Lanes

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[T]]


class TaskWriter:
    """The writer of this process. `on_reminder` is called with the moment of each reminder written."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        events: TaskEvents,
        clock: Clock,
        on_reminder: Callable[[datetime], None],
    ) -> None:
        self._database = database
        self._access = access
        self._events = events
        self._clock = clock
        self._on_reminder = on_reminder
        self._lanes = Lanes()

    async def once(self, actor: Actor, workspace: UUID, request: Request[T] | None, work: Work[T]) -> T:
        """Does the work with the workspace locked, or answers what the request was answered before."""
        return await self.locked(
            actor,
            workspace,
            lambda tx: once(tx, workspace, actor.user_id, request, self._clock.now(), lambda: work(tx)),
        )

    async def locked(self, actor: Actor, workspace: UUID, work: Work[T]) -> T:
        """Does the work in its turn, with the workspace's streams locked."""

        async def run(tx: Transaction) -> T:
            await lock_streams(tx, _streams(workspace))
            return await work(tx)

        with self.refusals(actor):
            async with self._lanes.of(workspace):
                return await self._database.run(run, actor.user_id)

    async def save(
        self,
        tx: Transaction,
        actor: Actor,
        changes: Sequence[tuple[Task, Task]],
        change_id: UUID | None = None,
        *,
        going_back: bool = False,
    ) -> None:
        """Writes what changed of tasks of one workspace, as (before, after), with all that follows from them.

        Undo takes back together what has one `change_id`. With `going_back` a reminder that is past does not fire.
        """
        changed = [pair for pair in changes if pair[0] != pair[1]]
        if not changed:
            return
        workspace = changed[0][1].workspace_id
        heads = await lock_streams(tx, _streams(workspace))
        back = sum(before.deleted_at is not None and after.deleted_at is None for before, after in changed)
        await require_room(tx, workspace, heads["task-events", workspace], back)
        await task_changes.replace_all(tx, changed, change_id or uuid7())
        messages: list[Outgoing] = []
        for before, after in changed:
            messages.append(self._events.changed(before, after, actor))
            now = self._clock.now()
            messages += await task_reminders.move(tx, self._events, before, after, now, going_back=going_back)
        await append_locked(tx, messages, heads)

    def tell_reminders(self, tasks: Sequence[Task]) -> None:
        """Tells the scheduler when the reminders of written tasks fire."""
        for task in tasks:
            for _, moment in task_reminders.pending(task):
                self._on_reminder(moment)

    @contextmanager
    def refusals(self, actor: Actor) -> Iterator[None]:
        """Turns what the database refuses into the caller's error; the cache may have known an older role."""
        try:
            yield
        except pg.ForeignKeyViolation as error:
            raise missing(error.diag.constraint_name) from error
        except pg.InsufficientPrivilege as error:
            self._access.evict(actor.user_id)
            raise PermissionDenied("Your role in this workspace does not allow this.", reason="ROLE") from error


def _streams(workspace: UUID) -> list[StreamKey]:
    return [("task-events", workspace), ("reminders", workspace)]
