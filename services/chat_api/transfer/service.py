"""Importing and exporting tasks. An import is one transaction, all or none; an export is one snapshot."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import InvalidArgument, ResourceExhausted
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.shared import quotas
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.resource_names import workspace_name
from services.chat_api.tasks.domain import lists
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.fractional_index import position_of
from services.chat_api.tasks.domain.model import Status, Task, TaskDraft
from services.chat_api.tasks.domain.order_by import BY_HAND, place_of
from services.chat_api.tasks.domain.queries import TaskQuery
from services.chat_api.tasks.filtering import Filter
from services.chat_api.tasks.store import bulk_insert as set_write
from services.chat_api.tasks.store import journal
from services.chat_api.tasks.store import lists as task_lists
from services.chat_api.tasks.store import queries as task_queries
from services.chat_api.tasks.store.bulk_insert import NewTask
from services.chat_api.tasks.store.tasks import is_member
from services.chat_api.tasks.writing.events import TaskEvents
from services.chat_api.tasks.writing.unit_of_work import TaskWriter
from services.chat_api.transfer import store
from services.chat_api.transfer.model import Entry, is_own_key, wrong

MAX_EXPORTED = 100_000
_PAGE = 1_000
_AT_A_TIME = 200
"""Tasks made before others of the process get their turn."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: tasks that were created, and those that the workspace had already."""

    created: int
    skipped: int
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class _Plan:
    """The entries to create with their ids, and the ids of all tasks by the keys that the file has for them."""

    new: list[tuple[Entry, UUID]]
    ids: dict[str, UUID]


@dataclass(frozen=True, slots=True)
class _Drafts:
    """Entries as drafts of this workspace. A parent, an assignee or a list that it does not have is left out."""

    lists: Mapping[str | UUID, UUID]
    members: Collection[UUID]
    plan: _Plan

    def of(self, entry: Entry) -> TaskDraft:
        """The draft of an entry; a completed one does not repeat: the occurrence after it is a task of its own."""
        given = entry.draft
        return replace(
            given,
            parent_id=self.plan.ids.get(entry.parent),
            task_list_id=self.lists.get(given.task_list_id or "") or self.lists.get(entry.list_name),
            assignee_id=given.assignee_id if given.assignee_id in self.members else None,
            rule=None if entry.status is Status.COMPLETED else given.rule,
        )


