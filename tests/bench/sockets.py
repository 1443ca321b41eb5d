"""Many WebSocket clients that only count frames: the handshake, the first frame, pongs, and nothing else (RFC 6455)."""

import asyncio
import resource
from dataclasses import dataclass, field
from typing import cast

_KEY = b"AAAAAAAAAAAAAAAAAAAAAA=="
_PING = 0x89
_UNMASKED = bytes(4)


@dataclass
class Count:
    """The frames that all listeners have got; pings are none."""

    frames: int = 0
    _wanted: int = 0
    _reached: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, frames: int) -> None:
        """Some more."""
        self.frames += frames
        if self.frames >= self._wanted:
            self._reached.set()

    async def reached(self, frames: int) -> None:
        """Waits for the frame of this number. Raises TimeoutError after half a minute."""
        self._wanted = frames
        self._reached.clear()
        if self.frames < frames:
            async with asyncio.timeout(30):
                await self._reached.wait()


class Listener(asyncio.Protocol):
    """One connection. With a `request` it begins with a handshake, of which it wants to see the end."""

    def __init__(self, count: Count, request: bytes = b"", first: bytes = b"") -> None:
        self._count = count
        self._request, self._first = request, first
        self._upgraded = not request
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio.Protocol."""
        self._transport = cast("asyncio.Transport", transport)
        self.write(self._request)

    def data_received(self, data: bytes) -> None:
        """As asyncio.Protocol."""
        data = self._rest + data if self._rest else data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            assert head.startswith(b"HTTP/1.1 101 "), head
            self._upgraded = True
            self.write(frame(self._first))
        self._rest = self._take(data)

    def close(self) -> None:
        """Ends it."""
        if self._transport is not None:
            self._transport.close()

    def write(self, data: bytes) -> None:
        """Sends bytes as they are."""
        if self._transport is not None:
            self._transport.write(data)

    def _take(self, data: bytes) -> bytes:
        """Counts the frames; returns what is left over."""
        place, frames = 0, 0
        while (size := _size(data, place)) and place + size <= len(data):
            if data[place] == _PING:
                self.write(b"\x8a\x84" + _UNMASKED + data[place + 2 : place + size])
            else:
                frames += 1
            place += size
        self._count.add(frames)
        return data[place:]


def _size(data: bytes, place: int) -> int:
    """The size of the frame at a place, 0 where that is not known yet."""
    if len(data) < place + 4:
        return 0
    length = data[place + 1]
    return length + 2 if length < 126 else 4 + int.from_bytes(data[place + 2 : place + 4])


def frame(text: bytes) -> bytes:
    """A text frame of a client, below 64 KiB; masked with zeros, which leaves it as it is."""
    return b"\x81\xfe" + len(text).to_bytes(2) + _UNMASKED + text


def upgrade(path: str, subprotocol: str) -> bytes:
    """The request of a handshake."""
    lines = (
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {_KEY.decode()}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {subprotocol}",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def allow_files() -> None:
    """As many open files as this process and those that it starts may have: every connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
