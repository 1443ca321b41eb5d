"""WorkspaceService at the gRPC edge."""

from typing import Any
from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.workspace.v1 import workspace_service_pb2 as pb
from todo_bindings.chat_api.rpc import WorkspaceServiceServicer
from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.rpc import Call

from services.chat_api.domain.model import Role
from services.chat_api.domain.names import uuid_part, workspace_name, workspace_part
from services.chat_api.handlers.requests import Request
from services.chat_api.handlers.workspaces import WorkspaceHandlers
from services.chat_api.rpc.mapping import stamp
from services.chat_api.rpc.requests import PageTokens, masked_fields, page_size, request_of
from services.chat_api.store.workspaces import Member, Workspace

_ROLE_OUT = {Role.OWNER: pb.ROLE_OWNER, Role.EDITOR: pb.ROLE_EDITOR, Role.VIEWER: pb.ROLE_VIEWER}
_ROLE_IN = {number: role for role, number in _ROLE_OUT.items()}
_KIND = {"personal": pb.Workspace.KIND_PERSONAL, "shared": pb.Workspace.KIND_SHARED}


class _Answered(Exception):
    def __init__(self, answer: bytes) -> None:
        super().__init__("answered before")
        self.answer = answer


class WorkspaceRpc(WorkspaceServiceServicer):
    """Requests to commands, workspaces to answers."""

    def __init__(self, workspaces: WorkspaceHandlers, pages: PageTokens) -> None:
        self._workspaces = workspaces
        self._pages = pages

    async def create_workspace(self, request: pb.CreateWorkspaceRequest, call: Call) -> pb.Workspace:
        """Creates a shared workspace."""
        try:
            workspace = await self._workspaces.create_workspace(
                call.person, request.workspace.display_name, _workspace_request(request, "CreateWorkspace")
            )
        except _Answered as before:
            return pb.Workspace.FromString(before.answer)
        return _message(workspace, Role.OWNER)

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
        masked_fields(request.update_mask, ("display_name",), lambda _name: True)
        try:
            workspace = await self._workspaces.update_workspace(
                call.person,
                workspace_part(given.name),
                given.display_name,
                given.etag,
                _workspace_request(request, "UpdateWorkspace"),
            )
        except _Answered as before:
            return pb.Workspace.FromString(before.answer)
        return _message(workspace, Role.OWNER)

    async def add_member(self, request: pb.AddMemberRequest, call: Call) -> pb.Member:
        """Adds a person who has an account."""
        role = _role(request.member)
        try:
            member = await self._workspaces.add_member(
                call.person,
                workspace_part(request.parent),
                request.member.email,
                role,
                request_of(request, "AddMember", _member_bytes, _answered),
            )
        except _Answered as before:
            return pb.Member.FromString(before.answer)
        return _member(member)

    async def list_members(self, request: pb.ListMembersRequest, call: Call) -> pb.ListMembersResponse:
        """Lists the members of a workspace."""
        place = self._pages.read("ListMembers", request, call.person)
        size = page_size(request)
        after = UUID(place) if place else None
        workspace = workspace_part(request.parent)
        found = await self._workspaces.list_members(call.person, workspace, after, size + 1)
        response = pb.ListMembersResponse(members=[_member(one) for one in found[:size]])
        if len(found) > size:
            response.next_page_token = self._pages.make(
                "ListMembers", request, str(found[size - 1].user_id), call.person
            )
        return response

    async def update_member(self, request: pb.UpdateMemberRequest, call: Call) -> pb.Member:
        """Gives a member another role."""
        masked_fields(request.update_mask, ("role",), lambda _name: True)
        name = request.member.name
        try:
            member = await self._workspaces.update_member(
                call.person,
                workspace_part(name),
                _user_of(name),
                _role(request.member),
                request_of(request, "UpdateMember", _member_bytes, _answered),
            )
        except _Answered as before:
            return pb.Member.FromString(before.answer)
        return _member(member)

    async def remove_member(self, request: pb.RemoveMemberRequest, call: Call) -> Empty:
        """Removes a member."""
        await self._workspaces.remove_member(call.person, workspace_part(request.name), _user_of(request.name))
        return Empty()


def _message(workspace: Workspace, role: Role) -> pb.Workspace:
    return pb.Workspace(
        name=workspace_name(workspace.id),
        display_name=workspace.display_name,
        kind=_KIND[workspace.kind],
        role=_ROLE_OUT[role],
        create_time=stamp(workspace.created_at),
        update_time=stamp(workspace.updated_at),
        etag=str(workspace.revision),
    )


def _member(member: Member) -> pb.Member:
    return pb.Member(
        name=f"{workspace_name(member.workspace_id)}/members/{member.user_id}",
        role=_ROLE_OUT[member.role],
        email=member.email,
        display_name=member.display_name,
        join_time=stamp(member.joined_at),
    )


def _member_bytes(member: Member) -> bytes:
    return _member(member).SerializeToString()


def _workspace_request(request: Any, method: str) -> Request[Workspace] | None:
    return request_of(request, method, lambda one: _message(one, Role.OWNER).SerializeToString(), _answered)


def _answered(answer: bytes) -> Any:
    raise _Answered(answer)


def _role(member: pb.Member) -> Role:
    role = _ROLE_IN.get(member.role)
    if role is None:
        text = "Say which role: owner, editor or viewer."
        raise InvalidArgument(text, violations=[FieldViolation("member.role", text)])
    return role


def _user_of(name: str) -> UUID:
    return uuid_part(name.rpartition("/")[2], f"member {name[:120]!r}")
