"""Turns the metadata of a call into a principal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from todo_runtime.auth.principal import Principal
from todo_runtime.auth.verifier import TokenVerifier
from todo_runtime.errors import InvalidArgument, PermissionDenied, Unauthenticated

AUTHORIZATION: Final = "authorization"
ON_BEHALF_OF: Final = "x-todo-on-behalf-of"
"""Metadata of a service's call: the person for whom it acts, a UUID."""
CAUSE: Final = "x-todo-cause"
"""Metadata of a service's call: the event that caused it, a UUID."""
CORRELATION: Final = "x-request-id"
"""Metadata of any call: the id that the whole chain of calls and events shares, a UUID."""

SessionGuard = Callable[[Principal], Awaitable[None]]
"""Raises Unauthenticated when the session of a principal was revoked (a service's projection of revocations).

It is asked for every call that is not public, also for those of services: `session_id` is None there.
"""


class Authenticator:
    """Verifies the bearer token of a call and what a service says about the person that it acts for.

    `session_guard` is asked after that, where there is one: it may have to wait, this does not.
    """

    def __init__(self, verifier: TokenVerifier, session_guard: SessionGuard | None = None) -> None:
        self._verifier = verifier
        self.session_guard = session_guard

    def authenticate(self, metadata: Mapping[str, str | bytes]) -> Principal:
        """The principal of a call with this metadata (keys in lower case). Raises Unauthenticated and others."""
        principal = self._verifier.verify(_bearer(metadata))
        person = metadata.get(ON_BEHALF_OF)
        return principal if person is None else _on_behalf_of(principal, person)

    async def authenticate_token(self, token: str) -> Principal:
        """The same for a token that came another way, e.g. in the first frame of a WebSocket; asks the guard too."""
        principal = self._verifier.verify(token)
        if self.session_guard is not None:
            await self.session_guard(principal)
        return principal


def correlation_of(metadata: Mapping[str, str | bytes]) -> UUID | None:
    """The caller's correlation id; None for what is no UUID, since proxies put ids of other forms there."""
    try:
        return uuid_of(metadata, CORRELATION)
    except InvalidArgument:
        return None


def uuid_of(metadata: Mapping[str, str | bytes], key: str) -> UUID | None:
    """A UUID from the metadata; InvalidArgument when it is none."""
    value = metadata.get(key)
    if value is None:
        return None
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidArgument(f"the metadata {key!r} is not a UUID", reason="INVALID_METADATA") from None


def _bearer(metadata: Mapping[str, str | bytes]) -> str:
    value = metadata.get(AUTHORIZATION)
    if not isinstance(value, str):
        raise Unauthenticated("this needs a token: metadata authorization: Bearer …", reason="TOKEN_MISSING")
    if value[:7].lower() != "bearer ":
        raise Unauthenticated("the authorization is not of the form: Bearer …", reason="TOKEN_INVALID")
    return value[7:].strip()


def _on_behalf_of(principal: Principal, person: str | bytes) -> Principal:
    if principal.service is None:
        raise PermissionDenied("only a service acts on behalf of a person", reason="NOT_A_SERVICE")
    return replace(principal, user_id=uuid_of({ON_BEHALF_OF: person}, ON_BEHALF_OF))
