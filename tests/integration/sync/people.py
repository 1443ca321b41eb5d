"""People who sign up with a running system, change things over REST and follow them over the WebSocket."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx
from todo_stack.hosted import HostedStack
from websockets import ConnectionClosed
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

SUBPROTOCOL = Subprotocol("todo.v1.json")
WAIT = 15.0


class Addresses:
    """Where a system can be reached."""

    def __init__(self, stack: HostedStack) -> None:
        ports = stack.blueprint.ports
        manifests = {manifest.name: manifest for manifest in stack.blueprint.manifests}
        self.rest = f"http://127.0.0.1:{ports.of(manifests['chat_api'])['http']}"
        self.socket = f"ws://127.0.0.1:{ports.of(manifests['sync'])['http']}/v1/sync"
        self.sync = f"127.0.0.1:{ports.of(manifests['sync'])['grpc']}"


@dataclass
class Person:
    """Somebody with an account."""

    addresses: Addresses
    http: httpx.AsyncClient
    email: str
    token: str
    name: str
    workspace: str

    @classmethod
    async def sign_up(cls, addresses: Addresses) -> Self:
        http = httpx.AsyncClient(base_url=addresses.rest, timeout=20)
        email = f"{uuid4()}@example.org"
        answer = await http.post("/v1/auth:signUp", json={"email": email, "password": "correct horse battery"})
        answer.raise_for_status()
        account = answer.json()
        token = account["tokens"]["accessToken"]
        http.headers["authorization"] = f"Bearer {token}"
        user = account["user"]
        return cls(addresses, http, email, token, user["name"], user["personalWorkspace"])

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """A POST that has to succeed."""
        answer = await self.http.post(f"/v1/{path}", json=body)
        assert answer.is_success, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def create(self, title: str, workspace: str = "") -> dict[str, Any]:
        """A new task."""
        return await self.call(f"{workspace or self.workspace}/tasks", {"title": title})

    @asynccontextmanager
    async def follow(self, cursors: Mapping[str, str] | None = None) -> Any:
        """A connection that has authenticated."""
        async with connect(self.addresses.socket, subprotocols=[SUBPROTOCOL]) as socket:
            await socket.send(json.dumps({"type": "auth", "token": self.token, "cursors": dict(cursors or {})}))
            yield socket


@dataclass
class Follower:
    """Follows a person's streams over any number of connections, and records every title that it sees."""

    person: Person
    cursors: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    async def follow_for(self, frames: int) -> None:
        """Connects, receives some frames, and drops the connection without closing it."""
        async with self.person.follow(self.cursors) as socket:
            for _ in range(frames):
                self._take(await frame(socket))
            socket.transport.abort()

    async def follow_until(self, title: str) -> None:
        """Follows until a title has been seen; reconnects when the server goes away."""
        async with asyncio.timeout(60):
            while title not in self.titles:
                try:
                    async with self.person.follow(self.cursors) as socket:
                        while title not in self.titles:
                            self._take(await frame(socket))
                except (OSError, ConnectionClosed):
                    await asyncio.sleep(0.05)

    def _take(self, one: dict[str, Any]) -> None:
        self.types.append(one["type"])
        self.cursors.update(one.get("cursors", {}))
        if "cursor" in one:
            self.cursors[one["stream"]] = one["cursor"]
        if "task" in one:
            self.titles.append(one["task"]["title"])


async def frame(socket: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    async with asyncio.timeout(WAIT):
        received: dict[str, Any] = json.loads(await socket.recv())
        return received
