"""Authenticates calls: turns their metadata into a principal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from todo_runtime.auth.principal import Principal
from todo_runtime.auth.verifier import TokenVerifier
from todo_runtime.errors import InvalidArgument, PermissionDenied, Unauthenticated

AUTHORIZATION: Final = "authorization"
ON_BEHALF_OF: Final = "x-todo-on-behalf-of"
"""Metadata of a call by a service: the person on whose behalf it acts, a UUID."""
CAUSE: Final = "x-todo-cause"
"""Metadata of a call by a service: the event that caused it, a UUID."""
CORRELATION: Final = "x-request-id"
"""Metadata of any call: the id that all calls and events of one chain share, a UUID."""

SessionGuard = Callable[[Principal], Awaitable[None]]
"""Raises Unauthenticated if the session of a principal was revoked (according to a projection of revocations).

It is called for every call that is not public, also for calls by services, where `session_id` is None.
"""


class Authenticator:
    """Verifies the bearer token of a call and the person on whose behalf a service calls.

    The caller then awaits `session_guard`, if there is one: unlike the verification, it may have to wait.
    """

    def __init__(self, verifier: TokenVerifier, session_guard: SessionGuard | None = None) -> None:
        self._verifier = verifier
        self.session_guard = session_guard

    def authenticate(self, metadata: Mapping[str, str | bytes]) -> Principal:
        """The principal of a call with this metadata (keys in lower case).

        Raises Unauthenticated, PermissionDenied, InvalidArgument.
        """
        principal = self._verifier.verify(_bearer(metadata))
        person = metadata.get(ON_BEHALF_OF)
        return principal if person is None else _on_behalf_of(principal, person)

    async def authenticate_token(self, token: str) -> Principal:
        """The principal of a token from elsewhere, e.g. the first frame of a WebSocket; also awaits the guard."""
        principal = self._verifier.verify(token)
        if self.session_guard is not None:
            await self.session_guard(principal)
        return principal


def correlation_of(metadata: Mapping[str, str | bytes]) -> UUID | None:
    """The caller's correlation id; None if it is not a UUID, since proxies send ids of other forms."""
    try:
        return uuid_of(metadata, CORRELATION)
    except InvalidArgument:
        return None


def uuid_of(metadata: Mapping[str, str | bytes], key: str) -> UUID | None:
    """A UUID from the metadata. Raises InvalidArgument if it is not valid."""
    value = metadata.get(key)
    if value is None:
        return None
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidArgument(f"The metadata {key!r} is not a UUID.", reason="INVALID_METADATA") from None


def _bearer(metadata: Mapping[str, str | bytes]) -> str:
    value = metadata.get(AUTHORIZATION)
    if not isinstance(value, str):
        raise Unauthenticated(
            "A token is required: send the metadata authorization: Bearer <token>.", reason="TOKEN_MISSING"
        )
    if value[:7].lower() != "bearer ":
        raise Unauthenticated("The authorization metadata must have the form: Bearer <token>.", reason="TOKEN_INVALID")
    return value[7:].strip()


def _on_behalf_of(principal: Principal, person: str | bytes) -> Principal:
    if principal.service is None:
        raise PermissionDenied("Only a service may act on behalf of a person.", reason="NOT_A_SERVICE")
    return replace(principal, user_id=uuid_of({ON_BEHALF_OF: person}, ON_BEHALF_OF))
