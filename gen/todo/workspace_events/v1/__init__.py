"""Records of the Avro namespace todo.workspace_events.v1, as typed read-only views. Generated from avro/."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from todo.events import Event, EventSchema, Rule
from todo.types.v1 import Member, Workspace

__all__ = [
    "MemberAdded",
    "MemberRemoved",
    "MemberRoleChanged",
    "WorkspaceCreated",
    "WorkspaceDeleted",
    "WorkspaceUpdated",
]


class MemberAdded(Event):
    """A person joined a workspace."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.workspace_events.v1.MemberAdded",
        topics=("workspace-events",),
        version=1,
        fingerprint="d6964fa977193014d059611ea19f0100841674e4a5c9df432e782363475dfb2c",
        json='{"type":"record","name":"MemberAdded","namespace":"todo.workspace_events.v1","doc":"A person joined a workspace.","fields":[{"name":"member","type":{"type":"record","name":"Member","namespace":"todo.types.v1","doc":"A person\'s place in a workspace.","fields":[{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace."},{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"The person."},{"name":"role","type":{"type":"enum","name":"Role","doc":"What a member may do: everything, change tasks, or read.","symbols":["UNSPECIFIED","OWNER","EDITOR","VIEWER"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"What the person may do there."},{"name":"joined_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the person joined."}]},"doc":"The member after the change; for MemberRemoved, as they last were."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it."}]}',
        rules=(
            Rule(
                id="role-known",
                path="member",
                cel='this.role != "UNSPECIFIED"',
                message="A member has a role.",
            ),
        ),
    )

    def __init__(self, *, member: Member, actor_id: UUID) -> None:
        self.record = {
            "member": member.record,
            "actor_id": str(actor_id),
        }

    @property
    def member(self) -> Member:
        """The member after the change; for MemberRemoved, as they last were."""
        value = self.record["member"]
        return Member.wrap(value)

    @property
    def actor_id(self) -> UUID:
        """The user who did it."""
        value = self.record["actor_id"]
        return UUID(value)


class MemberRemoved(Event):
    """A person left a workspace or was removed from it."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.workspace_events.v1.MemberRemoved",
        topics=("workspace-events",),
        version=1,
        fingerprint="b04b31ddf4a1dece94dd4be14faeb227aec2cb03193fa616fb3abfd809184c36",
        json='{"type":"record","name":"MemberRemoved","namespace":"todo.workspace_events.v1","doc":"A person left a workspace or was removed from it.","fields":[{"name":"member","type":{"type":"record","name":"Member","namespace":"todo.types.v1","doc":"A person\'s place in a workspace.","fields":[{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace."},{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"The person."},{"name":"role","type":{"type":"enum","name":"Role","doc":"What a member may do: everything, change tasks, or read.","symbols":["UNSPECIFIED","OWNER","EDITOR","VIEWER"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"What the person may do there."},{"name":"joined_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the person joined."}]},"doc":"The member after the change; for MemberRemoved, as they last were."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it."}]}',
        rules=(
            Rule(
                id="role-known",
                path="member",
                cel='this.role != "UNSPECIFIED"',
                message="A member has a role.",
            ),
        ),
    )

    def __init__(self, *, member: Member, actor_id: UUID) -> None:
        self.record = {
            "member": member.record,
            "actor_id": str(actor_id),
        }

    @property
    def member(self) -> Member:
        """The member after the change; for MemberRemoved, as they last were."""
        value = self.record["member"]
        return Member.wrap(value)

    @property
    def actor_id(self) -> UUID:
        """The user who did it."""
        value = self.record["actor_id"]
        return UUID(value)


class MemberRoleChanged(Event):
    """A member's role changed."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.workspace_events.v1.MemberRoleChanged",
        topics=("workspace-events",),
        version=1,
        fingerprint="cbd8d1980d76d29bf98557dd07a9e0577209269ba96424790da79c0e42c17376",
        json='{"type":"record","name":"MemberRoleChanged","namespace":"todo.workspace_events.v1","doc":"A member\'s role changed.","fields":[{"name":"member","type":{"type":"record","name":"Member","namespace":"todo.types.v1","doc":"A person\'s place in a workspace.","fields":[{"name":"workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The workspace."},{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"The person."},{"name":"role","type":{"type":"enum","name":"Role","doc":"What a member may do: everything, change tasks, or read.","symbols":["UNSPECIFIED","OWNER","EDITOR","VIEWER"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"What the person may do there."},{"name":"joined_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When the person joined."}]},"doc":"The member after the change; for MemberRemoved, as they last were."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it."}]}',
        rules=(
            Rule(
                id="role-known",
                path="member",
                cel='this.role != "UNSPECIFIED"',
                message="A member has a role.",
            ),
        ),
    )

    def __init__(self, *, member: Member, actor_id: UUID) -> None:
        self.record = {
            "member": member.record,
            "actor_id": str(actor_id),
        }

    @property
    def member(self) -> Member:
        """The member after the change; for MemberRemoved, as they last were."""
        value = self.record["member"]
        return Member.wrap(value)

    @property
    def actor_id(self) -> UUID:
        """The user who did it."""
        value = self.record["actor_id"]
        return UUID(value)


