"""The health of a database that neither answers nor refuses."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from todo_runtime.db import Database
from todo_runtime.db import watch as watching
from todo_runtime.testing import eventually

from .conftest import Bench


class Wire:
    """A connection to PostgreSQL that can fall silent in both directions, with nobody told."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._url, self._host, self._port = url, parts.hostname, parts.port
        self._goes = asyncio.Event()
        self._goes.set()
        self.url = ""

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Wire"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self.url = self._url.replace(f":{self._port}/", f":{port}/")
        try:
            yield self
        finally:
            self.mend()
            server.close()

    def cut(self) -> None:
        self._goes.clear()

    def mend(self) -> None:
        self._goes.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._goes.wait()
                writer.write(data)
            writer.close()


async def test_silence_is_told_and_so_is_its_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "TIMEOUT", 0.5)
    told: list[tuple[bool, str]] = []
    async with Wire(bench.copy.url("app")).open() as wire, Database(wire.url) as database:
        task = asyncio.create_task(watching.watch(database, lambda ok, reason: told.append((ok, reason))))
        await eventually(lambda: (True, "") in told, what="an answer")
        wire.cut()
        await eventually(lambda: not told[-1][0], what="word of the silence")
        assert "has not answered" in told[-1][1]
        wire.mend()
        await eventually(lambda: told[-1][0], within=30, what="word of its end")
        await bench.stop(task)
