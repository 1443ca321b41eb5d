"""A client of HTTP/1.1 that costs next to nothing: one connection, one request at a time, the answer only measured."""

import asyncio
import re
from typing import Self, cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"


class HttpConnection(asyncio.Protocol):
    """A connection that is kept; `send` gives back the status."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, port: int) -> Self:
        """A connection to a server on this machine."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio.Protocol."""
        self._transport = cast("asyncio.Transport", transport)

    async def send(self, request: bytes) -> int:
        """The status of the answer to a request. Raises ConnectionError."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Ends it."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """As asyncio.Protocol."""
        self._buffer += data
        head = self._buffer.find(_END)
        if head < 0 or self._answer is None:
            return
        length = _LENGTH.search(self._buffer, 0, head + 2)
        if length is not None and len(self._buffer) >= head + len(_END) + int(length[1]):
            status, self._buffer = int(self._buffer[9:12]), b""
            self._answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio.Protocol."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("The server closed the connection."))


def post(path: str, body: bytes, token: str) -> bytes:
    """A request with a JSON body."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
