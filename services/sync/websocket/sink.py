"""The sending side of one WebSocket, with a bound on what is unread."""

import asyncio
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.frames import CloseCode
from websockets.protocol import State

from services.sync.frames.notices import JsonNotices
from services.sync.service.ports import EncodedFrame

MAX_UNREAD_BYTES: Final = 256 * 1024

_LOW_WATER_BYTES: Final = MAX_UNREAD_BYTES // 4
_POLL_SECONDS: Final = 0.05
_CLOSE_CODES: Final = {
    "MALFORMED_FRAME": 4400,
    "UNAUTHENTICATED": 4401,
    "TOKEN_MISSING": 4401,
    "TOKEN_INVALID": 4401,
    "TOKEN_EXPIRED": 4401,
    "SESSION_REVOKED": 4401,
    "ANOTHER_PERSON": 4403,
    "NOT_A_PERSON": 4403,
    "FIRST_FRAME_LATE": 4408,
    "TOO_MANY_CONNECTIONS": 4429,
    "TOO_MANY_FRAMES": 4429,
    "SLOW_READER": CloseCode.POLICY_VIOLATION,
    "INTERNAL": CloseCode.INTERNAL_ERROR,
    "UNAVAILABLE": CloseCode.TRY_AGAIN_LATER,
    "GOING_AWAY": CloseCode.GOING_AWAY,
}


class WebSocketSink:
    """Sends to one WebSocket. What was written and not yet read is bounded by `MAX_UNREAD_BYTES` and one frame."""

    __slots__ = ("_closing", "_connection", "_notices")

    def __init__(self, connection: ServerConnection, notices: JsonNotices) -> None:
        self._connection = connection
        self._notices = notices
        self._closing: asyncio.Task[None] | None = None

    def offer(self, frame: EncodedFrame) -> bool:
        """Writes without waiting; False while too much is unread."""
        if self._connection.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            return False
        self.push(frame)
        return True

    def push(self, frame: EncodedFrame) -> None:
        """Writes without waiting. A connection that is closing discards the frame."""
        if self._connection.protocol.state is State.OPEN and self._closing is None:
            self._connection.transport.write(frame.websocket)

    async def drained(self) -> None:
        """Polls the transport, which notifies nobody but its own protocol: only slow readers pay for it."""
        while self._connection.transport.get_write_buffer_size() > _LOW_WATER_BYTES:  # noqa: ASYNC110 - see above
            await asyncio.sleep(_POLL_SECONDS)

    def close(self, code: str, message: str) -> None:
        """Sends one error frame, then closes."""
        if self._closing is None:
            self.push(self._notices.error(code, message))
            close_code = _CLOSE_CODES.get(code, CloseCode.POLICY_VIOLATION)
            self._closing = asyncio.create_task(self._connection.close(close_code, code))
