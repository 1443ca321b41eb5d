"""The use case Subscribe: which streams a client follows, at first and as memberships come and go.

Guarantees: nothing of a workspace goes to somebody who is not a member of it, from the moment that the event arrives.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from todo_product.access import Access, AccessMemory, Heads, Snapshot
from todo_runtime.auth import Principal
from todo_runtime.errors import PermissionDenied, RetryLater, Unauthenticated

from services.sync.domain.streams import StreamId, StreamKind
from services.sync.service.ports import Sink
from services.sync.service.session import Session
from services.sync.service.session_registry import REVOKED, SessionRegistry
from services.sync.service.stream import Stream
from services.sync.service.stream_registry import StreamRegistry

_PERSONAL: Final = "workspaces/personal"
_NOT_A_MEMBER: Final = "NOT_A_MEMBER", "You are no longer a member of this workspace."
_DELETED: Final = "WORKSPACE_DELETED", "The workspace was deleted."
_NOT_FOUND: Final = "NOT_FOUND", "There is no such stream, or you may not see it."


@dataclass(frozen=True, slots=True)
class SubscribeOptions:
    """What a client wants to follow: only `streams`, or everything when there are none; from `cursors` on."""

    cursors: Mapping[str, str]
    streams: frozenset[str]


class SubscribeHandler:
    """Subscribes sessions to streams."""

    def __init__(self, sessions: SessionRegistry, streams: StreamRegistry, access: AccessMemory) -> None:
        self._sessions = sessions
        self._streams = streams
        self._access = access
        self._joining: set[asyncio.Task[None]] = set()

    async def subscribe(self, principal: Principal, sink: Sink, options: SubscribeOptions) -> Session:
        """A session that has sent `ready`. Raises ResourceExhausted, Unauthenticated, PermissionDenied, RetryLater."""
        user = principal.user_id
        if user is None or principal.service is not None:
            raise PermissionDenied("Only people can subscribe.", reason="NOT_A_PERSON")
        session = self._sessions.admit(principal, user, sink)
        try:
            await self._start(session, options)
        except BaseException:
            self._sessions.end(session)
            raise
        return session

    def join(self, user: UUID, workspace: UUID) -> None:
        """Subscribes a person who has become a member of a workspace to its stream."""
        stream = StreamId(StreamKind.WORKSPACE, workspace)
        for session in self._sessions.of(user):
            if session.is_ready and session.wants(stream) and stream not in session.streams:
                task = asyncio.create_task(self._join(session, stream))
                self._joining.add(task)
                task.add_done_callback(self._joining.discard)

    def leave(self, user: UUID, workspace: UUID) -> None:
        """Unsubscribes a person who is no longer a member of a workspace."""
        for session in self._sessions.of(user):
            session.unsubscribe(StreamId(StreamKind.WORKSPACE, workspace), *_NOT_A_MEMBER)

    def close_workspace(self, workspace: UUID) -> None:
        """Unsubscribes everybody from a workspace that was deleted."""
        id_ = StreamId(StreamKind.WORKSPACE, workspace)
        stream = self._streams.find(id_)
        for subscription in tuple(stream.subscriptions) if stream else ():
            subscription.subscriber.unsubscribe(id_, *_DELETED)

    async def _start(self, session: Session, options: SubscribeOptions) -> None:
        snapshot = await self._access.refresh(session.user)
        session.requested = frozenset(_canonical(name, snapshot.access) for name in options.streams)
        own = StreamId(StreamKind.PERSON, session.user)
        head = await self._streams.fetch_head(own) if session.wants(own) else None
        access = await self._access.of(session.user)
        await self._access.session_guard(session.principal)
        if session.is_closed:
            raise Unauthenticated(REVOKED[1], reason=REVOKED[0])
        # Nothing is awaited from here on: no event can come between the choice of streams and the start.
        streams = self._open_workspaces(session, access, snapshot)
        if session.wants(own):
            streams.append(self._streams.open(own, [head]))
        session.start(streams, {_canonical(name, access): cursor for name, cursor in options.cursors.items()})
        _refuse_others(session, options, access)
        for workspace in access.workspaces:
            self.join(session.user, workspace)

    def _open_workspaces(self, session: Session, access: Access, snapshot: Snapshot) -> list[Stream]:
        """The requested workspaces whose heads are known; the others are joined afterwards."""
        ids = [StreamId(StreamKind.WORKSPACE, workspace) for workspace in access.workspaces]
        return [self._open(id_, snapshot.heads) for id_ in ids if id_.id in snapshot.heads and session.wants(id_)]

    def _open(self, id_: StreamId, heads: Mapping[UUID, Heads]) -> Stream:
        head = heads[id_.id]
        return self._streams.open(id_, [head.task, head.workspace])

    async def _join(self, session: Session, id_: StreamId) -> None:
        try:
            snapshot = await self._access.refresh(session.user)
        except RetryLater as error:
            session.close("UNAVAILABLE", error.message)
            return
        if id_.id in snapshot.heads and (await self._access.of(session.user)).role_in(id_.id) is not None:
            session.subscribe(self._open(id_, snapshot.heads))


def _refuse_others(session: Session, options: SubscribeOptions, access: Access) -> None:
    followed = {stream.name for stream in session.streams}
    for name in sorted({*options.cursors, *options.streams}):
        if _canonical(name, access) not in followed:
            session.refuse(name, *_NOT_FOUND)


def _canonical(name: str, access: Access) -> str:
    own = access.profile.personal_workspace
    return f"{StreamKind.WORKSPACE.value}/{own}" if name == _PERSONAL and own is not None else name
