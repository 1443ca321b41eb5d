"""The use cases of tags. Renaming one onto another merges the two; each task that has it tells so with its event."""

from functools import partial

from todo_runtime.db import Database
from todo_runtime.errors import FailedPrecondition, NotFound
from todo_runtime.idempotency import Replay, Request

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.tags import tag_of
from services.chat_api.tasks.store import tags as store
from services.chat_api.tasks.store.tags import Tag
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork

MAX_TASKS = 10_000
"""How many tasks one renaming changes at most: it is one transaction."""


class TagService:
    """Everything that people do with tags."""

    def __init__(self, database: Database, access: AccessCache, units: TaskUnitOfWork) -> None:
        self._database = database
        self._access = access
        self._units = units

    async def select(self, actor: Actor, workspace: str, after: str, limit: int) -> list[Tag]:
        """The tags of a workspace that come after `after`."""
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await store.select(tx, id_, after, limit)

    async def rename(
        self, actor: Actor, workspace: str, tag: str, new_tag: str, request: Request[Tag] | None = None
    ) -> Tag | Replay:
        """Renames a tag on every task that has it, deleted ones too."""
        method = partial(_rename, tag_of(tag, "tag"), tag_of(new_tag, "new_tag"))
        return await self._units.run(actor, workspace, request, method)


async def _rename(tag: str, new_tag: str, change: TaskChange) -> Tag:
    tasks = await store.tasks_of(change.tx, change.workspace, tag, MAX_TASKS + 1)
    if not tasks:
        raise NotFound(f"No task has the tag {tag}.", reason="NO_TAG")
    if len(tasks) > MAX_TASKS:
        text = f"More than {MAX_TASKS:,} tasks have this tag: rename it on some of them first."
        raise FailedPrecondition(text, reason="TAG_TOO_LARGE")
    for task in tasks:
        change.record(task, rules.retagged(task, tag, new_tag, change.actor, change.now))
    await change.flush()
    return Tag(new_tag, await store.open_tasks(change.tx, change.workspace, new_tag))
