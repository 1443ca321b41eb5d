"""The WebSocket edge: GET /v1/sync with the subprotocol todo.v1.json.

Promises: nothing is sent to a client before its first frame has authenticated it, within 10 s; no client can hold more
than bounded memory here, and none slows another down; before every close by the server for a reason of its own there is
one error frame that says why.
"""

import asyncio
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import structlog
from todo_runtime.auth import Authenticator
from todo_runtime.errors import DomainError, RetryLater
from todo_runtime.telemetry import metrics
from websockets import Subprotocol
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.protocol import State

from services.sync.frames.changes import NoticeFrames
from services.sync.handlers.ports import Packet
from services.sync.handlers.session import Session
from services.sync.handlers.session_registry import Sessions, Wish

PATH: Final = "/v1/sync"
SUBPROTOCOL: Final = Subprotocol("todo.v1.json")
FIRST_FRAME_SECONDS: Final = 10.0
LARGEST_FRAME: Final = 16 * 1024
UNREAD_BYTES: Final = 256 * 1024
FRAMES_A_MINUTE: Final = 30

_ROOM: Final = UNREAD_BYTES // 4
_LOOK_AGAIN: Final = 0.05
_PING_SECONDS: Final = 20.0
_MOST_CURSORS: Final = 1_000
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of one machine: a page that was opened by one of them is no stranger to the others."""
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
_log = structlog.get_logger(__name__)


class MalformedFrame(Exception):
    """The client sent something that is not part of the protocol; the message says what."""


class SocketSink:
    """The way to one WebSocket. What was written and not read yet is bounded by `UNREAD_BYTES` and one frame."""

    __slots__ = ("_closing", "_connection", "_notices")

    def __init__(self, connection: ServerConnection, notices: NoticeFrames) -> None:
        self._connection = connection
        self._notices = notices
        self._closing: asyncio.Task[None] | None = None

    def offer(self, packet: Packet) -> bool:
        """Writes without waiting; False when too much is unread."""
        if self._connection.transport.get_write_buffer_size() > UNREAD_BYTES:
            return False
        self.push(packet)
        return True

    def push(self, packet: Packet) -> None:
        """Writes without waiting. A closing connection swallows it."""
        if self._connection.protocol.state is State.OPEN and self._closing is None:
            self._connection.transport.write(packet.framed)

    async def drained(self) -> None:
        """Looks again and again: only slow readers pay for it."""
        # The transport tells nobody but its own protocol.
        while self._connection.transport.get_write_buffer_size() > _ROOM:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AGAIN)

    def close(self, code: str, message: str) -> None:
        """One error frame, then the close."""
        if self._closing is None:
            self.push(self._notices.error(code, message))
            number = _CLOSE_CODES.get(code, CloseCode.POLICY_VIOLATION)
            self._closing = asyncio.create_task(self._connection.close(number, code))


class WebSocketEdge:
    """Serves WebSockets."""

    def __init__(
        self, sessions: Sessions, authenticator: Authenticator, notices: NoticeFrames, origins: Iterable[str] = ()
    ) -> None:
        """`origins` are allowed besides the host's own, e.g. `https://todo.example`."""
        self._sessions = sessions
        self._authenticator = authenticator
        self._notices = notices
        self._origins = frozenset(origins)

    async def serve(self, host: str, port: int) -> Server:
        """Starts to listen. OSError when the port cannot be had."""
        return await serve(
            self._handle,
            host,
            port,
            process_request=self._check,
            subprotocols=[SUBPROTOCOL],
            compression=None,
            server_header=None,
            logger=_quiet_logger(),
            max_size=LARGEST_FRAME,
            max_queue=2,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PING_SECONDS,
            open_timeout=FIRST_FRAME_SECONDS,
            close_timeout=5.0,
        )

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuses what is not ours: other paths, and pages of other sites (a browser always names the origin)."""
        if request.path.partition("?")[0] != PATH:
            return connection.respond(HTTPStatus.NOT_FOUND, f"The WebSocket is at {PATH}.\n")
        origin = request.headers.get("Origin")
        if origin is not None and not self._is_allowed(origin, request.headers.get("Host", "")):
            return connection.respond(HTTPStatus.FORBIDDEN, "This origin may not connect.\n")
        return None

    def _is_allowed(self, origin: str, host: str) -> bool:
        if origin in self._origins:
            return True
        try:
            page, here = urlsplit(origin).hostname, urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return page is not None and (page == here or {page, here} <= _LOOPBACK)

    async def _handle(self, connection: ServerConnection) -> None:
        sink = SocketSink(connection, self._notices)
        with metrics.SYNC_CONNECTIONS.labels("websocket").track_inprogress():
            try:
                await self._converse(connection, sink)
            except ConnectionClosed:
                pass  # the client went away
            except MalformedFrame as error:
                sink.close("MALFORMED_FRAME", str(error))
            except DomainError as error:
                sink.close(error.reason, error.message)
            except RetryLater as error:
                sink.close("UNAVAILABLE", error.message)
            await connection.wait_closed()

    async def _converse(self, connection: ServerConnection, sink: SocketSink) -> None:
        first = await self._first(connection, sink)
        if first is None:
            return
        token, wish = first
        principal = await self._authenticator.authenticate_token(token)
        session = await self._sessions.begin(principal, sink, wish)
        try:
            await self._listen(connection, session)
        finally:
            self._sessions.end(session)

    async def _first(self, connection: ServerConnection, sink: SocketSink) -> tuple[str, Wish] | None:
        """The first frame; None when it did not come in time."""
        try:
            async with asyncio.timeout(FIRST_FRAME_SECONDS):
                return parse(await connection.recv())
        except TimeoutError:
            sink.close("FIRST_FRAME_LATE", "The first frame has to authenticate, within 10 seconds.")
            return None

    async def _listen(self, connection: ServerConnection, session: Session) -> None:
        """Later frames: each brings a fresh token."""
        loop, since, count = asyncio.get_running_loop(), 0.0, 0
        async for data in connection:
            if loop.time() - since > 60.0:
                since, count = loop.time(), 0
            count += 1
            if count > FRAMES_A_MINUTE:
                session.close("TOO_MANY_FRAMES", "That are too many frames.")
                return
            token, _ = parse(data)
            self._sessions.renew(session, await self._authenticator.authenticate_token(token))


def _quiet_logger() -> logging.Logger:
    """The library's own log without a line for every connection."""
    logger = logging.getLogger(f"{__name__}.websockets")
    logger.setLevel(logging.WARNING)
    return logger


