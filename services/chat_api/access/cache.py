"""Who may do what, from a bounded cache over chat_api's own tables.

A change made in this process is seen at once, one made by another replica after `MAX_AGE` at the latest. Row-level
security of the database has the last word, whatever the cache says.
"""

from time import monotonic
from typing import Final
from uuid import UUID

from todo_runtime.auth import Principal
from todo_runtime.bounded_cache import BoundedCache
from todo_runtime.db import Database
from todo_runtime.errors import NotFound, PermissionDenied, Unauthenticated
from todo_runtime.rpc import Call

from services.chat_api.access import store
from services.chat_api.access.model import Actor, Role
from services.chat_api.access.store import Access
from services.chat_api.shared.resource_names import PERSONAL

MAX_AGE: Final = 3.0
"""Seconds for which a person's access is used without reading it again."""

MAX_PEOPLE: Final = 50_000


class AccessCache:
    """The access of people who called recently."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: BoundedCache[UUID, Access] = BoundedCache(MAX_PEOPLE, max_age=MAX_AGE)
        self._loading: dict[UUID, object] = {}

    async def of(self, user: UUID) -> Access:
        """One person's access. Raises Unauthenticated for a person without an account."""
        return self._known.get(user) or await self._load(user)

    def evict(self, *users: UUID) -> None:
        """Drops what is known of people; what is being loaded now may be older than the change, and is not kept."""
        self._known.evict(*users)
        for user in users:
            self._loading.pop(user, None)

    async def session_guard(self, principal: Principal) -> None:
        """Refuses tokens of revoked sessions and of accounts that no longer exist."""
        if principal.user_id is None:
            return
        access = await self.of(principal.user_id)
        if principal.service is not None:
            return
        if principal.generation < access.generation or principal.session_id in access.revoked_sessions:
            raise Unauthenticated("This session has ended: sign in again.", reason="SESSION_REVOKED")

    async def actor(self, call: Call) -> Actor:
        """The actor of a call."""
        access = await self.of(call.person)
        return Actor(access.user_id, access.time_zone, call.principal.service, call.correlation_id, call.causation_id)

    async def open(self, user: UUID, workspace: str, *, write: bool = False, own: bool = False) -> UUID:
        """The id of a workspace. Raises NotFound for those who are not members, PermissionDenied for their role."""
        access = await self.of(user)
        id_ = access.personal_workspace_id if workspace == PERSONAL else _uuid(workspace)
        role = access.roles.get(id_)
        if role is None:
            raise NotFound(f"There is no workspace {workspace[:64]!r}.")
        if (write and role is Role.VIEWER) or (own and role is not Role.OWNER):
            raise PermissionDenied(f"Your role in this workspace is {role}, which does not allow this.", reason="ROLE")
        return id_

    async def _load(self, user: UUID) -> Access:
        as_of = monotonic()
        # Shared by concurrent calls: if each replaced the mark of the one before, no answer would be kept.
        mark = self._loading.setdefault(user, object())
        try:
            async with self._database.transaction(user) as tx:
                access = await store.load(tx, user)
            if access is None:
                raise Unauthenticated("This account no longer exists.", reason="ACCOUNT_GONE")
            if self._loading.get(user) is mark:
                self._known.put(user, access, as_of=as_of)
            return access
        finally:
            if self._loading.get(user) is mark:
                del self._loading[user]


def _uuid(workspace: str) -> UUID:
    try:
        return UUID(workspace)
    except ValueError:
        raise NotFound(f"There is no workspace {workspace[:64]!r}.") from None
