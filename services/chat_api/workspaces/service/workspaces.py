"""The use cases of workspaces: who shares what."""

from dataclasses import replace
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import Aborted, AlreadyExists, FailedPrecondition, FieldViolation, InvalidArgument, NotFound
from todo_runtime.ids import uuid7
from todo_runtime.outbox import append, lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Role
from services.chat_api.shared import quotas
from services.chat_api.shared.idempotency import Request
from services.chat_api.workspaces.events import WorkspaceEvents
from services.chat_api.workspaces.service.unit_of_work import WorkspaceWriter
from services.chat_api.workspaces.store import workspaces as store
from services.chat_api.workspaces.store.workspaces import Member, Workspace


class WorkspaceHandlers:
    """Everything that people do with workspaces."""

    def __init__(
        self, database: Database, access: AccessCache, writer: WorkspaceWriter, events: WorkspaceEvents, clock: Clock
    ) -> None:
        self._database = database
        self._access = access
        self._writer = writer
        self._events = events
        self._clock = clock

    async def create_workspace(
        self, user: UUID, display_name: str, request: Request[Workspace] | None = None
    ) -> Workspace:
        """Creates a shared workspace with its first owner."""
        now = self._clock.now()
        workspace = Workspace(uuid7(), _name(display_name), "shared", 1, now, now)

        async def work(tx: Transaction) -> Workspace:
            quotas.WORKSPACES.require_room(await store.count_of(tx, user))
            topics = ("reminders", "task-events", "workspace-events")
            await lock_streams(tx, [(topic, workspace.id) for topic in topics])
            await store.add(tx, workspace)
            await store.add_member(tx, workspace.id, user, Role.OWNER, now)
            await append(tx, self._events.workspace_created(workspace, user))
            return workspace

        return await self._writer.of_person(user, request, work)

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
            _require_etag(before, etag)
            if before.display_name == wanted:
                return before
            now = self._clock.now()
            after = replace(before, display_name=wanted, updated_at=now, revision=before.revision + 1)
            await store.rename(tx, id_, wanted, now)
            await append(tx, [self._events.workspace_updated(after, user)])
            return after

        return await self._writer.in_workspace(user, id_, request, work)

    async def delete_workspace(
        self, user: UUID, name: str, etag: str = "", request: Request[None] | None = None
    ) -> None:
        """Deletes a shared workspace: from now on it is nobody's, and what was in it is taken away in pieces."""
        id_ = await self._writer.open(user, name, request, own=True)
        if id_ is None:
            return

        async def work(tx: Transaction) -> None:
            before = await store.get(tx, id_)
            store.require_shared(before)
            _require_etag(before, etag)
            now = self._clock.now()
            await lock_streams(tx, [("reminders", id_), ("task-events", id_)])
            await append(tx, [self._events.workspace_deleted(before, now, user)])
            gone = await store.delete(tx, id_, now)
            tx.after_commit(lambda: self._access.forget(*gone))

        await self._writer.in_workspace(user, id_, request, work)

    async def add_member(
        self, user: UUID, name: str, email: str, role: Role, request: Request[Member] | None = None
    ) -> Member:
        """Adds a person who has an account."""
        id_ = await self._access.open(user, name, own=True)

        async def work(tx: Transaction) -> Member:
            store.require_shared(await store.get(tx, id_))
            person = await store.account_of(tx, email)
            if person is None:
                raise NotFound("There is no account with this address.", reason="NO_ACCOUNT")
            quotas.MEMBERS.require_room(await store.count_members(tx, id_))
            quotas.WORKSPACES.require_room(await store.count_of(tx, person))
            now = self._clock.now()
            await store.add_member(tx, id_, person, role, now)
            await append(tx, [self._events.member_added(id_, person, role, now, user)])
            return await store.member(tx, id_, person)

        try:
            member = await self._writer.in_workspace(user, id_, request, work)
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

        after = await self._writer.in_workspace(user, id_, request, work)
        self._access.forget(member)
        return after

    async def remove_member(self, user: UUID, name: str, member: UUID, request: Request[None] | None = None) -> None:
        """Removes a member: owners anyone, everybody themselves."""
        id_ = await self._writer.open(user, name, request, own=member != user)
        if id_ is None:
            return

        async def work(tx: Transaction) -> None:
            before = await store.member(tx, id_, member)
            store.require_shared(await store.get(tx, id_))
            if before.role is Role.OWNER:
                await self._require_another_owner(tx, id_)
            now = self._clock.now()
            message = self._events.member_removed(id_, member, before.role, before.joined_at, now, user)
            await append(tx, [message])
            await store.remove_member(tx, id_, member)

        await self._writer.in_workspace(user, id_, request, work)
        self._access.forget(member)

    async def _require_another_owner(self, tx: Transaction, workspace: UUID) -> None:
        if await store.owners(tx, workspace) < 2:
            raise FailedPrecondition("A workspace needs an owner: make somebody else one first.", reason="LAST_OWNER")


def _require_etag(workspace: Workspace, etag: str) -> None:
    if etag and etag != str(workspace.revision):
        raise Aborted(
            f"The workspace was changed meanwhile: its etag is now {workspace.revision}.",
            reason="ETAG_MISMATCH",
            metadata={"etag": str(workspace.revision)},
        )


def _name(display_name: str) -> str:
    if not display_name.strip():
        text = "A workspace needs a name."
        raise InvalidArgument(text, violations=[FieldViolation("workspace.display_name", text)])
    return display_name.strip()
