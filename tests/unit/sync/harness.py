"""The service of sync with fakes around them: a log of events, audit, and clients that read or do not."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from todo.sync.v1.sync_service_pb2 import SubscribeResponse
from todo_product.access import Access, AccessMemory, AccessSource, Heads, Membership, Profile, Role, Snapshot
from todo_runtime.auth import Principal

from services.sync.domain.reorder_buffer import Sequenced
from services.sync.domain.streams import KINDS, StreamId, StreamKind
from services.sync.frames.encoding import JsonChange, JsonFrame
from services.sync.frames.notices import JsonNotices
from services.sync.service.ports import Change, EncodedFrame
from services.sync.service.session import Session
from services.sync.service.session_registry import SessionRegistry
from services.sync.service.stream_registry import RegistryLimits, StreamRegistry
from services.sync.service.subscribe import SubscribeHandler, SubscribeOptions

USER, OTHER, WORKSPACE, SESSION = UUID(int=1), UUID(int=2), UUID(int=10), UUID(int=5)
TASKS, MEMBERS, NOTIFICATIONS = "task-events", "workspace-events", "notifications"
NAME, OWN = f"workspaces/{WORKSPACE}", "users/me"
STREAM = StreamId(StreamKind.WORKSPACE, WORKSPACE)


def change(topic: str, key: UUID, sequence: int) -> JsonChange:
    stream = StreamId(KINDS[topic], key).name
    return JsonChange(SubscribeResponse(type="task.created", stream=stream, changed=[f"{topic}:{sequence}"]))


class Log(AccessSource):
    """The events that have happened; chat_api's heads and audit report from it."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, UUID], int] = {}
        self.members: dict[UUID, set[UUID]] = {USER: {WORKSPACE}}
        self.audit_answers = True
        self.audit_lag = 0

    def add(self, topic: str, key: UUID = WORKSPACE) -> int:
        self.counts[topic, key] = self.count(topic, key) + 1
        return self.counts[topic, key]

    def count(self, topic: str, key: UUID = WORKSPACE) -> int:
        return self.counts.get((topic, key), 0)

    async def fetch(self, user: UUID) -> Snapshot | None:
        memberships = {workspace: Membership(1, Role.EDITOR) for workspace in self.members.get(user, ())}
        heads = {one: Heads(self.count(TASKS, one), self.count(MEMBERS, one)) for one in memberships}
        access = Access(user, complete=True, profile=Profile(1, personal_workspace=WORKSPACE), memberships=memberships)
        return Snapshot(access, heads)


class Audit:
    """Answers from the log, with a lag, or not at all."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.fetches = 0

    async def fetch(self, stream: StreamId, topic: str, after: int, until: int) -> Sequence[Sequenced[Change]]:
        self.fetches += 1
        await asyncio.sleep(0)
        if not self._log.audit_answers:
            return []
        until = min(until, self._count(topic, stream.id))
        return [Sequenced(sequence, change(topic, stream.id, sequence)) for sequence in range(after + 1, until + 1)]

    async def head(self, stream: StreamId, topic: str) -> int | None:
        await asyncio.sleep(0)
        return self._count(topic, stream.id) if self._log.audit_answers else None

    def _count(self, topic: str, key: UUID) -> int:
        return max(0, self._log.count(topic, key) - self._log.audit_lag)


@dataclass(eq=False)
class Client:
    """Records the frames that it gets, keeps their cursors, and has room for `room` frames until it reads."""

    room: int = 1_000_000
    unread: int = 0
    frames: list[dict[str, Any]] = field(default_factory=list)
    cursors: dict[str, str] = field(default_factory=dict)
    closed: tuple[str, str] | None = None
    _read: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, frame: EncodedFrame) -> bool:
        if self.unread >= self.room:
            self._read.clear()
            return False
        self.push(frame)
        return True

    def push(self, frame: EncodedFrame) -> None:
        assert self.closed is None
        assert isinstance(frame, JsonFrame)
        self.unread += 1
        received = json.loads(frame.json)
        self.frames.append(received)
        self.cursors.update(received.get("cursors", {}))
        if "cursor" in received:
            self.cursors[received["stream"]] = received["cursor"]

    async def drained(self) -> None:
        await self._read.wait()

    def read(self) -> None:
        self.unread = 0
        self._read.set()

    def close(self, code: str, message: str) -> None:
        self.closed = code, message

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.frames]

    def changes(self) -> list[str]:
        return [frame["changed"][0] for frame in self.frames if frame["type"] == "task.created"]


class SyncHarness:
    """One process of sync, which can restart."""

    def __init__(self, limits: RegistryLimits | None = None) -> None:
        self.log = Log()
        self.audit = Audit(self.log)
        self._limits = limits
        self._open: set[Session] = set()
        self._start()

    def _start(self) -> None:
        self.access = AccessMemory(self.log)
        notices = JsonNotices()
        self.streams = StreamRegistry(self.audit, notices, self._limits)
        self.sessions = SessionRegistry(notices, self.audit, per_user=5)
        self.handler = SubscribeHandler(self.sessions, self.streams, self.access)

    def restart(self) -> None:
        """The process ends, and a new one learns how far streams are from what the tail reads again."""
        for session in tuple(self._open):
            self.disconnect(session)
        self._start()
        for (topic, key), count in self.log.counts.items():
            self.streams.note_head(topic, key, count)

    def emit(self, topic: str = TASKS, key: UUID = WORKSPACE, *, delivered: bool = True) -> int:
        """An event happens; the tail delivers it, or not."""
        sequence = self.log.add(topic, key)
        if delivered:
            self.streams.receive(topic, key, sequence, lambda: change(topic, key, sequence))
        return sequence

    async def connect(self, client: Client, user: UUID = USER, streams: frozenset[str] = frozenset()) -> Session:
        """A client connects with the cursors that it has."""
        options = SubscribeOptions(dict(client.cursors), streams)
        session = await self.handler.subscribe(principal(user), client, options)
        self._open.add(session)
        return session

    def disconnect(self, session: Session) -> None:
        """A client disconnects."""
        self._open.discard(session)
        self.sessions.end(session)

    async def settle(self) -> None:
        """Lets the tasks that can proceed do so."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def close(self) -> None:
        """The end of the test."""
        for session in tuple(self._open):
            self.disconnect(session)
        await self.settle()


def principal(user: UUID = USER, seconds: float = 3_600.0) -> Principal:
    return Principal(user_id=user, session_id=SESSION, expires_at=datetime.now(UTC) + timedelta(seconds=seconds))
