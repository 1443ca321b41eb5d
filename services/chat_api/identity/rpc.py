"""IdentityService at the gRPC edge."""

from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.identity.v1 import identity_service_pb2 as pb
from todo_bindings.chat_api.rpc import IdentityServiceServicer
from todo_runtime.field_masks import masked_fields
from todo_runtime.paging import PageTokens
from todo_runtime.proto_time import instant_of, timestamp_of
from todo_runtime.rpc import Call

from services.chat_api.identity.model import ApiToken, SignUp, TokenPair, User
from services.chat_api.identity.service import IdentityService
from services.chat_api.shared.resource_names import parse_id, user_name, workspace_name

_PROFILE = ("display_name", "time_zone", "locale")


class IdentityRpc(IdentityServiceServicer):
    """Requests to commands, accounts and tokens to responses."""

    def __init__(self, identity: IdentityService, pages: PageTokens) -> None:
        self._identity = identity
        self._pages = pages

    async def sign_up(self, request: pb.SignUpRequest, call: Call) -> pb.SignUpResponse:
        """Creates an account and signs it in."""
        command = SignUp(
            email=request.email,
            password=request.password,
            display_name=request.display_name,
            time_zone=request.time_zone or "UTC",
            locale=request.locale or "en",
            request_id=UUID(request.request_id) if request.request_id else None,
        )
        user, pair = await self._identity.sign_up(command)
        return pb.SignUpResponse(user=_user(user), tokens=_tokens(pair))

    async def sign_in(self, request: pb.SignInRequest, call: Call) -> pb.SignInResponse:
        """Begins a session."""
        user, pair = await self._identity.sign_in(request.email, request.password)
        return pb.SignInResponse(user=_user(user), tokens=_tokens(pair))

    async def refresh_token(self, request: pb.RefreshTokenRequest, call: Call) -> pb.RefreshTokenResponse:
        """The next pair of tokens."""
        return pb.RefreshTokenResponse(tokens=_tokens(await self._identity.refresh_token(request.refresh_token)))

    async def sign_out(self, request: pb.SignOutRequest, call: Call) -> Empty:
        """Ends the caller's session, or all of them."""
        await self._identity.sign_out(call.person, call.principal.session_id, everywhere=request.everywhere)
        return Empty()

    async def get_me(self, request: pb.GetMeRequest, call: Call) -> pb.User:
        """The caller's account."""
        return _user(await self._identity.get_me(call.person))

    async def update_me(self, request: pb.UpdateMeRequest, call: Call) -> pb.User:
        """Changes the named fields of the caller's account."""
        fields = masked_fields(request.update_mask, request.user, _PROFILE)
        changes = {name: str(getattr(request.user, name)) for name in fields}
        return _user(await self._identity.update_me(call.person, changes))

    async def create_api_token(self, request: pb.CreateApiTokenRequest, call: Call) -> pb.CreateApiTokenResponse:
        """A long-lived token for a program."""
        given = request.api_token
        expires = instant_of(given.expire_time, "api_token.expire_time") if given.HasField("expire_time") else None
        token, value = await self._identity.create_api_token(call.person, given.display_name, expires)
        return pb.CreateApiTokenResponse(api_token=_api_token(token), value=value)

    async def list_api_tokens(self, request: pb.ListApiTokensRequest, call: Call) -> pb.ListApiTokensResponse:
        """The caller's API tokens."""
        asked = self._pages.asked(request, call)
        after = UUID(asked.after) if asked.after else None
        tokens = await self._identity.list_api_tokens(call.person, after, asked.limit)
        page = asked.cut(tokens, lambda token: str(token.id))
        return pb.ListApiTokensResponse(api_tokens=map(_api_token, page.items), next_page_token=page.next_token)

    async def revoke_api_token(self, request: pb.RevokeApiTokenRequest, call: Call) -> Empty:
        """Ends an API token."""
        token = parse_id(request.name.rpartition("/")[2], request.name[:64])
        await self._identity.revoke_api_token(call.person, token)
        return Empty()


def _user(user: User) -> pb.User:
    return pb.User(
        name=user_name(user.id),
        email=user.email,
        display_name=user.display_name,
        time_zone=user.time_zone,
        locale=user.locale,
        personal_workspace=workspace_name(user.personal_workspace_id),
        create_time=timestamp_of(user.created_at),
    )


def _tokens(pair: TokenPair) -> pb.Tokens:
    return pb.Tokens(
        access_token=pair.access_token,
        expire_time=timestamp_of(pair.access_expires_at),
        refresh_token=pair.refresh_token,
    )


def _api_token(token: ApiToken) -> pb.ApiToken:
    return pb.ApiToken(
        name=f"users/me/apiTokens/{token.id}",
        display_name=token.display_name,
        create_time=timestamp_of(token.created_at),
        expire_time=timestamp_of(token.expires_at),
    )
