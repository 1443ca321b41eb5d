"""The use cases of tasks. Each change is one unit of work: lock, change, journal, reminders, event.

`workspace` is the part of a resource name that a person gives (`personal` or an id); a task is named by TaskName.
`request` makes a call idempotent: its repeat gets a Replay. To whoever is not a member, nothing exists.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

import psycopg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import (
    FailedPrecondition,
    InvalidArgument,
    PermissionDenied,
    RetryLater,
)
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.shared.request_table import REQUESTS
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import Task, TaskDraft
from services.chat_api.tasks.domain.order_by import BY_HAND, sort_values_of
from services.chat_api.tasks.domain.reminders import inherited
from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.filtering import ALWAYS, Filter, FilterContext
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.reminders.updates import OnReminder, pending
from services.chat_api.tasks.store import lists, queries, search
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.store.bulk_insert import NewTask, RequestRow
from services.chat_api.tasks.writing.batch_errors import at_index
from services.chat_api.tasks.writing.checks import (
    open_subtasks,
    require_members,
    require_targets,
    require_update_targets,
)
from services.chat_api.tasks.writing.create_batcher import CreateBatcher, Outcome
from services.chat_api.tasks.writing.refusals import refusal_of
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork

Rule = Callable[[Task, Actor, datetime], Task]


class TaskService:
    """Everything that people do with single tasks, and lists of them."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        units: TaskUnitOfWork,
        events: TaskEvents,
        clock: Clock,
        on_reminder: OnReminder,
    ) -> None:
        self._database = database
        self._access = access
        self._units = units
        self._events = events
        self._clock = clock
        self._on_reminder = on_reminder
        self._batcher = CreateBatcher(database)

    async def create_task(
        self, actor: Actor, workspace: str, draft: TaskDraft, request: Request[Task] | None = None
    ) -> Task | Replay:
        """Creates a task."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        if draft.assignee_id not in (None, actor.user_id):
            await self._require_assignee(actor, id_, draft.assignee_id, request)
        new = self._new(actor, id_, draft, request)
        try:
            outcome = await self._batcher.write(new)
        except psycopg.Error as error:
            raise refusal_of(error, actor, self._access) from error
        if outcome is Outcome.KNOWN and request is not None:
            return await self._replay(actor, id_, request)
        if new.task.reminders:
            for _, fires_at in pending(new.task):
                self._on_reminder(fires_at)
        return new.task

    async def create_successor(self, actor: Actor, workspace: str, draft: TaskDraft, predecessor: UUID) -> Task:
        """Creates the next occurrence of a series, once, whatever was edited since; for the service that does so."""
        if actor.service is None:
            text = "Only the service that creates occurrences names a predecessor."
            raise PermissionDenied(text, reason="PREDECESSOR")
        created = await self._units.run(actor, workspace, None, partial(_create_successor, draft, predecessor))
        if isinstance(created, Replay):
            raise TypeError("Without a request id there is no replay.")
        return created

    async def batch_create_tasks(
        self, actor: Actor, workspace: str, drafts: Sequence[TaskDraft], request: Request[list[Task]] | None = None
    ) -> list[Task] | Replay:
        """Creates up to 1,000 tasks, all or none."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        new = []
        for index, draft in enumerate(drafts):
            with at_index(index):
                new.append(self._new(actor, id_, draft, None))
        return await self._units.run(actor, workspace, request, partial(_insert_all, drafts, new))

    async def get_task(self, actor: Actor, name: TaskName) -> Task:
        """One task, also a deleted one."""
        workspace = await self._access.open(actor.user_id, name.workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await store.get(tx, workspace, name.task)

    async def list_tasks(self, actor: Actor, workspace: str, query: TaskQuery) -> list[Task]:
        """The tasks that a query picks."""
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await queries.select(tx, id_, query)

    async def search_tasks(
        self,
        actor: Actor,
        workspace: str,
        words: str,
        limit: int,
        after: tuple[float, UUID] | None = None,
        asked: Filter = ALWAYS,
    ) -> list[tuple[Task, float]]:
        """The tasks that have all words, best match first, with their rank."""
        if not words.strip():
            text = "Say at least one word to look for."
            raise InvalidArgument.at("query", text)
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await search.search(tx, id_, words, limit, after, asked)

    async def update_task(
        self,
        actor: Actor,
        name: TaskName,
        draft: TaskDraft,
        fields: Collection[str],
        etag: str = "",
        request: Request[Task] | None = None,
    ) -> Task | Replay:
        """Changes the named fields (of `tasks.domain.fields.DRAFT_FIELDS`)."""
        method = partial(_update, name.task, etag, draft, fields)
        return await self._units.run(actor, name.workspace, request, method)

    async def complete_task(
        self,
        actor: Actor,
        name: TaskName,
        etag: str = "",
        *,
        cascade: bool = False,
        request: Request[Task] | None = None,
    ) -> Task | Replay:
        """Completes a task; with `cascade` its open subtasks too, without it they are an obstacle."""
        method = partial(_close, name.task, etag, cascade, rules.complete)
        return await self._units.run(actor, name.workspace, request, method)

    async def drop_task(
        self,
        actor: Actor,
        name: TaskName,
        etag: str = "",
        *,
        cascade: bool = False,
        request: Request[Task] | None = None,
    ) -> Task | Replay:
        """Gives a task up; with `cascade` its open subtasks too, without it they are an obstacle."""
        method = partial(_close, name.task, etag, cascade, rules.drop)
        return await self._units.run(actor, name.workspace, request, method)

    async def reopen_task(
        self, actor: Actor, name: TaskName, etag: str = "", request: Request[Task] | None = None
    ) -> Task | Replay:
        """Opens a task again."""
        return await self._units.run(actor, name.workspace, request, partial(_apply, name.task, etag, rules.reopen))

    async def delete_task(
        self, actor: Actor, name: TaskName, etag: str = "", request: Request[Task] | None = None
    ) -> Task | Replay:
        """Deletes a task; it can be undeleted."""
        return await self._units.run(actor, name.workspace, request, partial(_apply, name.task, etag, rules.delete))

    async def undelete_task(
        self, actor: Actor, name: TaskName, etag: str = "", request: Request[Task] | None = None
    ) -> Task | Replay:
        """Brings a deleted task back."""
        return await self._units.run(actor, name.workspace, request, partial(_apply, name.task, etag, rules.undelete))

    def filter_context(self, actor: Actor) -> FilterContext:
        """Whose filter it is that somebody gives now, and when."""
        return FilterContext(actor.user_id, actor.time_zone, self._clock.now())

    def _new(self, actor: Actor, workspace: UUID, draft: TaskDraft, request: Request[Task] | None) -> NewTask:
        now = self._clock.now()
        task = rules.create(draft, uuid7(), workspace, actor, now, iter(uuid7, None))
        row = None
        if request is not None:
            key = request.key
            answer = request.encode(task)
            row = RequestRow(workspace, actor.user_id, key.request_id, key.method, key.body_hash, answer, now)
        return NewTask(task, self._events.created(task, actor), row)

    async def _require_assignee(
        self, actor: Actor, workspace: UUID, assignee: UUID | None, request: Request[Task] | None
    ) -> None:
        """Refuses an assignee who is not a member; a repeat gets its first answer even if they have left since."""
        async with self._database.transaction(actor.user_id) as tx:
            try:
                await require_members(tx, actor, workspace, [assignee])
            except InvalidArgument:
                if request is None or await REQUESTS.find(tx, (workspace, actor.user_id), request.key) is None:
                    raise

    async def _replay(self, actor: Actor, workspace: UUID, request: Request[Task]) -> Replay:
        async with self._database.transaction(actor.user_id) as tx:
            replay = await REQUESTS.find(tx, (workspace, actor.user_id), request.key)
        if replay is None:
            raise RetryLater("The first answer to this request is not there yet.")
        return replay


async def pages_by_hand(tx: Transaction, workspace: UUID, asked: Filter, size: int) -> AsyncIterator[list[Task]]:
    """All tasks of a filter that are not deleted, in the order by hand, page by page, as the transaction sees them."""
    query = TaskQuery(status=None, limit=size, asked=asked, order=BY_HAND)
    while tasks := await queries.select(tx, workspace, query):
        yield tasks
        query = replace(query, after=sort_values_of(tasks[-1], BY_HAND))


async def _insert_all(drafts: Sequence[TaskDraft], new: Sequence[NewTask], change: TaskChange) -> list[Task]:
    await require_targets(change.tx, change.actor, change.workspace, drafts)
    await change.insert(new)
    return [each.task for each in new]


async def _create_successor(draft: TaskDraft, predecessor: UUID, change: TaskChange) -> Task:
    before = await store.get(change.tx, change.workspace, predecessor)
    if before.recurrence is None:
        raise FailedPrecondition("The predecessor does not repeat any more.", reason="NOT_RECURRING")
    series = before.recurrence.series_id
    existing = await store.follower(change.tx, change.workspace, series, predecessor)
    if existing is not None:
        return existing
    await require_members(change.tx, change.actor, change.workspace, [draft.assignee_id])
    same = replace(draft, reminders=inherited(draft.reminders, before))
    if draft.task_list_id is not None and not await lists.exists(change.tx, change.workspace, draft.task_list_id):
        same = replace(same, task_list_id=None)
    created = rules.create(same, uuid7(), change.workspace, change.actor, change.now, iter(uuid7, None))
    task = rules.follow(created, series, predecessor)
    await change.insert([change.new(task)], undoable=False)
    return task


async def _update(id_: UUID, etag: str, draft: TaskDraft, fields: Collection[str], change: TaskChange) -> Task:
    task = await _locked(change, id_, etag)
    await require_update_targets(change.tx, change.actor, task, draft, fields)
    return change.record(task, rules.update(task, draft, fields, change.actor, change.now, iter(uuid7, None)))


async def _apply(id_: UUID, etag: str, rule: Rule, change: TaskChange) -> Task:
    task = await _locked(change, id_, etag)
    return change.record(task, rule(task, change.actor, change.now))


async def _close(id_: UUID, etag: str, cascade: bool, rule: Rule, change: TaskChange) -> Task:
    task = await _locked(change, id_, etag)
    closed = rule(task, change.actor, change.now)
    subtasks = await store.open_descendants(change.tx, task) if closed is not task else []
    if subtasks and not cascade:
        raise open_subtasks(len(subtasks))
    for before, after in [
        (task, closed),
        *((subtask, rule(subtask, change.actor, change.now)) for subtask in subtasks),
    ]:
        change.record(before, after)
    return closed


async def _locked(change: TaskChange, id_: UUID, etag: str) -> Task:
    task = await store.lock(change.tx, change.workspace, id_)
    rules.require_etag(task, etag)
    return task
