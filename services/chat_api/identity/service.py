"""The use cases of identity: accounts, sessions, API tokens."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.auth import TokenIssuer
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import (
    AlreadyExists,
    FieldViolation,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
)
from todo_runtime.ids import uuid7
from todo_runtime.outbox import append, lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.identity import store
from services.chat_api.identity.events import IdentityEvents
from services.chat_api.identity.model import ApiToken, SignUp, TokenPair, User
from services.chat_api.identity.passwords import Passwords, digest, new_secret
from services.chat_api.shared.local_time import zone_of
from services.chat_api.workspaces.service.workspaces import WorkspaceService

ACCESS_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(days=30)
MAX_TOKEN_LIFETIME = timedelta(days=366)
DEFAULT_TOKEN_LIFETIME = timedelta(days=90)
FAILURE_WINDOW = timedelta(minutes=15)
MAX_FAILURES = 10


class IdentityService:
    """Everything that people do with their accounts."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        workspaces: WorkspaceService,
        events: IdentityEvents,
        issuer: TokenIssuer,
        clock: Clock,
        passwords: Passwords | None = None,
    ) -> None:
        self._database = database
        self._access = access
        self._workspaces = workspaces
        self._events = events
        self._issuer = issuer
        self._clock = clock
        self._passwords = passwords or Passwords()

    async def sign_up(self, command: SignUp) -> tuple[User, TokenPair]:
        """Creates an account with a personal workspace, and signs it in. A repeat of the request signs in again."""
        zone_of(command.time_zone, "time_zone")
        password_hash = await self._passwords.hash(command.password)
        user = self._new_user(command)

        async def create(tx: Transaction) -> TokenPair:
            await store.add_user(tx, user, password_hash, command.request_id)
            await lock_streams(tx, [("identity-events", user.id)])
            await append(tx, [self._events.signed_up(user)])
            await self._workspaces.create_personal(tx, user.personal_workspace_id, user.id, user.created_at)
            return await self._begin_session(tx, user)

        try:
            return user, await self._database.run(create, user.id)
        except pg.UniqueViolation:
            return await self._repeated_sign_up(command)

    async def sign_in(self, email: str, password: str) -> tuple[User, TokenPair]:
        """Begins a session. Raises Unauthenticated, the same for a wrong password and an unknown address.

        Each attempt is counted before the password is verified, so that concurrent guesses count too.
        """
        now, address = self._clock.now(), digest(email.lower())
        async with self._database.transaction() as tx:
            if not await store.count_attempt(tx, address, now, now - FAILURE_WINDOW, MAX_FAILURES):
                raise _too_many_failures()
            kept = await store.find_credentials(tx, email)
        if not await self._passwords.verify(kept.password_hash if kept else None, password) or kept is None:
            raise Unauthenticated("The address or the password is wrong.", reason="WRONG_CREDENTIALS")
        async with self._database.transaction(kept.user_id) as tx:
            await store.clear_failures(tx, address)
            user = await store.get_user(tx, kept.user_id)
            return user, await self._begin_session(tx, user)

    async def refresh_token(self, refresh_token: str) -> TokenPair:
        """The next pair of tokens. A refresh token that was used before ends its session: it was stolen or copied."""
        session, secret = _parsed(refresh_token)
        async with self._database.transaction() as tx:
            owner = await store.find_session(tx, session)
        if owner is None:
            raise _session_ended()
        user, current = owner
        pair = await self._rotate(user, session, current) if secrets.compare_digest(current, digest(secret)) else None
        if pair is None:
            await self._end_session(user, session)
            raise _session_ended()
        return pair

    async def _rotate(self, user_id: UUID, session: UUID, current: bytes) -> TokenPair | None:
        """None when the same refresh token was used concurrently."""
        fresh, until = new_secret(), self._clock.now() + SESSION_LIFETIME
        async with self._database.transaction(user_id) as tx:
            user = await store.get_user(tx, user_id)
            if not await store.rotate_session(tx, session, current, digest(fresh), until):
                return None
        return self._pair(user, session, fresh)

    async def sign_out(self, user: UUID, session: UUID | None, *, everywhere: bool) -> None:
        """Ends the session, or all sessions and API tokens of a person."""
        if everywhere:
            await self._end_all_sessions(user)
        elif session is not None:
            await self._end_session(user, session)

    async def get_me(self, user: UUID) -> User:
        """The person's account."""
        async with self._database.transaction(user) as tx:
            return await store.get_user(tx, user)

    async def update_me(self, user: UUID, changes: dict[str, Any]) -> User:
        """Changes those of display_name, time_zone and locale that `changes` names."""
        if "time_zone" in changes:
            zone_of(changes["time_zone"], "user.time_zone")

        async def update(tx: Transaction) -> User:
            await lock_streams(tx, [("identity-events", user)])
            before = await store.get_user(tx, user, lock=True)
            after = replace(before, **changes)
            if after != before:
                await store.update_profile(tx, after)
                await append(tx, [self._events.profile_changed(after, self._clock.now())])
            return after

        after = await self._database.run(update, user)
        self._access.evict(user)
        return after

    async def create_api_token(
        self, user: UUID, display_name: str, expires_at: datetime | None
    ) -> tuple[ApiToken, str]:
        """A long-lived token, and its value."""
        now = self._clock.now()
        until = expires_at or now + DEFAULT_TOKEN_LIFETIME
        if not now < until <= now + MAX_TOKEN_LIFETIME:
            text = "An API token expires at most one year from now, and not in the past."
            raise InvalidArgument.at("api_token.expire_time", text)
        token = ApiToken(uuid7(), _name(display_name), now, until)
        async with self._database.transaction(user) as tx:
            owner = await store.get_user(tx, user)
            await store.add_session(tx, token.id, user, "api_token", token.display_name, None, now, until)
        return token, self._issuer.person(user, token.id, owner.generation, until - now)

    async def list_api_tokens(self, user: UUID, after: UUID | None, limit: int) -> list[ApiToken]:
        """The API tokens that have neither expired nor been revoked."""
        async with self._database.transaction(user) as tx:
            return await store.list_api_tokens(tx, user, self._clock.now(), after, limit)

    async def revoke_api_token(self, user: UUID, token: UUID) -> None:
        """Ends an API token. Raises NotFound."""
        if not await self._end_session(user, token):
            raise NotFound("There is no such API token.")

    def _new_user(self, command: SignUp) -> User:
        return User(
            id=uuid7(),
            email=command.email,
            display_name=command.display_name.strip() or command.email.partition("@")[0],
            time_zone=command.time_zone,
            locale=command.locale,
            personal_workspace_id=uuid7(),
            generation=0,
            created_at=self._clock.now(),
        )

    async def _repeated_sign_up(self, command: SignUp) -> tuple[User, TokenPair]:
        async with self._database.transaction() as tx:
            kept = await store.find_credentials(tx, command.email)
        same = kept is not None and command.request_id is not None and kept.sign_up_request_id == command.request_id
        if kept is None or not same or not await self._passwords.verify(kept.password_hash, command.password):
            text = "An account with this address exists already: sign in."
            raise AlreadyExists(text, reason="EMAIL_TAKEN", violations=[FieldViolation("email", text)])
        async with self._database.transaction(kept.user_id) as tx:
            user = await store.get_user(tx, kept.user_id)
            return user, await self._begin_session(tx, user)

    async def _begin_session(self, tx: Transaction, user: User) -> TokenPair:
        session, secret, now = uuid7(), new_secret(), self._clock.now()
        await store.add_session(tx, session, user.id, "session", "", digest(secret), now, now + SESSION_LIFETIME)
        return self._pair(user, session, secret)

    def _pair(self, user: User, session: UUID, secret: str) -> TokenPair:
        token = self._issuer.person(user.id, session, user.generation, ACCESS_LIFETIME)
        return TokenPair(token, self._clock.now() + ACCESS_LIFETIME, f"{session}.{secret}")

    async def _end_session(self, user: UUID, session: UUID) -> bool:
        async def revoke(tx: Transaction) -> bool:
            await lock_streams(tx, [("identity-events", user)])
            if not await store.revoke_session(tx, session, self._clock.now()):
                return False
            owner = await store.get_user(tx, user)
            await append(tx, [self._events.sessions_revoked(user, session, owner.generation, self._clock.now())])
            return True

        ended = await self._database.run(revoke, user)
        self._access.evict(user)
        return ended

    async def _end_all_sessions(self, user: UUID) -> None:
        async def revoke_all(tx: Transaction) -> None:
            await lock_streams(tx, [("identity-events", user)])
            now = self._clock.now()
            generation = await store.revoke_all_sessions(tx, user, now)
            await append(tx, [self._events.sessions_revoked(user, None, generation, now)])

        await self._database.run(revoke_all, user)
        self._access.evict(user)


def _parsed(refresh_token: str) -> tuple[UUID, str]:
    session, _, secret = refresh_token.partition(".")
    try:
        return UUID(session), secret
    except ValueError:
        raise _session_ended() from None


def _too_many_failures() -> ResourceExhausted:
    return ResourceExhausted(
        "Too many failed attempts: try again in a quarter of an hour.",
        reason="TOO_MANY_FAILURES",
        metadata={"retry_after_seconds": str(int(FAILURE_WINDOW.total_seconds()))},
    )


def _session_ended() -> Unauthenticated:
    return Unauthenticated("This session has ended: sign in again.", reason="SESSION_REVOKED")


def _name(display_name: str) -> str:
    if not display_name.strip():
        raise InvalidArgument.at("api_token.display_name", "An API token needs a name.")
    return display_name.strip()
