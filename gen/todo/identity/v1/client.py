"""Typed clients of the services in todo.identity.v1. Generated from proto/."""

from __future__ import annotations

import grpc.aio
from google.protobuf import empty_pb2

from todo.identity.v1 import identity_service_pb2
from todo.rpc import DEFAULT_TIMEOUT, Metadata, with_request_id

__all__ = [
    "AccessServiceClient",
    "IdentityServiceClient",
]


class AccessServiceClient:
    """What a service must know of a person before it serves them: for the services' own projections on a miss."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._get_access: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.GetAccessRequest, identity_service_pb2.GetAccessResponse
        ] = channel.unary_unary(
            "/todo.identity.v1.AccessService/GetAccess",
            request_serializer=identity_service_pb2.GetAccessRequest.SerializeToString,
            response_deserializer=identity_service_pb2.GetAccessResponse.FromString,
        )

    async def get_access(
        self,
        request: identity_service_pb2.GetAccessRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.GetAccessResponse:
        """Returns a person's session generation, profile and memberships, with the heads of the workspaces' streams.
        NOT_FOUND for an unknown or deleted person.
        """
        return await self._get_access(request, timeout=timeout, metadata=tuple(metadata))


class IdentityServiceClient:
    """Who a person is: sign-up, tokens, profile.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED for a wrong password or
    token (without saying which part was wrong), RESOURCE_EXHAUSTED after too many attempts.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._sign_up: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.SignUpRequest, identity_service_pb2.SignUpResponse
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/SignUp",
            request_serializer=identity_service_pb2.SignUpRequest.SerializeToString,
            response_deserializer=identity_service_pb2.SignUpResponse.FromString,
        )
        self._verify_email: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.VerifyEmailRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/VerifyEmail",
            request_serializer=identity_service_pb2.VerifyEmailRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._sign_in: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.SignInRequest, identity_service_pb2.SignInResponse
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/SignIn",
            request_serializer=identity_service_pb2.SignInRequest.SerializeToString,
            response_deserializer=identity_service_pb2.SignInResponse.FromString,
        )
        self._refresh_token: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.RefreshTokenRequest, identity_service_pb2.RefreshTokenResponse
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/RefreshToken",
            request_serializer=identity_service_pb2.RefreshTokenRequest.SerializeToString,
            response_deserializer=identity_service_pb2.RefreshTokenResponse.FromString,
        )
        self._sign_out: grpc.aio.UnaryUnaryMultiCallable[identity_service_pb2.SignOutRequest, empty_pb2.Empty] = (
            channel.unary_unary(
                "/todo.identity.v1.IdentityService/SignOut",
                request_serializer=identity_service_pb2.SignOutRequest.SerializeToString,
                response_deserializer=empty_pb2.Empty.FromString,
            )
        )
        self._request_password_reset: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.RequestPasswordResetRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/RequestPasswordReset",
            request_serializer=identity_service_pb2.RequestPasswordResetRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._reset_password: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.ResetPasswordRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/ResetPassword",
            request_serializer=identity_service_pb2.ResetPasswordRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._get_me: grpc.aio.UnaryUnaryMultiCallable[identity_service_pb2.GetMeRequest, identity_service_pb2.User] = (
            channel.unary_unary(
                "/todo.identity.v1.IdentityService/GetMe",
                request_serializer=identity_service_pb2.GetMeRequest.SerializeToString,
                response_deserializer=identity_service_pb2.User.FromString,
            )
        )
        self._update_me: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.UpdateMeRequest, identity_service_pb2.User
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/UpdateMe",
            request_serializer=identity_service_pb2.UpdateMeRequest.SerializeToString,
            response_deserializer=identity_service_pb2.User.FromString,
        )
        self._delete_me: grpc.aio.UnaryUnaryMultiCallable[identity_service_pb2.DeleteMeRequest, empty_pb2.Empty] = (
            channel.unary_unary(
                "/todo.identity.v1.IdentityService/DeleteMe",
                request_serializer=identity_service_pb2.DeleteMeRequest.SerializeToString,
                response_deserializer=empty_pb2.Empty.FromString,
            )
        )
        self._create_api_token: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.CreateApiTokenRequest, identity_service_pb2.CreateApiTokenResponse
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/CreateApiToken",
            request_serializer=identity_service_pb2.CreateApiTokenRequest.SerializeToString,
            response_deserializer=identity_service_pb2.CreateApiTokenResponse.FromString,
        )
        self._list_api_tokens: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.ListApiTokensRequest, identity_service_pb2.ListApiTokensResponse
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/ListApiTokens",
            request_serializer=identity_service_pb2.ListApiTokensRequest.SerializeToString,
            response_deserializer=identity_service_pb2.ListApiTokensResponse.FromString,
        )
        self._revoke_api_token: grpc.aio.UnaryUnaryMultiCallable[
            identity_service_pb2.RevokeApiTokenRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.identity.v1.IdentityService/RevokeApiToken",
            request_serializer=identity_service_pb2.RevokeApiTokenRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )

    async def sign_up(
        self,
        request: identity_service_pb2.SignUpRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.SignUpResponse:
        """Creates an account with a personal workspace and signs it in. ALREADY_EXISTS when the address is taken."""
        return await self._sign_up(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def verify_email(
        self,
        request: identity_service_pb2.VerifyEmailRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Confirms that the address belongs to the person."""
        return await self._verify_email(request, timeout=timeout, metadata=tuple(metadata))

    async def sign_in(
        self,
        request: identity_service_pb2.SignInRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.SignInResponse:
        """Begins a session."""
        return await self._sign_in(request, timeout=timeout, metadata=tuple(metadata))

    async def refresh_token(
        self,
        request: identity_service_pb2.RefreshTokenRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.RefreshTokenResponse:
        """Gives a new pair of tokens for a refresh token, which is used up. Using one twice ends its session."""
        return await self._refresh_token(request, timeout=timeout, metadata=tuple(metadata))

    async def sign_out(
        self,
        request: identity_service_pb2.SignOutRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Ends the caller's session, or all of them."""
        return await self._sign_out(request, timeout=timeout, metadata=tuple(metadata))

    async def request_password_reset(
        self,
        request: identity_service_pb2.RequestPasswordResetRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Sends a message with a code to set a new password. Answers the same whether the address is known or not."""
        return await self._request_password_reset(request, timeout=timeout, metadata=tuple(metadata))

    async def reset_password(
        self,
        request: identity_service_pb2.ResetPasswordRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Sets a new password with the code that was sent, and ends all sessions."""
        return await self._reset_password(request, timeout=timeout, metadata=tuple(metadata))

    async def get_me(
        self,
        request: identity_service_pb2.GetMeRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.User:
        """Returns the caller's account."""
        return await self._get_me(request, timeout=timeout, metadata=tuple(metadata))

    async def update_me(
        self,
        request: identity_service_pb2.UpdateMeRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.User:
        """Changes the named fields of the caller's account."""
        return await self._update_me(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def delete_me(
        self,
        request: identity_service_pb2.DeleteMeRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Deletes the caller's account and everything that is only theirs."""
        return await self._delete_me(request, timeout=timeout, metadata=tuple(metadata))

    async def create_api_token(
        self,
        request: identity_service_pb2.CreateApiTokenRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.CreateApiTokenResponse:
        """Makes a long-lived token for a program. Its value is shown only in this answer."""
        return await self._create_api_token(request, timeout=timeout, metadata=tuple(metadata))

    async def list_api_tokens(
        self,
        request: identity_service_pb2.ListApiTokensRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> identity_service_pb2.ListApiTokensResponse:
        """Lists the caller's API tokens without their values."""
        return await self._list_api_tokens(request, timeout=timeout, metadata=tuple(metadata))

    async def revoke_api_token(
        self,
        request: identity_service_pb2.RevokeApiTokenRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Ends an API token."""
        return await self._revoke_api_token(request, timeout=timeout, metadata=tuple(metadata))
