"""The use cases of task lists. A list has no events of its own: its tasks tell which list they are in."""

from functools import partial
from uuid import UUID

from todo_runtime.db import Database
from todo_runtime.errors import FailedPrecondition
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.shared import quotas
from services.chat_api.shared.resource_names import TaskListName
from services.chat_api.tasks.domain import lists as rules
from services.chat_api.tasks.domain.lists import TaskList
from services.chat_api.tasks.domain.tasks import out_of_list
from services.chat_api.tasks.store import lists as store
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork

MAX_TASKS_MOVED = 10_000
"""How many tasks a list may hold for its removal to be one transaction."""


class TaskListService:
    """Everything that people do with task lists."""

    def __init__(self, database: Database, access: AccessCache, units: TaskUnitOfWork) -> None:
        self._database = database
        self._access = access
        self._units = units

    async def create(
        self, actor: Actor, workspace: str, display_name: str, request: Request[TaskList] | None = None
    ) -> TaskList | Replay:
        """Creates a list. Raises ResourceExhausted when the workspace has as many as it may have."""
        return await self._units.run(actor, workspace, request, partial(create_list, display_name))

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
    ) -> TaskList | Replay:
        """Gives a list another name; None leaves it as it is."""
        method = partial(_rename, name.task_list, display_name, etag)
        return await self._units.run(actor, name.workspace, request, method)

    async def delete(
        self, actor: Actor, name: TaskListName, etag: str = "", request: Request[None] | None = None
    ) -> Replay | None:
        """Deletes a list; each of its tasks goes to the inbox, with its event."""
        return await self._units.run(actor, name.workspace, request, partial(_delete, name.task_list, etag))


async def create_list(display_name: str, change: TaskChange) -> TaskList:
    """Adds a list in a change of its workspace. Raises ResourceExhausted over the quota."""
    new = rules.create(display_name, uuid7(), change.workspace, change.actor.user_id, change.now)
    quotas.TASK_LISTS.require_room(await store.count(change.tx, change.workspace))
    await store.add(change.tx, new)
    return new


async def _rename(id_: UUID, display_name: str | None, etag: str, change: TaskChange) -> TaskList:
    before = await store.get(change.tx, change.workspace, id_, lock=True)
    rules.require_etag(before, etag)
    if display_name is None:
        return before
    after = rules.rename(before, display_name, change.actor.user_id, change.now)
    if after is not before:
        await store.replace(change.tx, after)
    return after


async def _delete(id_: UUID, etag: str, change: TaskChange) -> None:
    rules.require_etag(await store.get(change.tx, change.workspace, id_, lock=True), etag)
    tasks = await store.tasks_of(change.tx, change.workspace, id_, MAX_TASKS_MOVED + 1)
    if len(tasks) > MAX_TASKS_MOVED:
        text = f"The list holds more than {MAX_TASKS_MOVED:,} tasks: move or delete some first."
        raise FailedPrecondition(text, reason="TASK_LIST_TOO_LARGE")
    for task in tasks:
        change.record(task, out_of_list(task, change.actor, change.now))
    await change.flush()
    await store.remove(change.tx, change.workspace, id_)