class WorkspaceCreated(Event):
    """A workspace was created; its owner is announced by MemberAdded."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.workspace_events.v1.WorkspaceCreated",
        topics=("workspace-events",),
        version=1,
        fingerprint="a8c39b921019bd09d5aacc9155ae86d15676b3fd8511d52dfbed24fdf3348792",
        json='{"type":"record","name":"WorkspaceCreated","namespace":"todo.workspace_events.v1","doc":"A workspace was created; its owner is announced by MemberAdded.","fields":[{"name":"workspace","type":{"type":"record","name":"Workspace","namespace":"todo.types.v1","doc":"A set of tasks and the people who share it: the unit of tenancy.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the workspace, UUIDv7."},{"name":"display_name","type":"string","doc":"Name for people; 1 to 200 characters."},{"name":"kind","type":{"type":"enum","name":"WorkspaceKind","doc":"Personal workspaces belong to one person and cannot be left.","symbols":["UNSPECIFIED","PERSONAL","SHARED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Personal or shared."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was created."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was last changed."},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When it was deleted; null while it is not.","default":null}]},"doc":"The whole workspace after the change."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it."}]}',
        rules=(
            Rule(
                id="not-deleted",
                path="",
                cel="this.workspace.deleted_at == null",
                message="The workspace is not deleted.",
            ),
            Rule(
                id="has-name",
                path="workspace",
                cel="size(this.display_name) > 0",
                message="A workspace has a name.",
            ),
            Rule(
                id="kind-known",
                path="workspace",
                cel='this.kind != "UNSPECIFIED"',
                message="A workspace is personal or shared.",
            ),
        ),
    )

    def __init__(self, *, workspace: Workspace, actor_id: UUID) -> None:
        self.record = {
            "workspace": workspace.record,
            "actor_id": str(actor_id),
        }

    @property
    def workspace(self) -> Workspace:
        """The whole workspace after the change."""
        value = self.record["workspace"]
        return Workspace.wrap(value)

    @property
    def actor_id(self) -> UUID:
        """The user who did it."""
        value = self.record["actor_id"]
        return UUID(value)


class WorkspaceDeleted(Event):
    """A workspace was deleted with all its tasks."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.workspace_events.v1.WorkspaceDeleted",
        topics=("workspace-events",),
        version=1,
        fingerprint="9fee1386872640061bf4805bdc0dd8a7c77693359c302825b1353429e4e7f88a",
        json='{"type":"record","name":"WorkspaceDeleted","namespace":"todo.workspace_events.v1","doc":"A workspace was deleted with all its tasks.","fields":[{"name":"workspace","type":{"type":"record","name":"Workspace","namespace":"todo.types.v1","doc":"A set of tasks and the people who share it: the unit of tenancy.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the workspace, UUIDv7."},{"name":"display_name","type":"string","doc":"Name for people; 1 to 200 characters."},{"name":"kind","type":{"type":"enum","name":"WorkspaceKind","doc":"Personal workspaces belong to one person and cannot be left.","symbols":["UNSPECIFIED","PERSONAL","SHARED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Personal or shared."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was created."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was last changed."},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When it was deleted; null while it is not.","default":null}]},"doc":"The whole workspace after the change."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it."}]}',
        rules=(
            Rule(
                id="has-deletion-time",
                path="",
                cel="this.workspace.deleted_at != null",
                message="A deleted workspace has the time of its deletion.",
            ),
            Rule(
                id="has-name",
                path="workspace",
                cel="size(this.display_name) > 0",
                message="A workspace has a name.",
            ),
            Rule(
                id="kind-known",
                path="workspace",
                cel='this.kind != "UNSPECIFIED"',
                message="A workspace is personal or shared.",
            ),
        ),
    )

    def __init__(self, *, workspace: Workspace, actor_id: UUID) -> None:
        self.record = {
            "workspace": workspace.record,
            "actor_id": str(actor_id),
        }

    @property
    def workspace(self) -> Workspace:
        """The whole workspace after the change."""
        value = self.record["workspace"]
        return Workspace.wrap(value)

    @property
    def actor_id(self) -> UUID:
        """The user who did it."""
        value = self.record["actor_id"]
        return UUID(value)


