"""Who may do what, from a small cache over chat_api's own tables.

A change made in this process counts at once; one made by another replica after `MAX_AGE` at the latest. The
database's row-level security decides in the end, whatever the cache says.
"""

import asyncio
from collections import OrderedDict
from uuid import UUID

from todo_runtime.auth import Principal
from todo_runtime.db import Database
from todo_runtime.errors import NotFound, PermissionDenied, Unauthenticated
from todo_runtime.rpc import Call

from services.chat_api.access import store
from services.chat_api.access.model import Actor, Role
from services.chat_api.access.store import Access
from services.chat_api.shared.resource_names import PERSONAL

MAX_AGE = 3.0
"""Seconds that a person's access is believed without asking the database again."""

MAX_PEOPLE = 50_000


class AccessCache:
    """The access of the people who were here lately."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[UUID, tuple[float, Access]] = OrderedDict()
        self._loading: dict[UUID, object] = {}

    async def of(self, user: UUID) -> Access:
        """One person's access. Raises Unauthenticated for nobody."""
        now = asyncio.get_running_loop().time()
        entry = self._known.get(user)
        if entry is not None and now - entry[0] < MAX_AGE:
            return entry[1]
        return await self._load(user, now)

    def evict(self, *users: UUID) -> None:
        """Drops what is known of people; what is being loaded now may be older than the change, and is not kept."""
        for user in users:
            self._known.pop(user, None)
            self._loading.pop(user, None)

    async def session_guard(self, principal: Principal) -> None:
        """Refuses tokens of revoked sessions and of people who are gone."""
        if principal.user_id is None:
            return
        access = await self.of(principal.user_id)
        if principal.service is not None:
            return
        if principal.generation < access.generation or principal.session_id in access.revoked_sessions:
            raise Unauthenticated("This session has ended: sign in again.", reason="SESSION_REVOKED")

    async def actor(self, call: Call) -> Actor:
        """Who acts in a call."""
        access = await self.of(call.person)
        return Actor(access.user_id, access.time_zone, call.principal.service, call.correlation_id, call.causation_id)

    async def open(self, user: UUID, workspace: str, *, write: bool = False, own: bool = False) -> UUID:
        """The id of a workspace that a person names. Raises NotFound for a stranger, PermissionDenied for a role."""
        access = await self.of(user)
        id_ = access.personal_workspace_id if workspace == PERSONAL else _uuid(workspace)
        role = access.roles.get(id_)
        if role is None:
            raise NotFound(f"There is no workspace {workspace[:64]!r}.")
        if (write and not role.can_write) or (own and role is not Role.OWNER):
            raise PermissionDenied(f"Your role in this workspace is {role}: that is not enough.", reason="ROLE")
        return id_

    async def _load(self, user: UUID, now: float) -> Access:
        # Shared by all who ask at the same time: were each to take the place of the one before, none would be kept.
        this = self._loading.setdefault(user, object())
        try:
            async with self._database.transaction(user) as tx:
                access = await store.load(tx, user)
            if access is None:
                raise Unauthenticated("This account does not exist any more.", reason="ACCOUNT_GONE")
            if self._loading.get(user) is this:
                self._keep(user, now, access)
            return access
        finally:
            if self._loading.get(user) is this:
                del self._loading[user]

    def _keep(self, user: UUID, now: float, access: Access) -> None:
        self._known[user] = (now, access)
        self._known.move_to_end(user)
        if len(self._known) > MAX_PEOPLE:
            self._known.popitem(last=False)


def _uuid(workspace: str) -> UUID:
    try:
        return UUID(workspace)
    except ValueError:
        raise NotFound(f"There is no workspace {workspace[:64]!r}.") from None
