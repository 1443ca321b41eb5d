"""The use cases of saved filters: everybody in a workspace sees them, its writers keep them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from uuid import UUID

from todo_runtime.db import Database
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.shared import quotas
from services.chat_api.shared.resource_names import SavedFilterName
from services.chat_api.tasks.filtering import saved_filters as rules
from services.chat_api.tasks.filtering.saved_filters import SavedFilter
from services.chat_api.tasks.store import saved_filters as store
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork


class SavedFilterService:
    """Everything that people do with saved filters."""

    def __init__(self, database: Database, access: AccessCache, units: TaskUnitOfWork) -> None:
        self._database = database
        self._access = access
        self._units = units

    async def create(
        self, actor: Actor, workspace: str, fields: Mapping[str, str], request: Request[SavedFilter] | None = None
    ) -> SavedFilter | Replay:
        """Keeps a filter; `fields` are display_name, filter and order_by. Raises ResourceExhausted over the quota."""
        return await self._units.run(actor, workspace, request, partial(_create, fields))

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
    ) -> SavedFilter | Replay:
        """Changes the given fields of a filter."""
        return await self._units.run(actor, name.workspace, request, partial(_update, name.saved_filter, fields, etag))

    async def delete(
        self, actor: Actor, name: SavedFilterName, etag: str = "", request: Request[None] | None = None
    ) -> Replay | None:
        """Deletes a filter."""
        return await self._units.run(actor, name.workspace, request, partial(_delete, name.saved_filter, etag))


async def _create(fields: Mapping[str, str], change: TaskChange) -> SavedFilter:
    given = SavedFilter(
        change.workspace,
        uuid7(),
        revision=1,
        created_at=change.now,
        updated_at=change.now,
        updated_by=change.actor.user_id,
        **fields,
    )
    new = rules.checked(given, change.actor.time_zone)
    quotas.SAVED_FILTERS.require_room(await store.count(change.tx, change.workspace))
    await store.add(change.tx, new)
    return new


async def _update(id_: UUID, fields: Mapping[str, str], etag: str, change: TaskChange) -> SavedFilter:
    before = await store.lock(change.tx, change.workspace, id_)
    rules.require_etag(before, etag)
    wanted = rules.checked(replace(before, **fields), change.actor.time_zone)  # type: ignore[arg-type]
    after = rules.changed(before, wanted, change.actor.user_id, change.now)
    if after is not before:
        await store.replace(change.tx, after)
    return after


async def _delete(id_: UUID, etag: str, change: TaskChange) -> None:
    rules.require_etag(await store.lock(change.tx, change.workspace, id_), etag)
    await store.remove(change.tx, change.workspace, id_)
