"""The use cases of saved filters: everybody in a workspace sees them, its writers keep them."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared import quotas
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.resource_names import SavedFilterName
from services.chat_api.tasks.domain import saved_filters as rules
from services.chat_api.tasks.domain.saved_filters import SavedFilter
from services.chat_api.tasks.store import saved_filters as store
from services.chat_api.tasks.writing.unit_of_work import TaskWriter


class SavedFilterHandlers:
    """Everything that people do with saved filters."""

    def __init__(self, database: Database, access: AccessCache, writer: TaskWriter, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._writer = writer
        self._clock = clock

    async def create(
        self, actor: Actor, workspace: str, fields: Mapping[str, str], request: Request[SavedFilter] | None = None
    ) -> SavedFilter:
        """Keeps a filter; `fields` are display_name, filter and order_by. Raises ResourceExhausted over the quota."""
        id_ = await self._access.open(actor.user_id, workspace, write=True)
        now = self._clock.now()
        given = SavedFilter(
            id_, uuid7(), revision=1, created_at=now, updated_at=now, updated_by=actor.user_id, **fields
        )
        new = rules.checked(given, actor.time_zone)

        async def write(tx: Transaction) -> SavedFilter:
            quotas.SAVED_FILTERS.require_room(await store.count(tx, id_))
            await store.add(tx, new)
            return new

        return await self._writer.once(actor, id_, request, write)

    async def select(
        self, actor: Actor, workspace: str, after: tuple[str, UUID] | None, limit: int
    ) -> list[SavedFilter]:
        """The filters of a workspace by name."""
        id_ = await self._access.open(actor.user_id, workspace)
        async with self._database.transaction(actor.user_id) as tx:
            return await store.select(tx, id_, after, limit)

    async def update(
        self,
        actor: Actor,
        name: SavedFilterName,
        fields: Mapping[str, str],
        etag: str = "",
        request: Request[SavedFilter] | None = None,
    ) -> SavedFilter:
        """Changes the given fields of a filter."""
        workspace = await self._access.open(actor.user_id, name.workspace, write=True)

        async def write(tx: Transaction) -> SavedFilter:
            before = await store.lock(tx, workspace, name.saved_filter)
            rules.require_etag(before, etag)
            wanted = rules.checked(replace(before, **fields), actor.time_zone)  # type: ignore[arg-type]
            after = rules.changed(before, wanted, actor.user_id, self._clock.now())
            if after is not before:
                await store.replace(tx, after)
            return after

        return await self._writer.once(actor, workspace, request, write)

    async def delete(
        self, actor: Actor, name: SavedFilterName, etag: str = "", request: Request[None] | None = None
    ) -> None:
        """Deletes a filter."""
        workspace = await self._access.open(actor.user_id, name.workspace, write=True)

        async def write(tx: Transaction) -> None:
            rules.require_etag(await store.lock(tx, workspace, name.saved_filter), etag)
            await store.remove(tx, workspace, name.saved_filter)

        await self._writer.once(actor, workspace, request, write)