class WorkspaceUpdated(Event):
    """A workspace changed."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.workspace_events.v1.WorkspaceUpdated",
        topics=("workspace-events",),
        version=1,
        fingerprint="929a5eb13cf8c65d8523db3848b63ee461c68bb49d9335179e497bed56088225",
        json='{"type":"record","name":"WorkspaceUpdated","namespace":"todo.workspace_events.v1","doc":"A workspace changed.","fields":[{"name":"workspace","type":{"type":"record","name":"Workspace","namespace":"todo.types.v1","doc":"A set of tasks and the people who share it: the unit of tenancy.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the workspace, UUIDv7."},{"name":"display_name","type":"string","doc":"Name for people; 1 to 200 characters."},{"name":"kind","type":{"type":"enum","name":"WorkspaceKind","doc":"Personal workspaces belong to one person and cannot be left.","symbols":["UNSPECIFIED","PERSONAL","SHARED"],"default":"UNSPECIFIED","namespace":"todo.types.v1"},"doc":"Personal or shared."},{"name":"created_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was created."},{"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When it was last changed."},{"name":"deleted_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"doc":"When it was deleted; null while it is not.","default":null}]},"doc":"The whole workspace after the change."},{"name":"actor_id","type":{"type":"string","logicalType":"uuid"},"doc":"The user who did it."}]}',
        rules=(
            Rule(
                id="not-deleted",
                path="",
                cel="this.workspace.deleted_at == null",
                message="The workspace is not deleted.",
            ),
            Rule(
                id="has-name",
                path="workspace",
                cel="size(this.display_name) > 0",
                message="A workspace has a name.",
            ),
            Rule(
                id="kind-known",
                path="workspace",
                cel='this.kind != "UNSPECIFIED"',
                message="A workspace is personal or shared.",
            ),
        ),
    )

    def __init__(self, *, workspace: Workspace, actor_id: UUID) -> None:
        self.record = {
            "workspace": workspace.record,
            "actor_id": str(actor_id),
        }

    @property
    def workspace(self) -> Workspace:
        """The whole workspace after the change."""
        value = self.record["workspace"]
        return Workspace.wrap(value)

    @property
    def actor_id(self) -> UUID:
        """The user who did it."""
        value = self.record["actor_id"]
        return UUID(value)
