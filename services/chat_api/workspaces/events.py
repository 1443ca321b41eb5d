"""The events of workspaces and their members."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from todo.types.v1 import Member, WorkspaceKind
from todo.types.v1 import Role as AvroRole
from todo.types.v1 import Workspace as AvroWorkspace
from todo.workspace_events.v1 import (
    MemberAdded,
    MemberRemoved,
    MemberRoleChanged,
    WorkspaceCreated,
    WorkspaceDeleted,
    WorkspaceUpdated,
)
from todo_bindings.chat_api.producers import WorkspaceEventsProducer
from todo_runtime.outbox import Outgoing

from services.chat_api.access.model import Role
from services.chat_api.shared.resource_names import user_name, workspace_name
from services.chat_api.workspaces.domain.workspaces import Workspace


class WorkspaceEvents:
    """Encodes the events of workspaces and their members."""

    def __init__(self, producer: WorkspaceEventsProducer) -> None:
        self._producer = producer

    def workspace_created(self, workspace: Workspace, owner: UUID) -> list[Outgoing]:
        """WorkspaceCreated, and MemberAdded for its owner."""
        event = WorkspaceCreated(workspace=_workspace(workspace), actor_id=owner)
        created = self._producer.workspace_created(
            event, key=workspace.id, subject=workspace_name(workspace.id), time=workspace.created_at
        )
        return [created, self.member_added(workspace.id, owner, Role.OWNER, workspace.created_at, owner)]

    def workspace_updated(self, workspace: Workspace, actor: UUID) -> Outgoing:
        """WorkspaceUpdated."""
        event = WorkspaceUpdated(workspace=_workspace(workspace), actor_id=actor)
        return self._producer.workspace_updated(
            event, key=workspace.id, subject=workspace_name(workspace.id), time=workspace.updated_at
        )

    def workspace_deleted(self, workspace: Workspace, now: datetime, actor: UUID) -> Outgoing:
        """WorkspaceDeleted."""
        deleted = _workspace(replace(workspace, updated_at=now), deleted_at=now)
        event = WorkspaceDeleted(workspace=deleted, actor_id=actor)
        return self._producer.workspace_deleted(event, key=workspace.id, subject=workspace_name(workspace.id), time=now)

    def member_added(self, workspace: UUID, user: UUID, role: Role, now: datetime, actor: UUID) -> Outgoing:
        """MemberAdded."""
        event = MemberAdded(member=_member(workspace, user, role, now), actor_id=actor)
        return self._producer.member_added(event, key=workspace, subject=user_name(user), time=now)

    def role_changed(
        self, workspace: UUID, user: UUID, role: Role, joined_at: datetime, now: datetime, actor: UUID
    ) -> Outgoing:
        """MemberRoleChanged."""
        event = MemberRoleChanged(member=_member(workspace, user, role, joined_at), actor_id=actor)
        return self._producer.member_role_changed(event, key=workspace, subject=user_name(user), time=now)

    def member_removed(
        self, workspace: UUID, user: UUID, role: Role, joined_at: datetime, now: datetime, actor: UUID
    ) -> Outgoing:
        """MemberRemoved."""
        event = MemberRemoved(member=_member(workspace, user, role, joined_at), actor_id=actor)
        return self._producer.member_removed(event, key=workspace, subject=user_name(user), time=now)


def _workspace(workspace: Workspace, deleted_at: datetime | None = None) -> AvroWorkspace:
    return AvroWorkspace(
        id=workspace.id,
        display_name=workspace.display_name,
        kind=WorkspaceKind(workspace.kind.upper()),
        created_at=workspace.created_at,
        updated_at=workspace.updated_at,
        deleted_at=deleted_at,
    )


def _member(workspace: UUID, user: UUID, role: Role, joined_at: datetime) -> Member:
    return Member(workspace_id=workspace, user_id=user, role=AvroRole(role.value.upper()), joined_at=joined_at)
