"""What a service asks its projection of access, and when the projection asks chat_api."""

import abc
import asyncio
from typing import Final
from uuid import UUID

from todo_runtime.auth.principal import Principal
from todo_runtime.bounded_cache import BoundedCache
from todo_runtime.errors import NotFound, PermissionDenied, Unauthenticated

from todo_product.access.source import AccessSource, Snapshot
from todo_product.access.state import Access, Role

PERSONAL: Final = "personal"
"""The id that stands for the caller's own workspace in a resource name."""

_ASK_AGAIN: Final = 1.0
_REMEMBERED: Final = 10_000


class AccessReader(abc.ABC):
    """Who may do what. All methods raise RetryLater while neither the projection nor chat_api knows."""

    def __init__(self, source: AccessSource) -> None:
        self._source = source
        self._asking: dict[UUID, asyncio.Task[Snapshot]] = {}
        self._asked_lately = BoundedCache[UUID, bool](_REMEMBERED, max_age=_ASK_AGAIN)

    @abc.abstractmethod
    async def _recall(self, user: UUID) -> Access | None:
        """What is stored about a person."""

    @abc.abstractmethod
    async def _keep(self, access: Access) -> Access:
        """Merges an answer of chat_api into what is stored; returns the result."""

    async def of(self, user: UUID) -> Access:
        """A person's access, asked for if it is not complete; `deleted` for an unknown person."""
        known = await self._recall(user)
        if known is not None and known.complete:
            return known
        return (await self.refresh(user)).access

    async def refresh(self, user: UUID) -> Snapshot:
        """What chat_api answers now, merged with what is stored. Concurrent calls for one person share one request."""
        task = self._asking.get(user)
        if task is None:
            task = self._asking[user] = asyncio.create_task(self._ask(user))
            task.add_done_callback(lambda _done: self._asking.pop(user, None))
        return await asyncio.shield(task)

    async def role_in(self, user: UUID, workspace: UUID) -> Role | None:
        """The person's role, or None. For an unknown membership chat_api is asked, at most once a second."""
        access = await self.of(user)
        if workspace not in access.memberships and not access.deleted and self._may_ask(user):
            access = (await self.refresh(user)).access
        return access.role_in(workspace)

    async def require(self, user: UUID, workspace: UUID, role: Role = Role.VIEWER) -> None:
        """Raises NotFound for a person who is not a member of the workspace, PermissionDenied for a lesser role."""
        has = await self.role_in(user, workspace)
        if has is None:
            raise NotFound(f"There is no workspace workspaces/{workspace} that you can see.", reason="NO_WORKSPACE")
        if not has.includes(role):
            raise PermissionDenied(f"This needs the role {role.value}; yours is {has.value}.", reason="ROLE_TOO_LOW")

    async def open_workspace(self, user: UUID, name: str, role: Role = Role.VIEWER) -> UUID:
        """The id in `workspaces/{workspace}`, `workspaces/personal` resolved, once the person may do that there.

        Raises NotFound and PermissionDenied as `require`.
        """
        workspace = await self._resolve(user, name.removeprefix("workspaces/"))
        await self.require(user, workspace, role)
        return workspace

    async def session_guard(self, principal: Principal) -> None:
        """For the Authenticator: raises Unauthenticated when the session of a person's token has been revoked."""
        if principal.user_id is None or principal.session_id is None:
            return
        access = await self.of(principal.user_id)
        if not access.admits(principal.session_id, principal.generation):
            raise Unauthenticated("The session has ended: sign in again.", reason="SESSION_REVOKED")

    async def _resolve(self, user: UUID, name: str) -> UUID:
        if name == PERSONAL:
            return await self._personal(user)
        try:
            return UUID(name)
        except ValueError:
            raise NotFound(f"There is no workspace workspaces/{name}.", reason="NO_WORKSPACE") from None

    async def _personal(self, user: UUID) -> UUID:
        workspace = (await self.of(user)).profile.personal_workspace
        if workspace is None:
            workspace = (await self.refresh(user)).access.profile.personal_workspace
        if workspace is None:
            raise NotFound("You have no workspace of your own.", reason="NO_WORKSPACE")
        return workspace

    async def _ask(self, user: UUID) -> Snapshot:
        answer = await self._source.fetch(user)
        if answer is None:
            return Snapshot(Access(user, deleted=True), {})
        return Snapshot(await self._keep(answer.access), answer.heads)

    def _may_ask(self, user: UUID) -> bool:
        if self._asked_lately.get(user):
            return False
        self._asked_lately.put(user, True)
        return True
