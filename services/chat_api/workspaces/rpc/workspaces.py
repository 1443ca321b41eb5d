"""WorkspaceService at the gRPC edge."""

from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.workspace.v1 import workspace_service_pb2 as pb
from todo_bindings.chat_api.rpc import WorkspaceServiceServicer
from todo_runtime.rpc import Call

from services.chat_api.access.model import Role
from services.chat_api.shared.answers import answer, nothing, repeatable
from services.chat_api.shared.proto_time import timestamp_of
from services.chat_api.shared.requests import PageTokens, masked_fields, page_size
from services.chat_api.shared.resource_names import uuid_part, workspace_name, workspace_part
from services.chat_api.workspaces.rpc.invitations import InvitationMethods
from services.chat_api.workspaces.rpc.members import ROLES, member_message, role_of
from services.chat_api.workspaces.service.invitations import InvitationHandlers
from services.chat_api.workspaces.service.workspaces import WorkspaceHandlers
from services.chat_api.workspaces.store.workspaces import Workspace

_KIND = {"personal": pb.Workspace.KIND_PERSONAL, "shared": pb.Workspace.KIND_SHARED}


class WorkspaceRpc(InvitationMethods, WorkspaceServiceServicer):
    """Requests to commands, workspaces to answers."""

    def __init__(self, workspaces: WorkspaceHandlers, invitations: InvitationHandlers, pages: PageTokens) -> None:
        self._workspaces = workspaces
        self._invitations = invitations
        self._pages = pages

    async def create_workspace(self, request: pb.CreateWorkspaceRequest, call: Call) -> pb.Workspace:
        """Creates a shared workspace."""
        identity = repeatable(request, "CreateWorkspace", _owned)
        made = self._workspaces.create_workspace(call.person, request.workspace.display_name, identity)
        return await answer(made, _owned, pb.Workspace)

    async def get_workspace(self, request: pb.GetWorkspaceRequest, call: Call) -> pb.Workspace:
        """Returns one workspace."""
        return _message(*await self._workspaces.get_workspace(call.person, workspace_part(request.name)))

    async def list_workspaces(self, request: pb.ListWorkspacesRequest, call: Call) -> pb.ListWorkspacesResponse:
        """Lists the caller's workspaces."""
        place = self._pages.read("ListWorkspaces", request, call.person)
        size = page_size(request)
        after = (bool(place[0]), UUID(place[1])) if place else None
        found = await self._workspaces.list_workspaces(call.person, after, size + 1)
        response = pb.ListWorkspacesResponse(workspaces=[_message(*one) for one in found[:size]])
        if len(found) > size:
            last = found[size - 1][0]
            place = [last.kind != "personal", str(last.id)]
            response.next_page_token = self._pages.make("ListWorkspaces", request, place, call.person)
        return response

    async def update_workspace(self, request: pb.UpdateWorkspaceRequest, call: Call) -> pb.Workspace:
        """Renames a workspace."""
        given = request.workspace
        masked_fields(request.update_mask, given, ("display_name",), lambda _name: True)
        identity = repeatable(request, "UpdateWorkspace", _owned)
        changed = self._workspaces.update_workspace(
            call.person, workspace_part(given.name), given.display_name, given.etag, identity
        )
        return await answer(changed, _owned, pb.Workspace)

    async def delete_workspace(self, request: pb.DeleteWorkspaceRequest, call: Call) -> Empty:
        """Deletes a shared workspace."""
        identity = repeatable(request, "DeleteWorkspace", nothing)
        name = workspace_part(request.name)
        deleted = self._workspaces.delete_workspace(call.person, name, request.etag, identity)
        return await answer(deleted, nothing, Empty)

    async def add_member(self, request: pb.AddMemberRequest, call: Call) -> pb.Member:
        """Adds a person who has an account."""
        identity, role = repeatable(request, "AddMember", member_message), role_of(request.member.role, "member.role")
        added = self._workspaces.add_member(
            call.person, workspace_part(request.parent), request.member.email, role, identity
        )
        return await answer(added, member_message, pb.Member)

    async def list_members(self, request: pb.ListMembersRequest, call: Call) -> pb.ListMembersResponse:
        """Lists the members of a workspace."""
        place = self._pages.read("ListMembers", request, call.person)
        size = page_size(request)
        after = UUID(place) if place else None
        workspace = workspace_part(request.parent)
        found = await self._workspaces.list_members(call.person, workspace, after, size + 1)
        response = pb.ListMembersResponse(members=[member_message(one) for one in found[:size]])
        if len(found) > size:
            response.next_page_token = self._pages.make(
                "ListMembers", request, str(found[size - 1].user_id), call.person
            )
        return response

    async def update_member(self, request: pb.UpdateMemberRequest, call: Call) -> pb.Member:
        """Gives a member another role."""
        masked_fields(request.update_mask, request.member, ("role",), lambda _name: True)
        name, role = request.member.name, role_of(request.member.role, "member.role")
        identity = repeatable(request, "UpdateMember", member_message)
        changed = self._workspaces.update_member(call.person, workspace_part(name), _user_of(name), role, identity)
        return await answer(changed, member_message, pb.Member)

    async def remove_member(self, request: pb.RemoveMemberRequest, call: Call) -> Empty:
        """Removes a member."""
        identity = repeatable(request, "RemoveMember", nothing)
        name, member = workspace_part(request.name), _user_of(request.name)
        return await answer(self._workspaces.remove_member(call.person, name, member, identity), nothing, Empty)


def _message(workspace: Workspace, role: Role) -> pb.Workspace:
    return pb.Workspace(
        name=workspace_name(workspace.id),
        display_name=workspace.display_name,
        kind=_KIND[workspace.kind],
        role=ROLES[role],
        create_time=timestamp_of(workspace.created_at),
        update_time=timestamp_of(workspace.updated_at),
        etag=str(workspace.revision),
    )


def _owned(workspace: Workspace) -> pb.Workspace:
    return _message(workspace, Role.OWNER)


def _user_of(name: str) -> UUID:
    return uuid_part(name.rpartition("/")[2], f"member {name[:120]!r}")
