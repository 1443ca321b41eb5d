"""The methods of WorkspaceService that are about workspaces and their members."""

from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.workspace.v1 import workspace_service_pb2 as pb
from todo_bindings.chat_api.rpc import WorkspaceServiceServicer
from todo_runtime.field_masks import masked_fields
from todo_runtime.idempotency import empty, reply, request_of
from todo_runtime.paging import PageTokens
from todo_runtime.proto_time import timestamp_of
from todo_runtime.rpc import Call

from services.chat_api.access.model import Role
from services.chat_api.shared.resource_names import parse_id, parse_workspace, workspace_name
from services.chat_api.workspaces.domain.workspaces import PERSONAL_KIND, SHARED_KIND, Workspace
from services.chat_api.workspaces.rpc.members import ROLES, member_message, role_of
from services.chat_api.workspaces.service.workspaces import WorkspaceService

_KINDS = {PERSONAL_KIND: pb.Workspace.KIND_PERSONAL, SHARED_KIND: pb.Workspace.KIND_SHARED}


class WorkspaceRpc(WorkspaceServiceServicer):
    """Requests to commands, workspaces and members to responses."""

    def __init__(self, workspaces: WorkspaceService, pages: PageTokens) -> None:
        self._workspaces = workspaces
        self._pages = pages

    async def create_workspace(self, request: pb.CreateWorkspaceRequest, call: Call) -> pb.Workspace:
        """Creates a shared workspace."""
        result = await self._workspaces.create_workspace(
            call.person, request.workspace.display_name, request_of(request, "CreateWorkspace", _owned)
        )
        return reply(result, _owned, pb.Workspace)

    async def get_workspace(self, request: pb.GetWorkspaceRequest, call: Call) -> pb.Workspace:
        """Returns one workspace."""
        return _message(*await self._workspaces.get_workspace(call.person, parse_workspace(request.name)))

    async def list_workspaces(self, request: pb.ListWorkspacesRequest, call: Call) -> pb.ListWorkspacesResponse:
        """Lists the caller's workspaces, the personal one first."""
        asked = self._pages.asked(request, call)
        after = (bool(asked.after[0]), UUID(asked.after[1])) if asked.after else None
        found = await self._workspaces.list_workspaces(call.person, after, asked.limit)
        page = asked.cut(found, lambda item: [item[0].kind != PERSONAL_KIND, str(item[0].id)])
        workspaces = [_message(workspace, role) for workspace, role in page.items]
        return pb.ListWorkspacesResponse(workspaces=workspaces, next_page_token=page.next_token)

    async def update_workspace(self, request: pb.UpdateWorkspaceRequest, call: Call) -> pb.Workspace:
        """Renames a workspace."""
        given = request.workspace
        masked_fields(request.update_mask, given, ("display_name",), lambda _name: True)
        identity = request_of(request, "UpdateWorkspace", _owned)
        result = await self._workspaces.update_workspace(
            call.person, parse_workspace(given.name), given.display_name, given.etag, identity
        )
        return reply(result, _owned, pb.Workspace)

    async def delete_workspace(self, request: pb.DeleteWorkspaceRequest, call: Call) -> Empty:
        """Deletes a shared workspace."""
        identity = request_of(request, "DeleteWorkspace", empty)
        result = await self._workspaces.delete_workspace(
            call.person, parse_workspace(request.name), request.etag, identity
        )
        return reply(result, empty, Empty)

    async def add_member(self, request: pb.AddMemberRequest, call: Call) -> pb.Member:
        """Adds a person who has an account."""
        given, role = request.member, role_of(request.member.role, "member.role")
        identity = request_of(request, "AddMember", member_message)
        result = await self._workspaces.add_member(
            call.person, parse_workspace(request.parent), given.email, role, identity
        )
        return reply(result, member_message, pb.Member)

    async def list_members(self, request: pb.ListMembersRequest, call: Call) -> pb.ListMembersResponse:
        """Lists the members of a workspace."""
        asked = self._pages.asked(request, call)
        after = UUID(asked.after) if asked.after else None
        members = await self._workspaces.list_members(call.person, parse_workspace(request.parent), after, asked.limit)
        page = asked.cut(members, lambda member: str(member.user_id))
        return pb.ListMembersResponse(members=map(member_message, page.items), next_page_token=page.next_token)

    async def update_member(self, request: pb.UpdateMemberRequest, call: Call) -> pb.Member:
        """Gives a member another role."""
        masked_fields(request.update_mask, request.member, ("role",), lambda _name: True)
        name, role = request.member.name, role_of(request.member.role, "member.role")
        identity = request_of(request, "UpdateMember", member_message)
        result = await self._workspaces.update_member(
            call.person, parse_workspace(name), _user_of(name), role, identity
        )
        return reply(result, member_message, pb.Member)

    async def remove_member(self, request: pb.RemoveMemberRequest, call: Call) -> Empty:
        """Removes a member."""
        identity = request_of(request, "RemoveMember", empty)
        workspace, member = parse_workspace(request.name), _user_of(request.name)
        result = await self._workspaces.remove_member(call.person, workspace, member, identity)
        return reply(result, empty, Empty)


def _message(workspace: Workspace, role: Role) -> pb.Workspace:
    return pb.Workspace(
        name=workspace_name(workspace.id),
        display_name=workspace.display_name,
        kind=_KINDS[workspace.kind],
        role=ROLES[role],
        create_time=timestamp_of(workspace.created_at),
        update_time=timestamp_of(workspace.updated_at),
        etag=str(workspace.revision),
    )


def _owned(workspace: Workspace) -> pb.Workspace:
    """A workspace as its owners see it: nobody else changes one."""
    return _message(workspace, Role.OWNER)


def _user_of(name: str) -> UUID:
    return parse_id(name.rpartition("/")[2], f"member {name[:120]!r}")
