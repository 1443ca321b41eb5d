"""Importing and exporting tasks. An import is one transaction, all or none; an export is one snapshot."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from todo_runtime.db import Database, Transaction
from todo_runtime.errors import InvalidArgument, ResourceExhausted
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.shared.resource_names import workspace_name
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.fractional_index import position_of
from services.chat_api.tasks.domain.model import Status, Task, TaskDraft
from services.chat_api.tasks.filtering import Filter
from services.chat_api.tasks.service.lists import create_list
from services.chat_api.tasks.service.tasks import pages_by_hand
from services.chat_api.tasks.writing.checks import members_among
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork
from services.chat_api.transfer import store
from services.chat_api.transfer.model import FileTask, bad_file, is_own_key

MAX_EXPORTED = 100_000
_PAGE = 1_000
_YIELD_EVERY = 200
"""Tasks to create before the event loop runs others."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many tasks of a file were created, and how many the workspace had already."""

    created: int
    skipped: int
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class _Plan:
    """The items to create with their ids, and the ids of all tasks by their keys in the file."""

    new: list[tuple[FileTask, UUID]]
    ids: dict[str, UUID]


@dataclass(frozen=True, slots=True)
class _Drafts:
    """Items as drafts for this workspace. A parent, an assignee or a list that it does not have is left out."""

    lists: Mapping[str | UUID, UUID]
    members: Collection[UUID]
    plan: _Plan

    def of(self, item: FileTask) -> TaskDraft:
        """The draft of an item; a completed one does not repeat: its next occurrence is a task of its own."""
        given = item.draft
        return replace(
            given,
            parent_id=self.plan.ids.get(item.parent),
            task_list_id=self.lists.get(given.task_list_id or "") or self.lists.get(item.list_name),
            assignee_id=given.assignee_id if given.assignee_id in self.members else None,
            rule=None if item.status is Status.COMPLETED else given.rule,
        )


class TransferService:
    """Files of tasks in and out of workspaces."""

    def __init__(self, database: Database, access: AccessCache, units: TaskUnitOfWork) -> None:
        self._database = database
        self._access = access
        self._units = units

    async def import_tasks(
        self, actor: Actor, workspace: str, items: Sequence[FileTask], request: Request[ImportResult] | None = None
    ) -> ImportResult | Replay:
        """Creates what the workspace does not have yet. The items are those of `transfer.model.checked`."""
        return await self._units.run(actor, workspace, request, partial(_import, items))

    async def export_tasks(self, actor: Actor, workspace: str, asked: Filter) -> AsyncIterator[list[tuple[Task, str]]]:
        """All tasks that are not deleted, each with the name of its list, in manual order, page by page.

        A database connection is held until the last page is read: never wait for a client in between.
        """
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction() as tx:
            await store.take_snapshot(tx, actor.user_id)
            names = await store.list_names(tx, id_)
            count = 0
            async for tasks in pages_by_hand(tx, id_, asked, _PAGE):
                count += len(tasks)
                if count > MAX_EXPORTED:
                    text = f"These are more than {MAX_EXPORTED:,} tasks: export them in parts, with a filter."
                    raise ResourceExhausted(text, reason="TOO_MANY_TASKS")
                yield [(task, names.get(task.task_list_id, "") if task.task_list_id else "") for task in tasks]


async def _import(items: Sequence[FileTask], change: TaskChange) -> ImportResult:
    plan = await _plan(change.tx, change.workspace, items)
    drafts = _Drafts(await _lists(plan, change), await _members(change.tx, change.workspace, plan), plan)
    created = [pair async for pair in _created(plan, drafts, change)]
    await change.insert([change.new(task) for task, _ in created])
    for task, imported in created:
        change.record(task, imported)
    return ImportResult(len(created), len(items) - len(created), change.now)


