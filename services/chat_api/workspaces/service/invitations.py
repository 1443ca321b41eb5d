"""The use cases of invitations: an owner invites an address, and whoever has it joins with the code."""

from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import AlreadyExists, FailedPrecondition, NotFound
from todo_runtime.ids import uuid7
from todo_runtime.outbox import append, lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Role
from services.chat_api.shared import quotas
from services.chat_api.shared.idempotency import Request
from services.chat_api.workspaces.domain.invitations import VALID, Invitation, InvitationCodes, address_of
from services.chat_api.workspaces.events import WorkspaceEvents
from services.chat_api.workspaces.service.unit_of_work import WorkspaceWriter
from services.chat_api.workspaces.store import invitations as store
from services.chat_api.workspaces.store import workspaces
from services.chat_api.workspaces.store.workspaces import Member


class InvitationHandlers:
    """Everything that people do with invitations."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        writer: WorkspaceWriter,
        events: WorkspaceEvents,
        codes: InvitationCodes,
        clock: Clock,
    ) -> None:
        self._database = database
        self._access = access
        self._writer = writer
        self._events = events
        self.codes = codes
        self._clock = clock

    async def create(
        self, user: UUID, workspace: str, email: str, role: Role, request: Request[Invitation] | None = None
    ) -> Invitation:
        """Invites an address; an invitation that it had is replaced, and its code ends."""
        id_ = await self._access.open(user, workspace, own=True)
        address, now = address_of(email), self._clock.now()
        new = Invitation(id_, uuid7(), address, role, user, now, now + VALID)

        async def work(tx: Transaction) -> Invitation:
            workspaces.require_shared(await workspaces.get(tx, id_))
            if await workspaces.has_address(tx, id_, address):
                raise AlreadyExists("This person is a member already.")
            await store.clear(tx, id_, address, now)
            quotas.INVITATIONS.require_room(await store.count(tx, id_))
            await store.add(tx, new)
            return new

        return await self._writer.in_workspace(user, id_, request, work)

    async def select(self, user: UUID, workspace: str, after: UUID | None, limit: int) -> list[Invitation]:
        """The open invitations of a workspace, the oldest first."""
        id_ = await self._access.open(user, workspace, own=True)
        async with self._database.transaction(user) as tx:
            return await store.select(tx, id_, self._clock.now(), after, limit)

    async def revoke(self, user: UUID, workspace: str, invitation: UUID, request: Request[None] | None = None) -> None:
        """Withdraws an invitation."""
        id_ = await self._access.open(user, workspace, own=True)
        await self._writer.in_workspace(user, id_, request, lambda tx: store.remove(tx, id_, invitation))

    async def accept(self, user: UUID, code: str, request: Request[Member] | None = None) -> Member:
        """Joins the workspace that a code is for. Its address must be the person's own."""
        invitation = self.codes.read(code)

        async def work(tx: Transaction) -> Member:
            id_ = None if invitation is None else await store.workspace_of(tx, invitation)
            if invitation is None or id_ is None:
                raise NotFound("There is no open invitation with this code: ask for a new one.", reason="NO_INVITATION")
            await lock_streams(tx, [("workspace-events", id_)])
            quotas.WORKSPACES.require_room(await workspaces.count_of(tx, user))
            return await self._join(tx, user, id_, invitation)

        try:
            return await self._writer.of_person(user, request, work)
        except pg.UniqueViolation:
            raise AlreadyExists("You are a member of this workspace already.") from None

    async def _join(self, tx: Transaction, user: UUID, workspace: UUID, invitation: UUID) -> Member:
        now = self._clock.now()
        role = await store.accept(tx, invitation, now)
        if role is None:
            text = "This invitation is for another address, or has run out: ask for one to your own."
            raise FailedPrecondition(text, reason="INVITATION")
        quotas.MEMBERS.require_room(await workspaces.count_members(tx, workspace), more=0)
        await append(tx, [self._events.member_added(workspace, user, role, now, user)])
        return await workspaces.member(tx, workspace, user)
