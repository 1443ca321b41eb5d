"""The gRPC edge: SyncService.Subscribe, the same as the WebSocket."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from todo.sync.v1 import sync_service_pb2 as pb
from todo_bindings.sync.rpc import SyncServiceServicer
from todo_runtime.errors import DomainError, ResourceExhausted, RetryLater, Unauthenticated
from todo_runtime.rpc import Call
from todo_runtime.telemetry import metrics

from services.sync.handlers.ports import Packet
from services.sync.handlers.session_registry import Sessions, Wish

UNREAD_FRAMES: Final = 256
_ROOM: Final = UNREAD_FRAMES // 4


class StreamSink:
    """The way to one caller. At most `UNREAD_FRAMES` changes wait."""

    def __init__(self) -> None:
        self._waiting: deque[Packet] = deque()
        self._error: Exception | None = None
        self._more = asyncio.Event()
        self._room = asyncio.Event()

    def offer(self, packet: Packet) -> bool:
        """Keeps a frame for the caller; False when too many wait."""
        if len(self._waiting) >= UNREAD_FRAMES:
            self._room.clear()
            return False
        self.push(packet)
        return True

    def push(self, packet: Packet) -> None:
        """Keeps a frame for the caller."""
        self._waiting.append(packet)
        self._more.set()

    async def drained(self) -> None:
        """Returns when there is room again."""
        await self._room.wait()

    def close(self, code: str, message: str) -> None:
        """Ends the call with a status, after the frames that wait."""
        self._error = _error(code, message)
        self._more.set()

    async def packets(self) -> AsyncIterator[Packet]:
        """The frames. Raises what the call ends with."""
        while True:
            while self._waiting:
                packet = self._waiting.popleft()
                if len(self._waiting) <= _ROOM:
                    self._room.set()
                yield packet
            if self._error is not None:
                raise self._error
            self._more.clear()
            await self._more.wait()


class SyncRpc(SyncServiceServicer):
    """Streams changes."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def subscribe(self, request: pb.SubscribeRequest, call: Call) -> AsyncIterator[pb.SubscribeResponse]:
        """Sends `ready`, what was missed, then changes as they happen."""
        sink = StreamSink()
        wish = Wish(dict(request.cursors), frozenset(request.streams))
        session = await self._sessions.begin(call.principal, sink, wish)
        try:
            with metrics.SYNC_CONNECTIONS.labels("grpc").track_inprogress():
                async for packet in sink.packets():
                    yield packet.message()
        finally:
            self._sessions.end(session)


def _error(code: str, message: str) -> Exception:
    if code in {"GOING_AWAY", "INTERNAL", "UNAVAILABLE"}:
        return RetryLater(message)
    kind: type[DomainError] = ResourceExhausted if code == "SLOW_READER" else Unauthenticated
    return kind(message, reason=code)
