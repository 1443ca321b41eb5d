"""The floor of sync: writes frames that are ready to every connection. Prints its port, then serves.

A connection that sends a number is told nothing; all connections get that many frames then, frame by frame.
"""

import asyncio
from typing import cast

import uvloop

FRAME = b"\x81\x7e" + (956).to_bytes(2) + b"x" * 956
"""As long as the frame of a task with everything in it."""


class _Writer(asyncio.Protocol):
    def __init__(self, transports: set[asyncio.Transport]) -> None:
        self._transports = transports
        self._own: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio.Protocol."""
        self._own = cast("asyncio.Transport", transport)
        self._transports.add(self._own)

    def data_received(self, data: bytes) -> None:
        """As asyncio.Protocol."""
        for _ in range(sum(int(number) for number in data.split())):
            for transport in self._transports:
                transport.write(FRAME)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as the protocol is told
        """As asyncio.Protocol."""
        if self._own is not None:
            self._transports.discard(self._own)


async def _serve() -> None:
    transports: set[asyncio.Transport] = set()
    server = await asyncio.get_running_loop().create_server(lambda: _Writer(transports), "127.0.0.1", 0, backlog=4_096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
