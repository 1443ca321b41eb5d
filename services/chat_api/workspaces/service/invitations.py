"""The use cases of invitations: an owner invites an address, and its owner joins with the code."""

from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import AlreadyExists, FailedPrecondition, NotFound
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7
from todo_runtime.outbox import append, lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Role
from services.chat_api.shared import quotas
from services.chat_api.workspaces.domain.invitations import VALID, Invitation, InvitationCodes, checked_email
from services.chat_api.workspaces.domain.workspaces import Member, require_shared
from services.chat_api.workspaces.events import WorkspaceEvents
from services.chat_api.workspaces.service.unit_of_work import WorkspaceUnitOfWork
from services.chat_api.workspaces.store import invitations as store
from services.chat_api.workspaces.store import workspaces


class InvitationService:
    """Everything that people do with invitations."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        unit_of_work: WorkspaceUnitOfWork,
        events: WorkspaceEvents,
        codes: InvitationCodes,
        clock: Clock,
    ) -> None:
        self._database = database
        self._access = access
        self._unit_of_work = unit_of_work
        self._events = events
        self.codes = codes
        self._clock = clock

    async def create_invitation(
        self, user: UUID, workspace: str, email: str, role: Role, request: Request[Invitation] | None = None
    ) -> Invitation | Replay:
        """Invites an address; an invitation that it had is replaced, and the code of that one is void."""
        id_ = await self._access.open(user, workspace, own=True)
        address, now = checked_email(email), self._clock.now()
        invitation = Invitation(id_, uuid7(), address, role, user, now, now + VALID)
        return await self._unit_of_work.run(user, id_, request, lambda tx: self._create(tx, invitation))

    async def list_invitations(self, user: UUID, workspace: str, after: UUID | None, limit: int) -> list[Invitation]:
        """The open invitations of a workspace, the oldest first."""
        id_ = await self._access.open(user, workspace, own=True)
        async with self._database.transaction(user) as tx:
            return await store.list_open(tx, id_, self._clock.now(), after, limit)

    async def revoke_invitation(
        self, user: UUID, workspace: str, invitation: UUID, request: Request[None] | None = None
    ) -> Replay | None:
        """Withdraws an invitation."""
        id_ = await self._access.open(user, workspace, own=True)
        return await self._unit_of_work.run(user, id_, request, lambda tx: store.delete(tx, id_, invitation))

    async def accept_invitation(self, user: UUID, code: str, request: Request[Member] | None = None) -> Member | Replay:
        """Joins the workspace that a code is for. The invited address must be the person's own."""
        try:
            return await self._unit_of_work.run_for_person(user, request, lambda tx: self._accept(tx, user, code))
        except pg.UniqueViolation:
            raise AlreadyExists("You are a member of this workspace already.") from None

    async def _create(self, tx: Transaction, invitation: Invitation) -> Invitation:
        workspace = invitation.workspace_id
        require_shared(await workspaces.get(tx, workspace))
        if await workspaces.has_member_with(tx, workspace, invitation.email):
            raise AlreadyExists("This person is a member already.")
        await store.delete_superseded(tx, invitation)
        quotas.INVITATIONS.require_room(await store.count(tx, workspace))
        await store.add(tx, invitation)
        return invitation

    async def _accept(self, tx: Transaction, user: UUID, code: str) -> Member:
        invitation = self.codes.id_of(code)
        workspace = await store.find_workspace(tx, invitation) if invitation else None
        if invitation is None or workspace is None:
            raise NotFound("There is no open invitation with this code: ask for a new one.", reason="NO_INVITATION")
        await lock_streams(tx, [("workspace-events", workspace)])
        quotas.WORKSPACES.require_room(await workspaces.count_workspaces(tx, user))
        now = self._clock.now()
        role = await store.accept(tx, invitation, now)
        if role is None:
            text = "This invitation is for another address, or has expired: ask for one to your own."
            raise FailedPrecondition(text, reason="INVITATION")
        quotas.MEMBERS.require_room(await workspaces.count_members(tx, workspace), more=0)
        await append(tx, [self._events.member_added(workspace, user, role, now, user)])
        return await workspaces.get_member(tx, workspace, user)
