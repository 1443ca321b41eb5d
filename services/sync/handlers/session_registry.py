"""All sessions: who may begin one, what they may follow, and what ends them.

Promises: nothing of a workspace goes to somebody who is not a member of it any more, nor anything to a session that was
revoked or has expired, from the moment that the event or the time comes.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from todo_product.access import Access, AccessMemory, Heads
from todo_runtime.auth import Principal
from todo_runtime.errors import PermissionDenied, ResourceExhausted, RetryLater, Unauthenticated

from services.sync.domain.streams import Kind, StreamId
from services.sync.handlers.ports import Sink
from services.sync.handlers.session import Session
from services.sync.handlers.stream import Channel
from services.sync.handlers.stream_registry import Hub

_log = structlog.get_logger(__name__)
_PERSONAL: Final = "workspaces/personal"
_ENDED: Final = "SESSION_REVOKED", "The session has ended: sign in again."
_EXPIRED: Final = "TOKEN_EXPIRED", "The token has expired: come back with a fresh one."
_LEFT: Final = "NOT_A_MEMBER", "You are no longer a member of this workspace."
_GONE: Final = "WORKSPACE_DELETED", "The workspace was deleted."
_UNKNOWN: Final = "NOT_FOUND", "There is no such stream that you can see."


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client wants to follow: only `streams`, or everything when there are none; from `cursors` on."""

    cursors: Mapping[str, str]
    streams: frozenset[str]


