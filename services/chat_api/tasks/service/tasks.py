"""The use cases of tasks. Each is one transaction: lock, change, journal, reminders, event.

`workspace` is the part of a resource name that a person gives (`personal` or an id); a task is named by TaskName.
`request` makes a call idempotent. What a stranger asks for does not exist.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import (
    FailedPrecondition,
    FieldViolation,
    InvalidArgument,
    PermissionDenied,
    RetryLater,
)
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared import request_table as requests
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import (
    Task,
    TaskDraft,
)
from services.chat_api.tasks.domain.queries import TaskQuery
from services.chat_api.tasks.filtering import (
    ALWAYS,
    Filter,
)
from services.chat_api.tasks.reminders.rules import inherited
from services.chat_api.tasks.store import (
    bulk_insert as set_write,
)
from services.chat_api.tasks.store import (
    journal,
)
from services.chat_api.tasks.store import (
    lists as task_lists,
)
from services.chat_api.tasks.store import (
    queries as task_queries,
)
from services.chat_api.tasks.store import (
    search as task_search,
)
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.store.bulk_insert import (
    NewTask,
    RequestRow,
)
from services.chat_api.tasks.writing.batch_parts import part
from services.chat_api.tasks.writing.checks import (
    open_descendants,
    open_subtasks,
    require_members,
    require_parent,
    require_targets,
)
from services.chat_api.tasks.writing.create_batcher import (
    Coalescer,
    Outcome,
)
from services.chat_api.tasks.writing.events import TaskEvents
from services.chat_api.tasks.writing.unit_of_work import TaskWriter

Rule = Callable[[Task, Actor, datetime], Task]


class TaskHandlers:
    """Everything that people do with tasks. `on_reminder` is called with the moment of each reminder written."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        events: TaskEvents,
        clock: Clock,
        on_reminder: Callable[[datetime], None] = lambda _moment: None,
    ) -> None:
        self._database = database
        self._access = access
        self._events = events
        self._clock = clock
        self._coalescer = Coalescer(database)
        self._writer = TaskWriter(database, access, events, clock, on_reminder)

    @property
    def writer(self) -> TaskWriter:
        """The one writer of tasks of this process: with it other use cases take their turn in the same lanes."""
        return self._writer

    async def create_task(
        self,
        actor: Actor,
        workspace: str,
        draft: TaskDraft,
        request: Request[Task] | None = None,
        predecessor: UUID | None = None,
    ) -> Task:
        """Creates a task, or returns the one that the same request, or the same predecessor, made before."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        if predecessor is not None:
            return await self._create_follower(actor, id_, draft, predecessor)
        if draft.assignee_id not in (None, actor.user_id):
            await self._require_assignee(actor, id_, draft.assignee_id, request)
        new = self._new(actor, id_, draft, request)
        with self._writer.refusals(actor):
            outcome = await self._coalescer.write(new)
        if outcome is Outcome.KNOWN and request is not None:
            return await self._answered(actor, id_, request)
        self._writer.tell_reminders([new.task])
        return new.task

    async def batch_create_tasks(
        self, actor: Actor, workspace: str, drafts: Sequence[TaskDraft], request: Request[list[Task]] | None = None
    ) -> list[Task]:
        """Creates up to 1,000 tasks, all or none."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        new: list[NewTask] = []
        for place, draft in enumerate(drafts):
            with part(place):
                new.append(self._new(actor, id_, draft, None))

        async def write(tx: Transaction) -> list[Task]:
            await require_targets(tx, actor, id_, drafts)
            await set_write.write_all(tx, new)
            await journal.add_created(tx, [one.task for one in new], uuid7())
            return [one.task for one in new]

        tasks = await self._writer.once(actor, id_, request, write)
        self._writer.tell_reminders(tasks)
        return tasks

    async def get_task(self, actor: Actor, name: TaskName) -> Task:
        """One task, also a deleted one."""
        workspace = await self._access.open(actor.user_id, name.workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await store.get(tx, workspace, name.task)

    async def list_tasks(self, actor: Actor, workspace: str, query: TaskQuery) -> list[Task]:
        """The tasks that a query picks."""
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await task_queries.select(tx, id_, query)

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
            raise InvalidArgument(text, violations=[FieldViolation("query", text)])
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await task_search.search(tx, id_, words, limit, after, asked)

    async def update_task(
        self,
        actor: Actor,
        name: TaskName,
        draft: TaskDraft,
        fields: Collection[str],
        etag: str = "",
        request: Request[Task] | None = None,
    ) -> Task:
        """Changes the named fields (of `tasks.domain.tasks.DRAFT_FIELDS`)."""

        async def change(tx: Transaction, task: Task) -> list[tuple[Task, Task]]:
            if "assignee" in fields:
                await require_members(tx, actor, task.workspace_id, [draft.assignee_id])
            if "parent_task" in fields and draft.parent_id is not None:
                await require_parent(tx, task, draft.parent_id)
            return [(task, rules.update(task, draft, fields, actor, self._clock.now(), _ids()))]

        return await self._change(actor, name, etag, request, change)

    async def complete_task(
        self,
        actor: Actor,
        name: TaskName,
        etag: str = "",
        *,
        cascade: bool = False,
        request: Request[Task] | None = None,
    ) -> Task:
        """Completes a task; with `cascade` its open subtasks too, without it they are an obstacle."""
        return await self._close(actor, name, etag, cascade, request, rules.complete)

    async def drop_task(
        self,
        actor: Actor,
        name: TaskName,
        etag: str = "",
        *,
        cascade: bool = False,
        request: Request[Task] | None = None,
    ) -> Task:
        """Gives a task up; with `cascade` its open subtasks too, without it they are an obstacle."""
        return await self._close(actor, name, etag, cascade, request, rules.drop)

    async def reopen_task(
        self, actor: Actor, name: TaskName, etag: str = "", request: Request[Task] | None = None
    ) -> Task:
        """Opens a task again."""
        return await self._apply(actor, name, etag, request, rules.reopen)

    async def delete_task(
        self, actor: Actor, name: TaskName, etag: str = "", request: Request[Task] | None = None
    ) -> Task:
        """Deletes a task; it can be undeleted."""
        return await self._apply(actor, name, etag, request, rules.delete)

    async def undelete_task(
        self, actor: Actor, name: TaskName, etag: str = "", request: Request[Task] | None = None
    ) -> Task:
        """Brings a deleted task back."""
        return await self._apply(actor, name, etag, request, rules.undelete)

    def _new(self, actor: Actor, workspace: UUID, draft: TaskDraft, request: Request[Task] | None) -> NewTask:
        now = self._clock.now()
        task = rules.create(draft, uuid7(), workspace, actor, now, _ids())
        row = None
        if request is not None:
            key = request.key
            answer = request.encode(task)
            row = RequestRow(workspace, actor.user_id, key.request_id, key.method, key.body_hash, answer, now)
        return NewTask(task, self._events.created(task, actor), row)

    async def _require_assignee(
        self, actor: Actor, workspace: UUID, assignee: UUID | None, request: Request[Task] | None
    ) -> None:
        """Refuses an assignee who is no member; a repeat gets its first answer also when they left since."""
        async with self._database.transaction(actor.user_id) as tx:
            try:
                await require_members(tx, actor, workspace, [assignee])
            except InvalidArgument:
                if request is None or await requests.find(tx, workspace, actor.user_id, request.key) is None:
                    raise

    async def _answered(self, actor: Actor, workspace: UUID, request: Request[Task]) -> Task:
        async with self._database.transaction(actor.user_id) as tx:
            answer = await requests.find(tx, workspace, actor.user_id, request.key)
        if answer is None:
            raise RetryLater("The first answer to this request is not there yet.")
        return request.decode(answer)

    async def _create_follower(self, actor: Actor, workspace: UUID, draft: TaskDraft, predecessor: UUID) -> Task:
        """Creates the next occurrence of a series, once, whatever was edited since."""
        if actor.service is None:
            raise PermissionDenied(
                "Only the service that creates occurrences names a predecessor.", reason="PREDECESSOR"
            )

        async def write(tx: Transaction) -> Task:
            before = await store.get(tx, workspace, predecessor)
            if before.recurrence is None:
                raise FailedPrecondition("The predecessor does not repeat any more.", reason="NOT_RECURRING")
            series = before.recurrence.series_id
            if (known := await store.follower(tx, workspace, series, predecessor)) is not None:
                return known
            await require_members(tx, actor, workspace, [draft.assignee_id])
            same = replace(draft, reminders=inherited(draft.reminders, before))
            if draft.task_list_id is not None and not await task_lists.exists(tx, workspace, draft.task_list_id):
                same = replace(same, task_list_id=None)
            task = rules.follow(self._new(actor, workspace, same, None).task, series, predecessor)
            await set_write.write_all(tx, [NewTask(task, self._events.created(task, actor), None)])
            return task

        task = await self._writer.locked(actor, workspace, write)
        self._writer.tell_reminders([task])
        return task

    async def _apply(self, actor: Actor, name: TaskName, etag: str, request: Request[Task] | None, rule: Rule) -> Task:
        async def change(_tx: Transaction, task: Task) -> list[tuple[Task, Task]]:
            return [(task, rule(task, actor, self._clock.now()))]

        return await self._change(actor, name, etag, request, change)

    async def _close(
        self, actor: Actor, name: TaskName, etag: str, cascade: bool, request: Request[Task] | None, rule: Rule
    ) -> Task:
        async def change(tx: Transaction, task: Task) -> list[tuple[Task, Task]]:
            now = self._clock.now()
            closed = rule(task, actor, now)
            children = await open_descendants(tx, task) if closed is not task else []
            if children and not cascade:
                raise open_subtasks(len(children))
            return [(task, closed), *((one, rule(one, actor, now)) for one in children)]

        return await self._change(actor, name, etag, request, change)

    async def _change(
        self,
        actor: Actor,
        name: TaskName,
        etag: str,
        request: Request[Task] | None,
        change: Callable[[Transaction, Task], Awaitable[list[tuple[Task, Task]]]],
    ) -> Task:
        """Runs one change of one task, and of those that it drags along; the first is the answer."""
        workspace = await self._access.open(actor.user_id, name.workspace, write=True)

        async def write(tx: Transaction) -> Task:
            task = await store.lock(tx, workspace, name.task)
            rules.require_etag(task, etag)
            changes = await change(tx, task)
            await self._writer.save(tx, actor, changes)
            return changes[0][1]

        task = await self._writer.once(actor, workspace, request, write)
        self._writer.tell_reminders([task])
        return task


def _ids() -> Iterator[UUID]:
    while True:
        yield uuid7()
