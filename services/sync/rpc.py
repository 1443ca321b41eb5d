"""The gRPC edge: SyncService.Subscribe sends the same as the WebSocket."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from todo.sync.v1 import sync_service_pb2 as pb
from todo_bindings.sync.rpc import SyncServiceServicer
from todo_runtime.errors import DomainError, ResourceExhausted, RetryLater, Unauthenticated
from todo_runtime.rpc import Call
from todo_runtime.telemetry import metrics

from services.sync.service.ports import EncodedFrame
from services.sync.service.session_registry import SessionRegistry
from services.sync.service.subscribe import SubscribeHandler, SubscribeOptions

MAX_UNREAD_FRAMES: Final = 256
_LOW_WATER: Final = MAX_UNREAD_FRAMES // 4


class CallSink:
    """Sends to one caller. At most `MAX_UNREAD_FRAMES` changes are queued."""

    def __init__(self) -> None:
        self._queue: deque[EncodedFrame] = deque()
        self._error: Exception | None = None
        self._wakeup = asyncio.Event()
        self._room = asyncio.Event()

    def offer(self, frame: EncodedFrame) -> bool:
        """Queues a frame; False while too many are queued."""
        if len(self._queue) >= MAX_UNREAD_FRAMES:
            self._room.clear()
            return False
        self.push(frame)
        return True

    def push(self, frame: EncodedFrame) -> None:
        """Queues a frame."""
        self._queue.append(frame)
        self._wakeup.set()

    async def drained(self) -> None:
        """Returns when there is room again."""
        await self._room.wait()

    def close(self, code: str, message: str) -> None:
        """Ends the call with a status, after the frames that are queued."""
        self._error = _error_of(code, message)
        self._wakeup.set()

    async def frames(self) -> AsyncIterator[EncodedFrame]:
        """The frames. Raises the error that the call ends with."""
        while True:
            while self._queue:
                frame = self._queue.popleft()
                if len(self._queue) <= _LOW_WATER:
                    self._room.set()
                yield frame
            if self._error is not None:
                raise self._error
            self._wakeup.clear()
            await self._wakeup.wait()


class SyncRpc(SyncServiceServicer):
    """Streams changes."""

    def __init__(self, handler: SubscribeHandler, sessions: SessionRegistry) -> None:
        self._handler = handler
        self._sessions = sessions

    async def subscribe(self, request: pb.SubscribeRequest, call: Call) -> AsyncIterator[pb.SubscribeResponse]:
        """Sends `ready`, then what was missed, then changes as they happen."""
        sink = CallSink()
        options = SubscribeOptions(dict(request.cursors), frozenset(request.streams))
        session = await self._handler.subscribe(call.principal, sink, options)
        try:
            with metrics.SYNC_CONNECTIONS.labels("grpc").track_inprogress():
                async for frame in sink.frames():
                    yield frame.message()
        finally:
            self._sessions.end(session)


def _error_of(code: str, message: str) -> Exception:
    if code in {"GOING_AWAY", "INTERNAL", "UNAVAILABLE"}:
        return RetryLater(message)
    kind: type[DomainError] = ResourceExhausted if code == "SLOW_READER" else Unauthenticated
    return kind(message, reason=code)
