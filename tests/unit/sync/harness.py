"""A small world around the handlers: a log that stands for audit, access that is told, clients that read or do not."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from todo.sync.v1.sync_service_pb2 import SubscribeResponse
from todo_product.access import Access, AccessMemory, AccessSource, Heads, Place, Profile, Role, Snapshot
from todo_runtime.auth import Principal

from services.sync.domain.reorder_buffer import Numbered
from services.sync.domain.streams import KINDS, Kind, StreamId
from services.sync.frames.changes import ChangeFrame, NoticeFrames, Packet
from services.sync.handlers.ports import Frame
from services.sync.handlers.ports import Packet as AnyPacket
from services.sync.handlers.session import Session
from services.sync.handlers.session_registry import Sessions, Wish
from services.sync.handlers.stream_registry import Hub, HubLimits

USER, OTHER, WORKSPACE, SESSION = UUID(int=1), UUID(int=2), UUID(int=10), UUID(int=5)
TASKS, MEMBERS, NOTIFICATIONS = "task-events", "workspace-events", "notifications"
NAME, OWN = f"workspaces/{WORKSPACE}", "users/me"
STREAM = StreamId(Kind.WORKSPACE, WORKSPACE)


def frame(topic: str, key: UUID, number: int) -> ChangeFrame:
    stream = StreamId(KINDS[topic], key).name
    return ChangeFrame(SubscribeResponse(type="task.created", stream=stream, changed=[f"{topic}:{number}"]))


class Log(AccessSource):
    """What has happened: the truth that chat_api's heads and audit tell of."""

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
        places = {workspace: Place(1, Role.EDITOR) for workspace in self.members.get(user, ())}
        heads = {one: Heads(self.count(TASKS, one), self.count(MEMBERS, one)) for one in places}
        access = Access(user, complete=True, profile=Profile(1, personal_workspace=WORKSPACE), places=places)
        return Snapshot(access, heads)


class Audit:
    """Answers from the log, or not."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.asked = 0

    async def fetch(self, stream: StreamId, topic: str, after: int, until: int) -> Sequence[Numbered[Frame]]:
        self.asked += 1
        await asyncio.sleep(0)
        if not self._log.audit_answers:
            return []
        until = min(until, self._count(topic, stream.id))
        return [Numbered(number, frame(topic, stream.id, number)) for number in range(after + 1, until + 1)]

    async def head(self, stream: StreamId, topic: str) -> int | None:
        await asyncio.sleep(0)
        return self._count(topic, stream.id) if self._log.audit_answers else None

    def _count(self, topic: str, key: UUID) -> int:
        return max(0, self._log.count(topic, key) - self._log.audit_lag)


@dataclass(eq=False)
class Client:
    """Keeps what it got, has room for `room` frames until it reads, and remembers cursors as it was told to."""

    room: int = 1_000_000
    unread: int = 0
    frames: list[dict[str, Any]] = field(default_factory=list)
    cursors: dict[str, str] = field(default_factory=dict)
    closed: tuple[str, str] | None = None
    _read: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, packet: AnyPacket) -> bool:
        if self.unread >= self.room:
            self._read.clear()
            return False
        self.push(packet)
        return True

    def push(self, packet: AnyPacket) -> None:
        assert self.closed is None
        assert isinstance(packet, Packet)
        self.unread += 1
        got = json.loads(packet.json)
        self.frames.append(got)
        self.cursors.update(got.get("cursors", {}))
        if "cursor" in got:
            self.cursors[got["stream"]] = got["cursor"]

    async def drained(self) -> None:
        await self._read.wait()

    def read(self) -> None:
        self.unread = 0
        self._read.set()

    def close(self, code: str, message: str) -> None:
        self.closed = code, message

    def types(self) -> list[str]:
        return [one["type"] for one in self.frames]

    def changes(self) -> list[str]:
        return [one["changed"][0] for one in self.frames if one["type"] == "task.created"]


class World:
    """Everything, wired."""

    def __init__(self, limits: HubLimits | None = None) -> None:
        self.log = Log()
        self.audit = Audit(self.log)
        self._limits = limits
        self._open: set[Session] = set()
        self._begin()

    def _begin(self) -> None:
        self.access = AccessMemory(self.log)
        self.hub = Hub(self.audit, NoticeFrames(), self._limits)
        self.sessions = Sessions(self.hub, self.access, per_user=5)

    def restart(self) -> None:
        """The process ends, and a new one recalls where streams are from what the tail reads again."""
        for session in tuple(self._open):
            self.disconnect(session)
        self._begin()
        for (topic, key), count in self.log.counts.items():
            self.hub.recall(topic, key, count)

    def happen(self, topic: str = TASKS, key: UUID = WORKSPACE, *, seen: bool = True) -> int:
        """Something happens, and the tail brings it, or not."""
        number = self.log.add(topic, key)
        if seen:
            self.hub.take(topic, key, number, lambda: frame(topic, key, number))
        return number

    async def connect(self, client: Client, user: UUID = USER, streams: frozenset[str] = frozenset()) -> Session:
        """A client comes, with the cursors that it has."""
        session = await self.sessions.begin(principal(user), client, Wish(dict(client.cursors), streams))
        self._open.add(session)
        return session

    def disconnect(self, session: Session) -> None:
        """A client goes."""
        self._open.discard(session)
        self.sessions.end(session)

    async def settle(self) -> None:
        """Lets everything that can go on go on."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def close(self) -> None:
        """The end of the test."""
        for session in tuple(self._open):
            self.disconnect(session)
        await self.settle()


def principal(user: UUID = USER, seconds: float = 3_600.0) -> Principal:
    return Principal(user_id=user, session_id=SESSION, expires_at=datetime.now(UTC) + timedelta(seconds=seconds))
