"""The use cases of tags. Renaming one onto another merges the two; each task that has it tells so with its event."""

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import FailedPrecondition, NotFound

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.idempotency import Request
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.tags import tag_of
from services.chat_api.tasks.store import tags as store
from services.chat_api.tasks.store.tags import Tag
from services.chat_api.tasks.writing.unit_of_work import TaskWriter

MAX_TASKS = 10_000
"""How many tasks one renaming changes at most: it is one transaction."""


class TagHandlers:
    """Everything that people do with tags."""

    def __init__(self, database: Database, access: AccessCache, writer: TaskWriter, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._writer = writer
        self._clock = clock

    async def select(self, actor: Actor, workspace: str, after: str, limit: int) -> list[Tag]:
        """The tags of a workspace behind `after`."""
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await store.select(tx, id_, after, limit)

    async def rename(
        self, actor: Actor, workspace: str, tag: str, new_tag: str, request: Request[Tag] | None = None
    ) -> Tag:
        """Renames a tag on every task that has it, deleted ones too."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        old, new = tag_of(tag, "tag"), tag_of(new_tag, "new_tag")

        async def write(tx: Transaction) -> Tag:
            tasks = await store.tasks_of(tx, id_, old, MAX_TASKS + 1)
            if not tasks:
                raise NotFound(f"No task has the tag {old}.", reason="NO_TAG")
            if len(tasks) > MAX_TASKS:
                text = f"More than {MAX_TASKS:,} tasks have this tag: rename it on some of them first."
                raise FailedPrecondition(text, reason="TAG_TOO_LARGE")
            now = self._clock.now()
            await self._writer.save(tx, actor, [(one, rules.retagged(one, old, new, actor, now)) for one in tasks])
            return Tag(new, await store.open_tasks(tx, id_, new))

        return await self._writer.once(actor, id_, request, write)