class ExchangeHandlers:
    """Files of tasks in and out of workspaces."""

    def __init__(
        self, database: Database, access: AccessCache, events: TaskEvents, clock: Clock, writer: TaskWriter
    ) -> None:
        self._database = database
        self._access = access
        self._events = events
        self._clock = clock
        self._writer = writer

    async def import_tasks(
        self, actor: Actor, workspace: str, entries: Sequence[Entry], request: Request[Imported] | None = None
    ) -> Imported:
        """Creates what the workspace does not have yet. The entries are checked (`transfer.model.check`)."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        made: list[Task] = []

        async def write(tx: Transaction) -> Imported:
            made.clear()
            made.extend(await self._write(tx, actor, id_, entries))
            return Imported(len(made), len(entries) - len(made), self._clock.now())

        imported = await self._writer.once(actor, id_, request, write)
        self._writer.tell_reminders(made)
        return imported

    async def export_tasks(self, actor: Actor, workspace: str, asked: Filter) -> AsyncIterator[list[tuple[Task, str]]]:
        """All tasks that are not deleted, each with the name of its list, in the order by hand, page by page.

        A connection is held until the last page is taken: keep no client waiting in between.
        """
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction() as tx:
            await store.take_snapshot(tx, actor.user_id)
            names = await store.list_names(tx, id_)
            count = 0
            async for tasks in _pages(tx, id_, asked):
                count += len(tasks)
                if count > MAX_EXPORTED:
                    text = f"These are more than {MAX_EXPORTED:,} tasks: export them in parts, with a filter."
                    raise ResourceExhausted(text, reason="TOO_MANY_TASKS")
                yield [(task, names.get(task.task_list_id, "") if task.task_list_id else "") for task in tasks]

    async def _write(self, tx: Transaction, actor: Actor, workspace: UUID, entries: Sequence[Entry]) -> list[Task]:
        plan = await _plan(tx, workspace, entries)
        drafts = _Drafts(await self._lists(tx, actor, workspace, plan), await _members(tx, workspace, plan), plan)
        changes = [change async for change in self._made(actor, workspace, plan, drafts)]
        if changes:
            new = [NewTask(task, self._events.created(task, actor), None) for task, _ in changes]
            await set_write.write_all(tx, new)
        together = uuid7()
        await journal.add_created(tx, [task for task, _ in changes], together)
        await self._writer.save(tx, actor, changes, together)
        return [after for _, after in changes]

    async def _lists(self, tx: Transaction, actor: Actor, workspace: UUID, plan: _Plan) -> dict[str | UUID, UUID]:
        """The lists by name and by id; those that are missing are made."""
        known = await store.list_names(tx, workspace)
        found: dict[str | UUID, UUID] = {name: id_ for id_, name in known.items()} | {id_: id_ for id_ in known}
        for entry, _ in plan.new:
            name = entry.list_name
            if name and name not in found and entry.draft.task_list_id not in found:
                found[name] = await self._add_list(tx, actor, workspace, entry)
        return found

    async def _add_list(self, tx: Transaction, actor: Actor, workspace: UUID, entry: Entry) -> UUID:
        try:
            new = lists.create(entry.list_name, uuid7(), workspace, actor.user_id, self._clock.now())
        except InvalidArgument as error:
            raise wrong(f"{entry.place}.list", str(error)) from error
        quotas.TASK_LISTS.require_room(await task_lists.count(tx, workspace))
        await task_lists.add(tx, new)
        return new.id

    async def _made(
        self, actor: Actor, workspace: UUID, plan: _Plan, drafts: _Drafts
    ) -> AsyncIterator[tuple[Task, Task]]:
        """Each new task as it is created, and as the file says that it became."""
        first = position_of(uuid7())
        for count, (entry, id_) in enumerate(plan.new):
            if count % _AT_A_TIME == 0:
                await asyncio.sleep(0)
            now = self._clock.now()
            with _told_at(entry):
                task = rules.create(drafts.of(entry), id_, workspace, actor, now, iter(uuid7, None))
            # Behind all older ones, and of one length: a place between any two can be found.
            task = replace(task, position=f"{first}{count:04x}8")
            yield _without_past(task, entry, now), _closed(_without_past(task, entry, now), entry, actor, now)


async def _plan(tx: Transaction, workspace: UUID, entries: Sequence[Entry]) -> _Plan:
    keys = {entry.key for entry in entries if entry.lasting} | {entry.parent for entry in entries if entry.parent}
    candidates = {key: _candidates(workspace, key) for key in keys}
    states = await store.states(tx, workspace, {id_ for ids in candidates.values() for id_ in ids})
    there = {key: id_ for key, ids in candidates.items() for id_ in reversed(ids) if states.get(id_)}
    new = []
    for entry in sorted(entries, key=lambda entry: entry.position):
        if entry.lasting and entry.key in there:
            continue
        lasting = _candidates(workspace, entry.key)[-1] if entry.lasting else uuid7()
        new.append((entry, uuid7() if lasting in states else lasting))
    return _Plan(new, there | {entry.key: id_ for entry, id_ in new if entry.key})


def _candidates(workspace: UUID, key: str) -> list[UUID]:
    """The ids that the task of a key may have in a workspace: its own one, and the one that an import gives it.

    The latter is the same each time, so that a second import of a file finds what the first one made.
    """
    derived = uuid5(workspace, key)
    own, separator, id_ = key.rpartition("/tasks/")
    if separator and own == workspace_name(workspace) and is_own_key(key):
        return [UUID(id_), derived]
    return [derived]


async def _members(tx: Transaction, workspace: UUID, plan: _Plan) -> set[UUID]:
    assignees = {entry.draft.assignee_id for entry, _ in plan.new}
    return {one for one in assignees if one is not None and await is_member(tx, workspace, one)}


def _without_past(task: Task, entry: Entry, now: datetime) -> Task:
    """An open task without reminders whose moment is over: they would all fire at once."""
    if entry.status is not Status.OPEN:
        return task
    return replace(task, reminders=tuple(one for one in task.reminders if one.fires_at is None or one.fires_at > now))


def _closed(task: Task, entry: Entry, actor: Actor, now: datetime) -> Task:
    if entry.status is Status.DROPPED:
        return rules.drop(task, actor, now)
    if entry.status is Status.COMPLETED:
        return replace(rules.complete(task, actor, now), completed_at=min(now, entry.completed_at or now))
    return task


@contextmanager
def _told_at(entry: Entry) -> Iterator[None]:
    """Adds the place in the file to what the rules of tasks refuse."""
    try:
        yield
    except InvalidArgument as error:
        field = error.violations[0].field.removeprefix("task.") if error.violations else ""
        raise wrong(f"{entry.place}.{field}".rstrip("."), str(error)) from error


async def _pages(tx: Transaction, workspace: UUID, asked: Filter) -> AsyncIterator[list[Task]]:
    query = TaskQuery(status=None, limit=_PAGE, asked=asked, order=BY_HAND)
    while tasks := await task_queries.select(tx, workspace, query):
        yield tasks
        query = replace(query, after=place_of(tasks[-1], BY_HAND))
