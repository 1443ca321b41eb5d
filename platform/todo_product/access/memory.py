"""The projection of access of a service without a database: fed by the tail of the topics, lost with the process."""

from typing import Final
from uuid import UUID

from todo.events import Event
from todo_runtime.bounded_cache import BoundedCache
from todo_runtime.wire.record import EventMeta

from todo_product.access.reader import AccessReader
from todo_product.access.source import AccessSource, Snapshot
from todo_product.access.state import Access, Membership, WorkspaceGone, changes_of

_KEPT: Final = 20_000


class AccessMemory(AccessReader):
    """Keeps the people who were asked for last. Every event after an answer must be passed to `apply`."""

    def __init__(self, source: AccessSource, kept: int = _KEPT) -> None:
        super().__init__(source)
        self._people = BoundedCache[UUID, Access](kept)

    def apply(self, event: Event, meta: EventMeta) -> None:
        """Applies an event; one about a person who was never asked for changes nothing."""
        for change in changes_of(event, meta):
            if isinstance(change, WorkspaceGone):
                self._close(change)
            elif (known := self._people.get(change.user_id)) is not None:
                self._people.put(change.user_id, known.merged(change))

    async def _recall(self, user: UUID) -> Access | None:
        return self._people.get(user)

    async def _keep(self, access: Access) -> Access:
        known = self._people.get(access.user_id)
        merged = access if known is None else known.merged(access)
        self._people.put(access.user_id, merged)
        return merged

    async def _ask(self, user: UUID) -> Snapshot:
        if self._people.get(user) is None:
            self._people.put(user, Access(user))  # so that events that come before the answer are not missed
        return await super()._ask(user)

    def _close(self, gone: WorkspaceGone) -> None:
        nobody = {gone.workspace: Membership(gone.sequence, None)}
        for user, known in self._people.items():
            if gone.workspace in known.memberships:
                self._people.put(user, known.merged(Access(user, memberships=nobody)))