async def _lists(plan: _Plan, change: TaskChange) -> dict[str | UUID, UUID]:
    """The lists by name and by id; missing ones are created."""
    names = await store.list_names(change.tx, change.workspace)
    ids: dict[str | UUID, UUID] = {name: id_ for id_, name in names.items()} | {id_: id_ for id_ in names}
    for item, _ in plan.new:
        name = item.list_name
        if name and name not in ids and item.draft.task_list_id not in ids:
            ids[name] = await _add_list(item, change)
    return ids


async def _add_list(item: FileTask, change: TaskChange) -> UUID:
    try:
        return (await create_list(item.list_name, change)).id
    except InvalidArgument as error:
        raise bad_file(f"{item.location}.list", str(error)) from error


async def _created(plan: _Plan, drafts: _Drafts, change: TaskChange) -> AsyncIterator[tuple[Task, Task]]:
    """Each new task as it is created, and with the status that the file gives it."""
    first, actor, now = position_of(uuid7()), change.actor, change.now
    for count, (item, id_) in enumerate(plan.new):
        if count % _YIELD_EVERY == 0:
            await asyncio.sleep(0)
        with _located_at(item):
            task = rules.create(drafts.of(item), id_, change.workspace, actor, now, iter(uuid7, None))
        # After all older tasks, and all of one length: there is a position between any two.
        task = _without_past_reminders(replace(task, position=f"{first}{count:04x}8"), item, now)
        yield task, _with_status(task, item, actor, now)


async def _plan(tx: Transaction, workspace: UUID, items: Sequence[FileTask]) -> _Plan:
    keys = {item.key for item in items if item.stable} | {item.parent for item in items if item.parent}
    candidates = {key: _candidates(workspace, key) for key in keys}
    states = await store.states(tx, workspace, {id_ for ids in candidates.values() for id_ in ids})
    present = {key: id_ for key, ids in candidates.items() for id_ in reversed(ids) if states.get(id_)}
    new = []
    for item in sorted(items, key=lambda item: item.position):
        if item.stable and item.key in present:
            continue
        id_ = _candidates(workspace, item.key)[-1] if item.stable else uuid7()
        new.append((item, uuid7() if id_ in states else id_))
    return _Plan(new, present | {item.key: id_ for item, id_ in new if item.key})


def _candidates(workspace: UUID, key: str) -> list[UUID]:
    """The ids that the task of a key may have in a workspace: its original one, and the one that an import derives.

    The derived one is the same each time, so that a second import of a file finds what the first one created.
    """
    derived = uuid5(workspace, key)
    own, separator, id_ = key.rpartition("/tasks/")
    if separator and own == workspace_name(workspace) and is_own_key(key):
        return [UUID(id_), derived]
    return [derived]


async def _members(tx: Transaction, workspace: UUID, plan: _Plan) -> set[UUID]:
    return await members_among(tx, workspace, {item.draft.assignee_id for item, _ in plan.new})


def _without_past_reminders(task: Task, item: FileTask, now: datetime) -> Task:
    """An open task without the reminders that are past: they would all fire at once."""
    if item.status is not Status.OPEN:
        return task
    ahead = (reminder for reminder in task.reminders if reminder.fires_at is None or reminder.fires_at > now)
    return replace(task, reminders=tuple(ahead))


def _with_status(task: Task, item: FileTask, actor: Actor, now: datetime) -> Task:
    if item.status is Status.DROPPED:
        return rules.drop(task, actor, now)
    if item.status is Status.COMPLETED:
        return replace(rules.complete(task, actor, now), completed_at=min(now, item.completed_at or now))
    return task


@contextmanager
def _located_at(item: FileTask) -> Iterator[None]:
    """Names the location in the file in errors of the rules of tasks."""
    try:
        yield
    except InvalidArgument as error:
        field = error.violations[0].field.removeprefix("task.") if error.violations else ""
        raise bad_file(f"{item.location}.{field}".rstrip("."), str(error)) from error
