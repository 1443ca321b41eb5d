"""The methods of WorkspaceService that are about invitations."""

from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.workspace.v1 import workspace_service_pb2 as pb
from todo_bindings.chat_api.rpc import WorkspaceServiceServicer
from todo_runtime.rpc import Call

from services.chat_api.shared.answers import answer, nothing, repeatable
from services.chat_api.shared.proto_time import timestamp_of
from services.chat_api.shared.requests import PageTokens, page_size
from services.chat_api.shared.resource_names import uuid_part, workspace_name, workspace_part
from services.chat_api.workspaces.domain.invitations import Invitation
from services.chat_api.workspaces.rpc.members import ROLES, member_message, role_of
from services.chat_api.workspaces.service.invitations import InvitationHandlers


class InvitationMethods(WorkspaceServiceServicer):
    """Requests to commands, invitations to answers."""

    _invitations: InvitationHandlers
    _pages: PageTokens

    async def create_invitation(self, request: pb.CreateInvitationRequest, call: Call) -> pb.Invitation:
        """Invites an address. The code is in the answer only, and never in the one that is kept for repeats."""
        given, workspace = request.invitation, workspace_part(request.parent)
        identity = repeatable(request, "CreateInvitation", _message)
        role = role_of(given.role, "invitation.role")
        made = self._invitations.create(call.person, workspace, given.email, role, identity)
        message = await answer(made, _message, pb.Invitation)
        message.code = self._invitations.codes.of(_id_of(message.name))
        return message

    async def list_invitations(self, request: pb.ListInvitationsRequest, call: Call) -> pb.ListInvitationsResponse:
        """Lists the open invitations of a workspace, the oldest first."""
        place = self._pages.read("ListInvitations", request, call.person)
        size = page_size(request)
        after = UUID(place) if place else None
        found = await self._invitations.select(call.person, workspace_part(request.parent), after, size + 1)
        response = pb.ListInvitationsResponse(invitations=[_message(one) for one in found[:size]])
        if len(found) > size:
            last = str(found[size - 1].id)
            response.next_page_token = self._pages.make("ListInvitations", request, last, call.person)
        return response

    async def accept_invitation(self, request: pb.AcceptInvitationRequest, call: Call) -> pb.Member:
        """Joins the workspace that an invitation is for."""
        identity = repeatable(request, "AcceptInvitation", member_message)
        joined = self._invitations.accept(call.person, request.code, identity)
        return await answer(joined, member_message, pb.Member)

    async def revoke_invitation(self, request: pb.RevokeInvitationRequest, call: Call) -> Empty:
        """Withdraws an invitation."""
        identity = repeatable(request, "RevokeInvitation", nothing)
        workspace = workspace_part(request.name)
        revoked = self._invitations.revoke(call.person, workspace, _id_of(request.name), identity)
        return await answer(revoked, nothing, Empty)


def _message(invitation: Invitation) -> pb.Invitation:
    return pb.Invitation(
        name=f"{workspace_name(invitation.workspace_id)}/invitations/{invitation.id}",
        email=invitation.email,
        role=ROLES[invitation.role],
        expire_time=timestamp_of(invitation.expires_at),
    )


def _id_of(name: str) -> UUID:
    return uuid_part(name.rpartition("/")[2], f"invitation {name[:120]!r}")
