"""The methods of WorkspaceService that are about invitations."""

from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.workspace.v1 import workspace_service_pb2 as pb
from todo_bindings.chat_api.rpc import WorkspaceServiceServicer
from todo_runtime.idempotency import empty, reply, request_of
from todo_runtime.paging import PageTokens
from todo_runtime.proto_time import timestamp_of
from todo_runtime.rpc import Call

from services.chat_api.shared.resource_names import parse_id, parse_workspace, workspace_name
from services.chat_api.workspaces.domain.invitations import Invitation
from services.chat_api.workspaces.rpc.members import ROLES, member_message, role_of
from services.chat_api.workspaces.service.invitations import InvitationService


class InvitationRpc(WorkspaceServiceServicer):
    """Requests to commands, invitations to responses."""

    def __init__(self, invitations: InvitationService, pages: PageTokens) -> None:
        self._invitations = invitations
        self._pages = pages

    async def create_invitation(self, request: pb.CreateInvitationRequest, call: Call) -> pb.Invitation:
        """Invites an address. The code is in the response, and never in the answer that is kept for repeats."""
        given, workspace = request.invitation, parse_workspace(request.parent)
        role = role_of(given.role, "invitation.role")
        result = await self._invitations.create_invitation(
            call.person, workspace, given.email, role, request_of(request, "CreateInvitation", _message)
        )
        message = reply(result, _message, pb.Invitation)
        message.code = self._invitations.codes.of(_id_of(message.name))
        return message

    async def list_invitations(self, request: pb.ListInvitationsRequest, call: Call) -> pb.ListInvitationsResponse:
        """Lists the open invitations of a workspace, the oldest first."""
        asked = self._pages.asked(request, call)
        after = UUID(asked.after) if asked.after else None
        invitations = await self._invitations.list_invitations(
            call.person, parse_workspace(request.parent), after, asked.limit
        )
        page = asked.cut(invitations, lambda invitation: str(invitation.id))
        return pb.ListInvitationsResponse(invitations=map(_message, page.items), next_page_token=page.next_token)

    async def accept_invitation(self, request: pb.AcceptInvitationRequest, call: Call) -> pb.Member:
        """Joins the workspace that an invitation is for."""
        result = await self._invitations.accept_invitation(
            call.person, request.code, request_of(request, "AcceptInvitation", member_message)
        )
        return reply(result, member_message, pb.Member)

    async def revoke_invitation(self, request: pb.RevokeInvitationRequest, call: Call) -> Empty:
        """Withdraws an invitation."""
        workspace, invitation = parse_workspace(request.name), _id_of(request.name)
        result = await self._invitations.revoke_invitation(
            call.person, workspace, invitation, request_of(request, "RevokeInvitation", empty)
        )
        return reply(result, empty, Empty)


def _message(invitation: Invitation) -> pb.Invitation:
    return pb.Invitation(
        name=f"{workspace_name(invitation.workspace_id)}/invitations/{invitation.id}",
        email=invitation.email,
        role=ROLES[invitation.role],
        expire_time=timestamp_of(invitation.expires_at),
    )


def _id_of(name: str) -> UUID:
    return parse_id(name.rpartition("/")[2], f"invitation {name[:120]!r}")
