"""A running system as its users see it: REST, gRPC, WebSocket, and a webhook of our own."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import grpc
import httpx
import websockets

Json = dict[str, Any]
LIMIT = 30.0
COME_BACK = {1001, 1006, 1011, 1012, 1013}
"""Codes of a close after which a client connects again: the server goes away, or the connection broke."""

SUBPROTOCOL = websockets.Subprotocol("todo.v1.json")


class Failed(Exception):
    """A step did not see what it must see."""


@dataclass
class Person:
    """Somebody who signed up just now. `frames` is what their WebSocket has shown so far."""

    token: str
    workspace: str
    user: str
    frames: list[Json] = field(default_factory=list)
    cursors: dict[str, str] = field(default_factory=dict)
    socket: websockets.ClientConnection | None = None
    reading: asyncio.Task[None] | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What authenticates a REST call."""
        return {"authorization": f"Bearer {self.token}"}

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What authenticates a gRPC call."""
        return tuple(self.headers.items())


class System:
    """The system under verification, with what the steps remember."""

    def __init__(self, target: str, grpc_target: str, sync_url: str, *, webhook: bool) -> None:
        self.rest = httpx.AsyncClient(base_url=target.rstrip("/"), timeout=LIMIT)
        self.grpc_target = grpc_target or f"{urlsplit(target).hostname}:50051"
        self.uses_webhook = webhook
        self.sync_url = sync_url
        self.people: dict[str, Person] = {}
        self.made: dict[str, Json] = {}
        self.calls: list[bytes] = []
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self.rest)
        self.channel = await self._open.enter_async_context(grpc.aio.insecure_channel(self.grpc_target))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for person in self.people.values():
            await self.disconnect(person)
        await self._open.aclose()

    async def call(self, person: Person | None, method: str, path: str, body: Json | None = None) -> Json:
        """One REST call that must succeed."""
        answer = await self.send(person, method, path, body)
        if answer.is_error:
            raise Failed(f"{method} {path} answers {answer.status_code}: {answer.text[:300]}")
        result: Json = answer.json()
        return result

    async def send(self, person: Person | None, method: str, path: str, body: Json | None = None) -> httpx.Response:
        """One REST call, whatever comes of it."""
        headers = person.headers if person else {}
        return await self.rest.request(method, path, json=body, headers=headers)

    async def say(self, person: Person, text: str) -> Json:
        """One message to the assistant."""
        return await self.call(person, "POST", "/v1/chat:send", {"text": text, "requestId": str(uuid4())})

    async def connect(self, person: Person) -> Json:
        """Opens the WebSocket, with the cursors of the last time; returns the `ready` frame."""
        person.reading = asyncio.create_task(self._follow(person))
        return await self.frame(person, lambda frame: frame["type"] == "ready", take=True)

    async def _follow(self, person: Person) -> None:
        """Takes frames; comes again with its cursors when a server goes away, as every client does."""
        async for socket in websockets.connect(self.sync_url, subprotocols=[SUBPROTOCOL], open_timeout=5):
            person.socket = socket
            with contextlib.suppress(websockets.ConnectionClosed):
                await socket.send(json.dumps({"type": "auth", "token": person.token, "cursors": person.cursors}))
                await _read(person, socket)
            if socket.close_code not in COME_BACK:
                return

    async def disconnect(self, person: Person) -> None:
        """Closes the WebSocket."""
        if person.reading is not None:
            person.reading.cancel()
            person.reading = None
        if person.socket is not None:
            await person.socket.close()
            person.socket = None

    async def frame(self, person: Person, wanted: Callable[[Json], bool], *, take: bool = False) -> Json:
        """The first frame that is wanted, waiting for it."""

        async def look() -> Json | None:
            found = next((frame for frame in person.frames if wanted(frame)), None)
            if found is not None and take:
                person.frames.remove(found)
            if found is None and (lost := [frame["stream"] for frame in person.frames if frame["type"] == "resync"]):
                raise Failed(f"sync could not bring all changes of {lost[0]}: it says `resync`, and audit's log why")
            return found

        frame: Json = await until(look, "the frame on the WebSocket")
        return frame

    async def listen(self) -> int:
        """Starts a webhook on loopback; returns its port."""
        server = await asyncio.start_server(self._take_call, "127.0.0.1", 0)
        self._open.callback(server.close)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _take_call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        body = await reader.readexactly(int(lengths[0].partition(b":")[2])) if lengths else b""
        self.calls.append(body)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


async def until(look: Callable[[], Awaitable[Any]], what: str, limit: float = LIMIT) -> Any:
    """Looks again and again until there is something; Failed after `limit` seconds."""
    end = asyncio.get_running_loop().time() + limit
    while True:
        if found := await look():
            return found
        if asyncio.get_running_loop().time() > end:
            raise Failed(f"{what} did not come within {limit:.0f} s")
        await asyncio.sleep(0.02)


async def _read(person: Person, socket: websockets.ClientConnection) -> None:
    async for message in socket:
        frame: Json = json.loads(message)
        person.frames.append(frame)
        if frame["type"] == "ready":
            person.cursors.update(frame.get("cursors", {}))
        elif "cursor" in frame:
            person.cursors[frame["stream"]] = frame["cursor"]
