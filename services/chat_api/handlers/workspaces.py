"""The use cases of workspaces: who shares what."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    FieldViolation,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from todo_runtime.ids import uuid7
from todo_runtime.outbox import append, lock_streams

from services.chat_api.domain.model import Role
from services.chat_api.handlers.access import AccessCache
from services.chat_api.handlers.identity_events import IdentityEvents
from services.chat_api.handlers.requests import Request, once
from services.chat_api.store import identity
from services.chat_api.store import workspaces as store
from services.chat_api.store.workspaces import Member, Workspace

T = TypeVar("T")


class WorkspaceHandlers:
    """Everything that people do with workspaces."""

    def __init__(self, database: Database, access: AccessCache, events: IdentityEvents, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._events = events
        self._clock = clock

    async def create_workspace(
        self, user: UUID, display_name: str, request: Request[Workspace] | None = None
    ) -> Workspace:
        """Creates a shared workspace with its first owner."""
        now = self._clock.now()
        workspace = Workspace(uuid7(), _name(display_name), "shared", 1, now, now)

        async def work(tx: Transaction) -> Workspace:
            topics = ("reminders", "task-events", "workspace-events")
            await lock_streams(tx, [(topic, workspace.id) for topic in topics])
            await store.add(tx, workspace)
            await store.add_member(tx, workspace.id, user, Role.OWNER, now)
            await append(tx, self._events.workspace_created(workspace, user))
            return workspace

        return await self._once(user, user, "identity-events", request, work)

    async def get_workspace(self, user: UUID, name: str) -> tuple[Workspace, Role]:
        """One workspace with the person's role."""
        id_ = await self._access.open(user, name)
        async with self._database.transaction(user) as tx:
            workspace = await store.get(tx, id_)
        return workspace, (await self._access.of(user)).roles[id_]

    async def list_workspaces(
        self, user: UUID, after: tuple[bool, UUID] | None, limit: int
    ) -> list[tuple[Workspace, Role]]:
        """The person's workspaces with their role."""
        async with self._database.transaction(user) as tx:
            return await store.list_of(tx, user, after, limit)

    async def update_workspace(
        self, user: UUID, name: str, display_name: str, etag: str, request: Request[Workspace] | None = None
    ) -> Workspace:
        """Renames a workspace."""
        id_ = await self._access.open(user, name, own=True)
        wanted = _name(display_name)

        async def work(tx: Transaction) -> Workspace:
            before = await store.get(tx, id_)
            if etag and etag != str(before.revision):
                raise Aborted("The workspace was changed meanwhile.", metadata={"etag": str(before.revision)})
            if before.display_name == wanted:
                return before
            now = self._clock.now()
            after = replace(before, display_name=wanted, updated_at=now, revision=before.revision + 1)
            await store.rename(tx, id_, wanted, now)
            await append(tx, [self._events.workspace_updated(after, user)])
            return after

        return await self._once(user, id_, "workspace-events", request, work)

    async def add_member(
        self, user: UUID, name: str, email: str, role: Role, request: Request[Member] | None = None
    ) -> Member:
        """Adds a person who has an account."""
        id_ = await self._access.open(user, name, own=True)

        async def work(tx: Transaction) -> Member:
            if (await store.get(tx, id_)).kind == "personal":
                raise FailedPrecondition("A personal workspace can't be shared.", reason="PERSONAL_WORKSPACE")
            found = await identity.credentials(tx, email)
            if found is None:
                raise NotFound("There is no account with this address.", reason="NO_ACCOUNT")
            now = self._clock.now()
            await store.add_member(tx, id_, found.user_id, role, now)
            await append(tx, [self._events.member_added(id_, found.user_id, role, now, user)])
            return await store.member(tx, id_, found.user_id)

        try:
            member = await self._once(user, id_, "workspace-events", request, work)
        except pg.UniqueViolation:
            raise AlreadyExists("This person is a member already.") from None
        self._access.forget(member.user_id)
        return member

    async def list_members(self, user: UUID, name: str, after: UUID | None, limit: int) -> list[Member]:
        """The members of a workspace."""
        id_ = await self._access.open(user, name)
        async with self._database.transaction(user) as tx:
            return await store.members(tx, id_, after, limit)

    async def update_member(
        self, user: UUID, name: str, member: UUID, role: Role, request: Request[Member] | None = None
    ) -> Member:
        """Gives a member another role."""
        id_ = await self._access.open(user, name, own=True)

        async def work(tx: Transaction) -> Member:
            before = await store.member(tx, id_, member)
            if before.role is role:
                return before
            if before.role is Role.OWNER:
                await self._require_another_owner(tx, id_)
            await store.set_role(tx, id_, member, role)
            now = self._clock.now()
            await append(tx, [self._events.role_changed(id_, member, role, before.joined_at, now, user)])
            return replace(before, role=role)

        after = await self._once(user, id_, "workspace-events", request, work)
        self._access.forget(member)
        return after

    async def remove_member(self, user: UUID, name: str, member: UUID) -> None:
        """Removes a member: owners anyone, everybody themselves."""
        id_ = await self._access.open(user, name, own=member != user)

        async def work(tx: Transaction) -> None:
            before = await store.member(tx, id_, member)
            if (await store.get(tx, id_)).kind == "personal":
                raise FailedPrecondition("A personal workspace can't be left.", reason="PERSONAL_WORKSPACE")
            if before.role is Role.OWNER:
                await self._require_another_owner(tx, id_)
            now = self._clock.now()
            message = self._events.member_removed(id_, member, before.role, before.joined_at, now, user)
            await append(tx, [message])
            await store.remove_member(tx, id_, member)

        await self._once(user, id_, "workspace-events", None, work)
        self._access.forget(member)

    async def _once(
        self,
        user: UUID,
        scope: UUID,
        topic: str,
        request: Request[T] | None,
        work: Callable[[Transaction], Awaitable[T]],
    ) -> T:
        async def run(tx: Transaction) -> T:
            await lock_streams(tx, [(topic, scope)])
            return await once(tx, scope, user, request, self._clock.now(), lambda: work(tx))

        try:
            return await self._database.run(run, user)
        except pg.InsufficientPrivilege as error:
            raise PermissionDenied("Your role in this workspace does not allow this.", reason="ROLE") from error
        finally:
            self._access.forget(user)

    async def _require_another_owner(self, tx: Transaction, workspace: UUID) -> None:
        if await store.owners(tx, workspace) < 2:
            raise FailedPrecondition("A workspace needs an owner: make somebody else one first.", reason="LAST_OWNER")


def _name(display_name: str) -> str:
    if not display_name.strip():
        text = "A workspace needs a name."
        raise InvalidArgument(text, violations=[FieldViolation("workspace.display_name", text)])
    return display_name.strip()
