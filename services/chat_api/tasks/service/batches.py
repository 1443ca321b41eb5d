"""The use cases of many tasks at once: all or none, each task once, its events as if it were changed alone.

What is wrong with one of them is told with its place, `requests[3]`.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Transaction
from todo_runtime.errors import InvalidArgument, NotFound
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.idempotency import Request
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import (
    Status,
    Task,
    TaskDraft,
)
from services.chat_api.tasks.store import bulk_update as store
from services.chat_api.tasks.writing.batch_parts import part
from services.chat_api.tasks.writing.checks import (
    open_subtasks,
    require_list,
    require_members,
    require_parent,
)
from services.chat_api.tasks.writing.unit_of_work import TaskWriter


@dataclass(frozen=True, slots=True)
class One:
    """One task of a batch. `draft` and `fields` are what an update says, `cascade` what a completion says."""

    task: UUID
    etag: str = ""
    draft: TaskDraft = field(default_factory=TaskDraft)
    fields: Collection[str] = ()
    cascade: bool = False


Batch = Sequence[One]


class TaskBatchHandlers:
    """Everything that people do with many tasks at once."""

    def __init__(self, access: AccessCache, writer: TaskWriter, clock: Clock) -> None:
        self._access = access
        self._writer = writer
        self._clock = clock

    async def update(
        self, actor: Actor, workspace: str, batch: Batch, request: Request[list[Task]] | None = None
    ) -> list[Task]:
        """Changes the named fields of tasks, in the order given: each sees what those before it did."""

        async def change(tx: Transaction, tasks: dict[UUID, Task]) -> dict[UUID, Task]:
            change_id, done, unsaved = uuid7(), dict[UUID, Task](), list[tuple[Task, Task]]()
            for place, one in enumerate(batch):
                if "parent_task" in one.fields:  # the look for cycles must see what the ones before did
                    await self._writer.save(tx, actor, unsaved, change_id)
                    unsaved.clear()
                with part(place):
                    done[one.task] = await self._updated(tx, actor, tasks[one.task], one)
                unsaved.append((tasks[one.task], done[one.task]))
            await self._writer.save(tx, actor, unsaved, change_id)
            return done

        return await self._change(actor, workspace, batch, request, change)

    async def complete(
        self, actor: Actor, workspace: str, batch: Batch, request: Request[list[Task]] | None = None
    ) -> list[Task]:
        """Completes tasks. Open subtasks are no obstacle when they are in the batch too, or go along by `cascade`."""

        async def change(tx: Transaction, tasks: dict[UUID, Task]) -> dict[UUID, Task]:
            below = await self._below(tx, batch, tasks)
            now = self._clock.now()
            done = {}
            for place, one in enumerate(batch):
                with part(place):
                    done[one.task] = rules.complete(tasks[one.task], actor, now)
            done |= {id_: rules.complete(task, actor, now) for id_, task in below.items()}
            await self._writer.save(tx, actor, [((tasks | below)[id_], after) for id_, after in done.items()])
            return done

        return await self._change(actor, workspace, batch, request, change)

    async def delete(
        self, actor: Actor, workspace: str, batch: Batch, request: Request[list[Task]] | None = None
    ) -> list[Task]:
        """Deletes tasks; they can be undeleted."""

        async def change(tx: Transaction, tasks: dict[UUID, Task]) -> dict[UUID, Task]:
            now = self._clock.now()
            done = {one.task: rules.delete(tasks[one.task], actor, now) for one in batch}
            await self._writer.save(tx, actor, [(tasks[id_], after) for id_, after in done.items()])
            return done

        return await self._change(actor, workspace, batch, request, change)

    async def _change(
        self,
        actor: Actor,
        workspace: str,
        batch: Batch,
        request: Request[list[Task]] | None,
        change: Callable[[Transaction, dict[UUID, Task]], Awaitable[dict[UUID, Task]]],
    ) -> list[Task]:
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        _require_distinct(batch)

        async def write(tx: Transaction) -> list[Task]:
            tasks = await store.lock_all(tx, id_, [one.task for one in batch])
            for place, one in enumerate(batch):
                with part(place):
                    if one.task not in tasks:
                        raise NotFound(f"There is no task workspaces/{id_}/tasks/{one.task}.")
                    rules.require_etag(tasks[one.task], one.etag)
            done = await change(tx, tasks)
            return [done[one.task] for one in batch]

        changed = await self._writer.once(actor, id_, request, write)
        self._writer.tell_reminders(changed)
        return changed

    async def _updated(self, tx: Transaction, actor: Actor, task: Task, one: One) -> Task:
        if "assignee" in one.fields:
            await require_members(tx, actor, task.workspace_id, [one.draft.assignee_id])
        if "parent_task" in one.fields and one.draft.parent_id is not None:
            await require_parent(tx, task, one.draft.parent_id)
        if "task_list" in one.fields:
            await require_list(tx, task.workspace_id, one.draft.task_list_id)
        return rules.update(task, one.draft, one.fields, actor, self._clock.now(), iter(uuid7, None))

    async def _below(self, tx: Transaction, batch: Batch, tasks: dict[UUID, Task]) -> dict[UUID, Task]:
        """The open tasks that go along, locked. Refused where others are open below a task that is to be completed."""
        below = {}
        for one in batch:
            task = tasks[one.task]
            done = task.status is Status.COMPLETED
            below[one.task] = set[UUID]() if done else set(await store.open_below(tx, task.workspace_id, [task.id]))
        along = {id_ for one in batch if one.cascade for id_ in below[one.task]} - tasks.keys()
        for place, one in enumerate(batch):
            obstacles = below[one.task] - along - tasks.keys()
            if obstacles:
                with part(place):
                    raise open_subtasks(len(obstacles))
        return await store.lock_all(tx, next(iter(tasks.values())).workspace_id, sorted(along)) if along else {}


def _require_distinct(batch: Batch) -> None:
    seen: set[UUID] = set()
    for place, one in enumerate(batch):
        if one.task in seen:
            with part(place):
                raise InvalidArgument("This task is there twice: name each one once.")
        seen.add(one.task)
