"""The use cases of task lists. A list has no events of its own: its tasks tell which list they are in."""

from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import FailedPrecondition
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared import quotas
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.resource_names import TaskListName
from services.chat_api.tasks.domain import lists as rules
from services.chat_api.tasks.domain.lists import TaskList
from services.chat_api.tasks.domain.tasks import out_of_list
from services.chat_api.tasks.store import lists as store
from services.chat_api.tasks.writing.unit_of_work import TaskWriter

MAX_TASKS_MOVED = 10_000
"""How many tasks a list may hold for its removal to be one transaction."""


class TaskListHandlers:
    """Everything that people do with task lists."""

    def __init__(self, database: Database, access: AccessCache, writer: TaskWriter, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._writer = writer
        self._clock = clock

    async def create(
        self, actor: Actor, workspace: str, display_name: str, request: Request[TaskList] | None = None
    ) -> TaskList:
        """Creates a list. Raises ResourceExhausted when the workspace has as many as it may have."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        new = rules.create(display_name, uuid7(), id_, actor.user_id, self._clock.now())

        async def write(tx: Transaction) -> TaskList:
            quotas.TASK_LISTS.require_room(await store.count(tx, id_))
            await store.add(tx, new)
            return new

        return await self._writer.once(actor, id_, request, write)

    async def get(self, actor: Actor, name: TaskListName) -> TaskList:
        """One list."""
        workspace = await self._access.open(actor.user_id, name.workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await store.get(tx, workspace, name.task_list)

    async def select(self, actor: Actor, workspace: str, after: tuple[str, UUID] | None, limit: int) -> list[TaskList]:
        """The lists of a workspace by name."""
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await store.select(tx, id_, after, limit)

    async def rename(
        self,
        actor: Actor,
        name: TaskListName,
        display_name: str | None,
        etag: str = "",
        request: Request[TaskList] | None = None,
    ) -> TaskList:
        """Gives a list another name; None leaves it as it is."""
        workspace = await self._access.open(actor.user_id, name.workspace, write=True)

        async def write(tx: Transaction) -> TaskList:
            before = await store.get(tx, workspace, name.task_list, lock=True)
            rules.require_etag(before, etag)
            if display_name is None:
                return before
            after = rules.rename(before, display_name, actor.user_id, self._clock.now())
            if after is not before:
                await store.replace(tx, after)
            return after

        return await self._writer.once(actor, workspace, request, write)

    async def delete(
        self, actor: Actor, name: TaskListName, etag: str = "", request: Request[None] | None = None
    ) -> None:
        """Deletes a list; each of its tasks goes to the inbox, with its event."""
        workspace = await self._access.open(actor.user_id, name.workspace, write=True)

        async def write(tx: Transaction) -> None:
            rules.require_etag(await store.get(tx, workspace, name.task_list, lock=True), etag)
            await self._empty(tx, actor, workspace, name.task_list)
            await store.remove(tx, workspace, name.task_list)

        await self._writer.once(actor, workspace, request, write)

    async def _empty(self, tx: Transaction, actor: Actor, workspace: UUID, id_: UUID) -> None:
        tasks = await store.tasks_of(tx, workspace, id_, MAX_TASKS_MOVED + 1)
        if len(tasks) > MAX_TASKS_MOVED:
            text = f"The list holds more than {MAX_TASKS_MOVED:,} tasks: move or delete some first."
            raise FailedPrecondition(text, reason="TASK_LIST_TOO_LARGE")
        now = self._clock.now()
        await self._writer.save(tx, actor, [(task, out_of_list(task, actor, now)) for task in tasks])
