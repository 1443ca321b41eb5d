"""The use cases of many tasks at once: all or none, each task once, its events as if it were changed alone.

An error names the index of its item, `requests[3]`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from todo_runtime.errors import InvalidArgument, NotFound
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7

from services.chat_api.access.model import Actor
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import Status, Task, TaskDraft
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.writing.batch_errors import at_index
from services.chat_api.tasks.writing.checks import open_subtasks, require_update_targets
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One task of a batch. `draft` and `fields` are what an update says, `cascade` what a completion says."""

    task: UUID
    etag: str = ""
    draft: TaskDraft = field(default_factory=TaskDraft)
    fields: Collection[str] = ()
    cascade: bool = False


Batch = Sequence[BatchItem]
Tasks = dict[UUID, Task]


class TaskBatchService:
    """Everything that people do with many tasks at once."""

    def __init__(self, units: TaskUnitOfWork) -> None:
        self._units = units

    async def update(
        self, actor: Actor, workspace: str, batch: Batch, request: Request[list[Task]] | None = None
    ) -> list[Task] | Replay:
        """Changes the named fields of tasks, in the order given: each sees what those before it did."""
        return await self._units.run(actor, workspace, request, partial(_update, batch))

    async def complete(
        self, actor: Actor, workspace: str, batch: Batch, request: Request[list[Task]] | None = None
    ) -> list[Task] | Replay:
        """Completes tasks. Their open subtasks must be in the batch too, or `cascade` completes them."""
        return await self._units.run(actor, workspace, request, partial(_complete, batch))

    async def delete(
        self, actor: Actor, workspace: str, batch: Batch, request: Request[list[Task]] | None = None
    ) -> list[Task] | Replay:
        """Deletes tasks; they can be undeleted."""
        return await self._units.run(actor, workspace, request, partial(_delete, batch))


async def _update(batch: Batch, change: TaskChange) -> list[Task]:
    tasks = await _locked(batch, change)
    updated = []
    for index, item in enumerate(batch):
        if "parent_task" in item.fields:
            await change.flush()  # the check for cycles must see the parents that the items before gave
        task = tasks[item.task]
        with at_index(index):
            await require_update_targets(change.tx, change.actor, task, item.draft, item.fields)
            after = rules.update(task, item.draft, item.fields, change.actor, change.now, iter(uuid7, None))
        updated.append(change.record(task, after))
    return updated


async def _complete(batch: Batch, change: TaskChange) -> list[Task]:
    tasks = await _locked(batch, change)
    subtasks = await _cascaded(batch, tasks, change)
    completed = []
    for index, item in enumerate(batch):
        task = tasks[item.task]
        with at_index(index):
            completed.append(change.record(task, rules.complete(task, change.actor, change.now)))
    for subtask in subtasks.values():
        change.record(subtask, rules.complete(subtask, change.actor, change.now))
    return completed


async def _delete(batch: Batch, change: TaskChange) -> list[Task]:
    tasks = await _locked(batch, change)
    return [change.record(tasks[item.task], rules.delete(tasks[item.task], change.actor, change.now)) for item in batch]


async def _locked(batch: Batch, change: TaskChange) -> Tasks:
    _require_distinct(batch)
    tasks = await store.lock_all(change.tx, change.workspace, [item.task for item in batch])
    for index, item in enumerate(batch):
        with at_index(index):
            if item.task not in tasks:
                raise NotFound(f"There is no task workspaces/{change.workspace}/tasks/{item.task}.")
            rules.require_etag(tasks[item.task], item.etag)
    return tasks


async def _cascaded(batch: Batch, tasks: Tasks, change: TaskChange) -> Tasks:
    """The open subtasks that `cascade` completes too, locked. Raises where other open ones are below a task."""
    below: dict[UUID, set[UUID]] = {}
    for item in batch:
        completed = tasks[item.task].status is Status.COMPLETED
        ids = [] if completed else await store.open_descendant_ids(change.tx, change.workspace, [item.task])
        below[item.task] = set(ids)
    along = {id_ for item in batch if item.cascade for id_ in below[item.task]} - tasks.keys()
    for index, item in enumerate(batch):
        obstacles = below[item.task] - along - tasks.keys()
        if obstacles:
            with at_index(index):
                raise open_subtasks(len(obstacles))
    return await store.lock_all(change.tx, change.workspace, sorted(along)) if along else {}


def _require_distinct(batch: Batch) -> None:
    seen: set[UUID] = set()
    for index, item in enumerate(batch):
        if item.task in seen:
            with at_index(index):
                raise InvalidArgument("The batch names this task twice: name each task once.")
        seen.add(item.task)
