"""Typed clients of the services in todo.workspace.v1. Generated from proto/."""

from __future__ import annotations

import grpc.aio
from google.protobuf import empty_pb2

from todo.rpc import DEFAULT_TIMEOUT, Metadata, with_request_id
from todo.workspace.v1 import workspace_service_pb2

__all__ = [
    "WorkspaceServiceClient",
]


class WorkspaceServiceClient:
    """Workspaces and who belongs to them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, PERMISSION_DENIED for what the caller's role
    does not allow, FAILED_PRECONDITION where a workspace would lose its last owner.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._create_workspace: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.CreateWorkspaceRequest, workspace_service_pb2.Workspace
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/CreateWorkspace",
            request_serializer=workspace_service_pb2.CreateWorkspaceRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.Workspace.FromString,
        )
        self._get_workspace: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.GetWorkspaceRequest, workspace_service_pb2.Workspace
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/GetWorkspace",
            request_serializer=workspace_service_pb2.GetWorkspaceRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.Workspace.FromString,
        )
        self._list_workspaces: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.ListWorkspacesRequest, workspace_service_pb2.ListWorkspacesResponse
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/ListWorkspaces",
            request_serializer=workspace_service_pb2.ListWorkspacesRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.ListWorkspacesResponse.FromString,
        )
        self._update_workspace: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.UpdateWorkspaceRequest, workspace_service_pb2.Workspace
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/UpdateWorkspace",
            request_serializer=workspace_service_pb2.UpdateWorkspaceRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.Workspace.FromString,
        )
        self._delete_workspace: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.DeleteWorkspaceRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/DeleteWorkspace",
            request_serializer=workspace_service_pb2.DeleteWorkspaceRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._add_member: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.AddMemberRequest, workspace_service_pb2.Member
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/AddMember",
            request_serializer=workspace_service_pb2.AddMemberRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.Member.FromString,
        )
        self._list_members: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.ListMembersRequest, workspace_service_pb2.ListMembersResponse
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/ListMembers",
            request_serializer=workspace_service_pb2.ListMembersRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.ListMembersResponse.FromString,
        )
        self._update_member: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.UpdateMemberRequest, workspace_service_pb2.Member
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/UpdateMember",
            request_serializer=workspace_service_pb2.UpdateMemberRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.Member.FromString,
        )
        self._remove_member: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.RemoveMemberRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/RemoveMember",
            request_serializer=workspace_service_pb2.RemoveMemberRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._create_invitation: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.CreateInvitationRequest, workspace_service_pb2.Invitation
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/CreateInvitation",
            request_serializer=workspace_service_pb2.CreateInvitationRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.Invitation.FromString,
        )
        self._list_invitations: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.ListInvitationsRequest, workspace_service_pb2.ListInvitationsResponse
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/ListInvitations",
            request_serializer=workspace_service_pb2.ListInvitationsRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.ListInvitationsResponse.FromString,
        )
        self._accept_invitation: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.AcceptInvitationRequest, workspace_service_pb2.Member
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/AcceptInvitation",
            request_serializer=workspace_service_pb2.AcceptInvitationRequest.SerializeToString,
            response_deserializer=workspace_service_pb2.Member.FromString,
        )
        self._revoke_invitation: grpc.aio.UnaryUnaryMultiCallable[
            workspace_service_pb2.RevokeInvitationRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.workspace.v1.WorkspaceService/RevokeInvitation",
            request_serializer=workspace_service_pb2.RevokeInvitationRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )

    async def create_workspace(
        self,
        request: workspace_service_pb2.CreateWorkspaceRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.Workspace:
        """Creates a shared workspace; the caller becomes its owner. A person is in at most 200 workspaces."""
        return await self._create_workspace(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def get_workspace(
        self,
        request: workspace_service_pb2.GetWorkspaceRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.Workspace:
        """Returns one workspace."""
        return await self._get_workspace(request, timeout=timeout, metadata=tuple(metadata))

    async def list_workspaces(
        self,
        request: workspace_service_pb2.ListWorkspacesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.ListWorkspacesResponse:
        """Lists the caller's workspaces, the personal one first."""
        return await self._list_workspaces(request, timeout=timeout, metadata=tuple(metadata))

    async def update_workspace(
        self,
        request: workspace_service_pb2.UpdateWorkspaceRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.Workspace:
        """Changes the named fields of a workspace. Owners only."""
        return await self._update_workspace(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def delete_workspace(
        self,
        request: workspace_service_pb2.DeleteWorkspaceRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Deletes a shared workspace with everything in it. Owners only."""
        return await self._delete_workspace(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def add_member(
        self,
        request: workspace_service_pb2.AddMemberRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.Member:
        """Adds a person who has an account. Owners only. A workspace has at most 1,000 members."""
        return await self._add_member(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def list_members(
        self,
        request: workspace_service_pb2.ListMembersRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.ListMembersResponse:
        """Lists the members of a workspace."""
        return await self._list_members(request, timeout=timeout, metadata=tuple(metadata))

    async def update_member(
        self,
        request: workspace_service_pb2.UpdateMemberRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.Member:
        """Changes a member's role. Owners only."""
        return await self._update_member(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def remove_member(
        self,
        request: workspace_service_pb2.RemoveMemberRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Removes a member: owners anyone, everybody themselves."""
        return await self._remove_member(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def create_invitation(
        self,
        request: workspace_service_pb2.CreateInvitationRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.Invitation:
        """Invites an address for 7 days, in place of an invitation that it has. Owners only, and at most 100 are open."""
        return await self._create_invitation(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def list_invitations(
        self,
        request: workspace_service_pb2.ListInvitationsRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.ListInvitationsResponse:
        """Lists the open invitations of a workspace. Owners only."""
        return await self._list_invitations(request, timeout=timeout, metadata=tuple(metadata))

    async def accept_invitation(
        self,
        request: workspace_service_pb2.AcceptInvitationRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> workspace_service_pb2.Member:
        """Joins the workspace that an invitation is for. The address that was invited must be the caller's own."""
        return await self._accept_invitation(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def revoke_invitation(
        self,
        request: workspace_service_pb2.RevokeInvitationRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Withdraws an invitation. Owners only."""
        return await self._revoke_invitation(with_request_id(request), timeout=timeout, metadata=tuple(metadata))
