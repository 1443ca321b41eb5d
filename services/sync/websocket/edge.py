"""Serves WebSockets: who may connect, the conversation, and how it ends.

Guarantees: nothing is sent to a client before its first frame has authenticated it, within 10 s; no client holds more
than bounded memory here, and none slows another down; each close that the server decides on is preceded by one error
frame that says why.
"""

import asyncio
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from todo_runtime.auth import Authenticator
from todo_runtime.errors import DomainError, RetryLater
from todo_runtime.telemetry import metrics
from websockets import Subprotocol
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from services.sync.frames.notices import JsonNotices
from services.sync.service.session import Session
from services.sync.service.session_registry import SessionRegistry
from services.sync.service.subscribe import SubscribeHandler, SubscribeOptions
from services.sync.websocket.client_frames import MalformedFrame, parse_auth
from services.sync.websocket.sink import WebSocketSink

PATH: Final = "/v1/sync"
SUBPROTOCOL: Final = Subprotocol("todo.v1.json")
FIRST_FRAME_SECONDS: Final = 10.0
MAX_FRAME_BYTES: Final = 16 * 1024
MAX_FRAMES_PER_MINUTE: Final = 30

_PING_SECONDS: Final = 20.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine: a page that was opened under one of them may connect to another."""


class WebSocketEdge:
    """Serves WebSockets."""

    def __init__(
        self,
        handler: SubscribeHandler,
        sessions: SessionRegistry,
        authenticator: Authenticator,
        notices: JsonNotices,
        origins: Iterable[str] = (),
    ) -> None:
        """`origins` are allowed besides the host's own, e.g. `https://todo.example`."""
        self._handler = handler
        self._sessions = sessions
        self._authenticator = authenticator
        self._notices = notices
        self._origins = frozenset(origins)

    async def serve(self, host: str, port: int) -> Server:
        """Starts to listen. Raises OSError when the port is not available."""
        return await serve(
            self._handle,
            host,
            port,
            process_request=self._check_request,
            subprotocols=[SUBPROTOCOL],
            compression=None,
            server_header=None,
            logger=_quiet_logger(),
            max_size=MAX_FRAME_BYTES,
            max_queue=2,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PING_SECONDS,
            open_timeout=FIRST_FRAME_SECONDS,
            close_timeout=5.0,
        )

    def _check_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuses other paths, and pages of other sites (a browser always names the origin)."""
        if request.path.partition("?")[0] != PATH:
            return connection.respond(HTTPStatus.NOT_FOUND, f"The WebSocket is at {PATH}.\n")
        origin = request.headers.get("Origin")
        if origin is not None and not self._is_allowed_origin(origin, request.headers.get("Host", "")):
            return connection.respond(HTTPStatus.FORBIDDEN, "This origin may not connect.\n")
        return None

    def _is_allowed_origin(self, origin: str, host: str) -> bool:
        if origin in self._origins:
            return True
        try:
            page, server = urlsplit(origin).hostname, urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return page is not None and (page == server or {page, server} <= _LOOPBACK)

    async def _handle(self, connection: ServerConnection) -> None:
        sink = WebSocketSink(connection, self._notices)
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

    async def _converse(self, connection: ServerConnection, sink: WebSocketSink) -> None:
        first = await self._receive_first(connection, sink)
        if first is None:
            return
        token, options = first
        principal = await self._authenticator.authenticate_token(token)
        session = await self._handler.subscribe(principal, sink, options)
        try:
            await self._listen(connection, session)
        finally:
            self._sessions.end(session)

    async def _receive_first(
        self, connection: ServerConnection, sink: WebSocketSink
    ) -> tuple[str, SubscribeOptions] | None:
        """The first frame; None if it did not come in time."""
        try:
            async with asyncio.timeout(FIRST_FRAME_SECONDS):
                return parse_auth(await connection.recv())
        except TimeoutError:
            sink.close("FIRST_FRAME_LATE", "The first frame has to authenticate within 10 seconds.")
            return None

    async def _listen(self, connection: ServerConnection, session: Session) -> None:
        """Handles later frames: each brings a fresh token."""
        loop, since, count = asyncio.get_running_loop(), 0.0, 0
        async for data in connection:
            if loop.time() - since > 60.0:
                since, count = loop.time(), 0
            count += 1
            if count > MAX_FRAMES_PER_MINUTE:
                session.close("TOO_MANY_FRAMES", "Too many frames.")
                return
            token, _ = parse_auth(data)
            self._sessions.renew(session, await self._authenticator.authenticate_token(token))


def _quiet_logger() -> logging.Logger:
    """The log of the library, without a line for every connection."""
    logger = logging.getLogger(f"{__name__}.websockets")
    logger.setLevel(logging.WARNING)
    return logger