def parse(data: str | bytes) -> tuple[str, Wish]:
    """The token and the wish in a frame `{"type":"auth","token":"…","cursors":{…},"streams":[…]}`.

    Raises MalformedFrame.
    """
    if isinstance(data, bytes):
        raise MalformedFrame("A frame is text, not binary.")
    try:
        frame = orjson.loads(data)
    except ValueError:
        raise MalformedFrame("The frame is not JSON.") from None
    if not isinstance(frame, dict) or frame.get("type") != "auth" or not isinstance(frame.get("token"), str):
        raise MalformedFrame('A frame from a client is {"type":"auth","token":"…"}.')
    return frame["token"], Wish(_cursors(frame.get("cursors")), _streams(frame.get("streams")))


def _cursors(value: Any) -> dict[str, str]:
    given = {} if value is None else value
    if not isinstance(given, dict) or len(given) > _MOST_CURSORS:
        raise MalformedFrame("`cursors` is an object with a cursor for each stream.")
    if not all(isinstance(cursor, str) for cursor in given.values()):
        raise MalformedFrame("A cursor is a text.")
    return given


def _streams(value: Any) -> frozenset[str]:
    given = [] if value is None else value
    if not isinstance(given, list) or len(given) > _MOST_CURSORS or not all(isinstance(one, str) for one in given):
        raise MalformedFrame("`streams` is a list of names.")
    return frozenset(given)
