"""All sessions of this process: how many there may be, and what ends them.

Guarantees: a session that was revoked receives nothing after the event that says so has arrived, one whose token has
expired nothing after that instant.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from todo_runtime.auth import Principal
from todo_runtime.errors import PermissionDenied, ResourceExhausted

from services.sync.service.ports import Backfill, Notices, Sink
from services.sync.service.session import Session

REVOKED: Final = "SESSION_REVOKED", "The session has ended: sign in again."
_EXPIRED: Final = "TOKEN_EXPIRED", "The token has expired: reconnect with a fresh one."
_GOING_AWAY: Final = "GOING_AWAY", "The server is restarting: reconnect."


class SessionRegistry:
    """The sessions of this process: at most `per_user` of each person and `total` altogether."""

    def __init__(self, notices: Notices, backfill: Backfill, *, per_user: int = 50, total: int = 10_000) -> None:
        self._notices = notices
        self._backfill = backfill
        self._per_user = per_user
        self._total = total
        self._count = 0
        self._by_user: dict[UUID, set[Session]] = {}
        self._expiries: dict[Session, asyncio.TimerHandle] = {}

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count

    def of(self, user: UUID) -> Sequence[Session]:
        """The sessions of a person."""
        return tuple(self._by_user.get(user, ()))

    def admit(self, principal: Principal, user: UUID, sink: Sink) -> Session:
        """A new session, which follows nothing yet. Raises ResourceExhausted."""
        own = self._by_user.get(user, set())
        if len(own) >= self._per_user or self._count >= self._total:
            raise ResourceExhausted("There are too many connections: close one first.", reason="TOO_MANY_CONNECTIONS")
        session = Session(principal, user, sink, self._notices, self._backfill)
        self._by_user.setdefault(user, own).add(session)
        self._count += 1
        self._schedule_expiry(session, principal.expires_at)
        return session

    def end(self, session: Session) -> None:
        """Removes a session: its client is gone."""
        session.end()
        self._cancel_expiry(session)
        own = self._by_user.get(session.user, set())
        if session in own:
            own.remove(session)
            self._count -= 1
        if not own:
            self._by_user.pop(session.user, None)

    def renew(self, session: Session, principal: Principal) -> None:
        """Continues a session with a fresh token. Raises PermissionDenied for a token of another person."""
        if principal.user_id != session.user:
            raise PermissionDenied("The token belongs to another person.", reason="ANOTHER_PERSON")
        session.renew(principal)
        self._schedule_expiry(session, principal.expires_at)

    def revoke(self, user: UUID, session_id: UUID | None, generation: int) -> None:
        """Closes the sessions of a person that were revoked: one by its id, and all below a generation."""
        for session in self.of(user):
            principal = session.principal
            if principal.generation < generation or (session_id is not None and principal.session_id == session_id):
                session.close(*REVOKED)

    def close_person(self, user: UUID) -> None:
        """Closes all sessions of a person who was deleted."""
        for session in self.of(user):
            session.close(*REVOKED)

    def close_all(self) -> None:
        """Closes every session: the process ends."""
        for user in tuple(self._by_user):
            for session in self.of(user):
                session.close(*_GOING_AWAY)

    def _schedule_expiry(self, session: Session, expires_at: datetime | None) -> None:
        self._cancel_expiry(session)
        if expires_at is not None:
            seconds = max(0.0, expires_at.timestamp() - datetime.now(expires_at.tzinfo).timestamp())
            self._expiries[session] = asyncio.get_running_loop().call_later(seconds, session.close, *_EXPIRED)

    def _cancel_expiry(self, session: Session) -> None:
        if (timer := self._expiries.pop(session, None)) is not None:
            timer.cancel()