class Sessions:
    """The sessions of this process, `per_user` at most of each person and `total` in all."""

    def __init__(self, hub: Hub, access: AccessMemory, *, per_user: int = 50, total: int = 10_000) -> None:
        self._hub = hub
        self._access = access
        self._per_user = per_user
        self._total = total
        self._count = 0
        self._by_user: dict[UUID, set[Session]] = {}
        self._expiries: dict[Session, asyncio.TimerHandle] = {}
        self._joining: set[asyncio.Task[None]] = set()

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count

    async def begin(self, principal: Principal, sink: Sink, wish: Wish) -> Session:
        """A session that has sent `ready`. Raises ResourceExhausted, Unauthenticated, PermissionDenied, RetryLater."""
        user = principal.user_id
        if user is None or principal.service is not None:
            raise PermissionDenied("Only people can subscribe.", reason="NOT_A_PERSON")
        session = self._admit(principal, user, sink)
        try:
            await self._subscribe(session, wish)
        except BaseException:
            self.end(session)
            raise
        return session

    def end(self, session: Session) -> None:
        """The client is gone."""
        session.end()
        if (timer := self._expiries.pop(session, None)) is not None:
            timer.cancel()
        own = self._by_user.get(session.user, set())
        if session in own:
            own.remove(session)
            self._count -= 1
        if not own:
            self._by_user.pop(session.user, None)

    def renew(self, session: Session, principal: Principal) -> None:
        """The client has come with a fresh token. Raises PermissionDenied for a token of somebody else."""
        if principal.user_id != session.user:
            raise PermissionDenied("The token is somebody else's.", reason="ANOTHER_PERSON")
        session.renew(principal)
        self._expire(session, principal.expires_at)

    def revoke(self, user: UUID, session_id: UUID | None, generation: int) -> None:
        """Sessions were revoked: one, or all below a generation."""
        for session in self._of(user):
            principal = session.principal
            if principal.generation < generation or (session_id is not None and principal.session_id == session_id):
                session.close(*_ENDED)

    def forget(self, user: UUID) -> None:
        """A person is gone."""
        for session in self._of(user):
            session.close(*_ENDED)

    def leave(self, user: UUID, workspace: UUID) -> None:
        """A person is no longer a member."""
        for session in self._of(user):
            session.remove(StreamId(Kind.WORKSPACE, workspace), *_LEFT)

    def join(self, user: UUID, workspace: UUID) -> None:
        """A person has become a member."""
        stream = StreamId(Kind.WORKSPACE, workspace)
        for session in self._of(user):
            if session.has_begun and session.wants(stream) and stream not in session.streams:
                self._start_joining(session, workspace)

    def close_workspace(self, workspace: UUID) -> None:
        """A workspace is gone."""
        stream = StreamId(Kind.WORKSPACE, workspace)
        channel = self._hub.find(stream)
        for feed in tuple(channel.feeds) if channel else ():
            feed.session.remove(stream, *_GONE)

    def close_all(self) -> None:
        """The process ends."""
        for user in tuple(self._by_user):
            for session in self._of(user):
                session.close("GOING_AWAY", "The server is restarting: come back.")

    def _of(self, user: UUID) -> Sequence[Session]:
        return tuple(self._by_user.get(user, ()))

    def _admit(self, principal: Principal, user: UUID, sink: Sink) -> Session:
        own = self._by_user.get(user, set())
        if len(own) >= self._per_user or self._count >= self._total:
            raise ResourceExhausted("There are too many connections: close one first.", reason="TOO_MANY_CONNECTIONS")
        session = Session(principal, user, sink, self._hub)
        self._by_user.setdefault(user, own).add(session)
        self._count += 1
        self._expire(session, principal.expires_at)
        return session

    async def _subscribe(self, session: Session, wish: Wish) -> None:
        snapshot = await self._access.refresh(session.user)
        session.wanted = frozenset(_canonical(name, snapshot.access) for name in wish.streams)
        own = StreamId(Kind.PERSON, session.user)
        head = await self._own_head(own) if session.wants(own) else None
        access = await self._access.of(session.user)
        await self._access.session_guard(session.principal)
        if session.is_closed:
            raise Unauthenticated(_ENDED[1], reason=_ENDED[0])
        # From here on nothing waits: no event can come between the choice of streams and the beginning.
        known = [stream for stream in _workspaces(access) if stream.id in snapshot.heads and session.wants(stream)]
        channels = [self._open(stream, snapshot.heads) for stream in known]
        if session.wants(own):
            channels.append(self._hub.open(own, [head]))
        names = {_canonical(name, access): cursor for name, cursor in wish.cursors.items()}
        session.begin(channels, names)
        self._refuse_others(session, wish, access)
        for workspace in access.workspaces:
            self.join(session.user, workspace)

    async def _own_head(self, own: StreamId) -> int | None:
        """Where a person's own stream is, as far as audit knows; None where the hub knows better or nobody does."""
        (topic,) = own.topics
        channel = self._hub.find(own)
        if self._hub.newest(topic, own.id) is not None or (channel is not None and channel.tracks[0].last is not None):
            return None
        return await self._hub.backfill.head(own, topic)

    def _open(self, stream: StreamId, heads: Mapping[UUID, Heads]) -> Channel:
        head = heads[stream.id]
        return self._hub.open(stream, [head.task, head.workspace])

    def _refuse_others(self, session: Session, wish: Wish, access: Access) -> None:
        followed = {stream.name for stream in session.streams}
        for name in sorted({*wish.cursors, *wish.streams}):
            if _canonical(name, access) not in followed:
                session.refuse(name, *_UNKNOWN)

    def _start_joining(self, session: Session, workspace: UUID) -> None:
        task = asyncio.create_task(self._join(session, workspace))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)

    async def _join(self, session: Session, workspace: UUID) -> None:
        try:
            snapshot = await self._access.refresh(session.user)
        except RetryLater as error:
            session.close("UNAVAILABLE", error.message)
            return
        if workspace in snapshot.heads and (await self._access.of(session.user)).role_in(workspace) is not None:
            session.add(self._open(StreamId(Kind.WORKSPACE, workspace), snapshot.heads))

    def _expire(self, session: Session, when: datetime | None) -> None:
        if (timer := self._expiries.pop(session, None)) is not None:
            timer.cancel()
        if when is not None:
            seconds = max(0.0, when.timestamp() - datetime.now(when.tzinfo).timestamp())
            self._expiries[session] = asyncio.get_running_loop().call_later(seconds, session.close, *_EXPIRED)


def _workspaces(access: Access) -> list[StreamId]:
    return [StreamId(Kind.WORKSPACE, workspace) for workspace in access.workspaces]


def _canonical(name: str, access: Access) -> str:
    own = access.profile.personal_workspace
    return f"{Kind.WORKSPACE.value}/{own}" if name == _PERSONAL and own is not None else name
