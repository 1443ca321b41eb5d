"""The use cases of workspaces: who shares what."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import AlreadyExists, NotFound
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7
from todo_runtime.outbox import append, lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Role
from services.chat_api.shared import quotas
from services.chat_api.workspaces.domain import workspaces as rules
from services.chat_api.workspaces.domain.workspaces import Member, Workspace
from services.chat_api.workspaces.events import WorkspaceEvents
from services.chat_api.workspaces.service.unit_of_work import WorkspaceUnitOfWork
from services.chat_api.workspaces.store import workspaces as store

_TOPICS = ("reminders", "task-events", "workspace-events")


class WorkspaceService:
    """Everything that people do with workspaces and their members."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        unit_of_work: WorkspaceUnitOfWork,
        events: WorkspaceEvents,
        clock: Clock,
    ) -> None:
        self._database = database
        self._access = access
        self._unit_of_work = unit_of_work
        self._events = events
        self._clock = clock

    async def create_personal(self, tx: Transaction, workspace: UUID, owner: UUID, now: datetime) -> None:
        """Creates the workspace of a person who signs up, in the transaction in which they do."""
        await self._create(tx, rules.personal(workspace, now), owner)

    async def create_workspace(
        self, user: UUID, display_name: str, request: Request[Workspace] | None = None
    ) -> Workspace | Replay:
        """Creates a shared workspace with its first owner."""
        workspace = rules.shared(uuid7(), display_name, self._clock.now())
        return await self._unit_of_work.run_for_person(
            user, request, lambda tx: self._create_shared(tx, workspace, user)
        )

    async def get_workspace(self, user: UUID, workspace: str) -> tuple[Workspace, Role]:
        """One workspace with the person's role."""
        id_ = await self._access.open(user, workspace)
        async with self._database.transaction(user) as tx:
            found = await store.get(tx, id_)
        return found, (await self._access.of(user)).roles[id_]

    async def list_workspaces(
        self, user: UUID, after: tuple[bool, UUID] | None, limit: int
    ) -> list[tuple[Workspace, Role]]:
        """The person's workspaces with their role in each; `after` is (whether it is shared, id) of the last one."""
        async with self._database.transaction(user) as tx:
            return await store.list_workspaces(tx, user, after, limit)

    async def update_workspace(
        self, user: UUID, workspace: str, display_name: str, etag: str, request: Request[Workspace] | None = None
    ) -> Workspace | Replay:
        """Renames a workspace."""
        id_ = await self._access.open(user, workspace, own=True)
        wanted = rules.checked_name(display_name)
        return await self._unit_of_work.run(user, id_, request, lambda tx: self._rename(tx, user, id_, wanted, etag))

    async def delete_workspace(
        self, user: UUID, workspace: str, etag: str = "", request: Request[None] | None = None
    ) -> Replay | None:
        """Deletes a shared workspace: it has no members any more, and retention purges its contents in batches."""
        id_ = await self._unit_of_work.open(user, workspace, request, own=True)
        if isinstance(id_, Replay):
            return id_
        return await self._unit_of_work.run(user, id_, request, lambda tx: self._delete(tx, user, id_, etag))

    async def add_member(
        self, user: UUID, workspace: str, email: str, role: Role, request: Request[Member] | None = None
    ) -> Member | Replay:
        """Adds a person who has an account."""
        id_ = await self._access.open(user, workspace, own=True)
        try:
            return await self._unit_of_work.run(
                user, id_, request, lambda tx: self._add_member(tx, user, id_, email, role)
            )
        except pg.UniqueViolation:
            raise AlreadyExists("This person is a member already.") from None

    async def list_members(self, user: UUID, workspace: str, after: UUID | None, limit: int) -> list[Member]:
        """The members of a workspace by id."""
        id_ = await self._access.open(user, workspace)
        async with self._database.transaction(user) as tx:
            return await store.list_members(tx, id_, after, limit)

    async def update_member(
        self, user: UUID, workspace: str, member: UUID, role: Role, request: Request[Member] | None = None
    ) -> Member | Replay:
        """Gives a member another role."""
        id_ = await self._access.open(user, workspace, own=True)
        return await self._unit_of_work.run(user, id_, request, lambda tx: self._set_role(tx, user, id_, member, role))

    async def remove_member(
        self, user: UUID, workspace: str, member: UUID, request: Request[None] | None = None
    ) -> Replay | None:
        """Removes a member: owners remove anyone, everybody removes themselves."""
        id_ = await self._unit_of_work.open(user, workspace, request, own=member != user)
        if isinstance(id_, Replay):
            return id_
        return await self._unit_of_work.run(user, id_, request, lambda tx: self._remove_member(tx, user, id_, member))

    async def _create(self, tx: Transaction, workspace: Workspace, owner: UUID) -> None:
        await lock_streams(tx, [(topic, workspace.id) for topic in _TOPICS])
        await store.add(tx, workspace)
        await store.add_member(tx, workspace.id, owner, Role.OWNER, workspace.created_at)
        await append(tx, self._events.workspace_created(workspace, owner))

    async def _create_shared(self, tx: Transaction, workspace: Workspace, owner: UUID) -> Workspace:
        quotas.WORKSPACES.require_room(await store.count_workspaces(tx, owner))
        await self._create(tx, workspace, owner)
        return workspace

    async def _rename(self, tx: Transaction, user: UUID, workspace: UUID, display_name: str, etag: str) -> Workspace:
        before = await store.get(tx, workspace)
        rules.require_etag(before, etag)
        if before.display_name == display_name:
            return before
        now = self._clock.now()
        after = replace(before, display_name=display_name, updated_at=now, revision=before.revision + 1)
        await store.rename(tx, workspace, display_name, now)
        await append(tx, [self._events.workspace_updated(after, user)])
        return after

    async def _delete(self, tx: Transaction, user: UUID, workspace: UUID, etag: str) -> None:
        before = await store.get(tx, workspace)
        rules.require_shared(before)
        rules.require_etag(before, etag)
        now = self._clock.now()
        await lock_streams(tx, [("reminders", workspace), ("task-events", workspace)])
        await append(tx, [self._events.workspace_deleted(before, now, user)])
        members = await store.delete(tx, workspace, now)
        tx.after_commit(lambda: self._access.evict(*members))

    async def _add_member(self, tx: Transaction, user: UUID, workspace: UUID, email: str, role: Role) -> Member:
        rules.require_shared(await store.get(tx, workspace))
        person = await store.find_person(tx, email)
        if person is None:
            raise NotFound("There is no account with this address.", reason="NO_ACCOUNT")
        quotas.MEMBERS.require_room(await store.count_members(tx, workspace))
        quotas.WORKSPACES.require_room(await store.count_workspaces(tx, person))
        now = self._clock.now()
        await store.add_member(tx, workspace, person, role, now)
        await append(tx, [self._events.member_added(workspace, person, role, now, user)])
        tx.after_commit(lambda: self._access.evict(person))
        return await store.get_member(tx, workspace, person)

    async def _set_role(self, tx: Transaction, user: UUID, workspace: UUID, member: UUID, role: Role) -> Member:
        before = await store.get_member(tx, workspace, member)
        if before.role is role:
            return before
        if before.role is Role.OWNER:
            rules.require_another_owner(await store.count_owners(tx, workspace))
        await store.set_role(tx, workspace, member, role)
        now = self._clock.now()
        await append(tx, [self._events.role_changed(workspace, member, role, before.joined_at, now, user)])
        tx.after_commit(lambda: self._access.evict(member))
        return replace(before, role=role)

    async def _remove_member(self, tx: Transaction, user: UUID, workspace: UUID, member: UUID) -> None:
        before = await store.get_member(tx, workspace, member)
        rules.require_shared(await store.get(tx, workspace))
        if before.role is Role.OWNER:
            rules.require_another_owner(await store.count_owners(tx, workspace))
        now = self._clock.now()
        removed = self._events.member_removed(workspace, member, before.role, before.joined_at, now, user)
        await append(tx, [removed])
        await store.remove_member(tx, workspace, member)
        tx.after_commit(lambda: self._access.evict(member))
