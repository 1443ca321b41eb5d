"""The WebSocket edge on real sockets: who is admitted, what is refused and how, and that nobody delays anybody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from todo_runtime.auth import Authenticator, Principal
from todo_runtime.errors import Unauthenticated
from todo_runtime.testing import eventually
from websockets import ConnectionClosed, InvalidStatus
from websockets.asyncio.client import ClientConnection, connect
from websockets.http11 import USER_AGENT

from services.sync.frames.notices import JsonNotices
from services.sync.websocket.edge import MAX_FRAME_BYTES, PATH, SUBPROTOCOL, WebSocketEdge
from tests.unit.sync.harness import NAME, OTHER, USER, SyncHarness, principal


class Tokens(Authenticator):
    """Accepts a few tokens."""

    def __init__(self) -> None:
        self.known = {"mine": principal(), "other": principal(OTHER), "short": principal(seconds=0.3)}

    async def authenticate_token(self, token: str) -> Principal:
        """As Authenticator."""
        if token not in self.known:
            raise Unauthenticated("The token is not valid.", reason="TOKEN_INVALID")
        return self.known[token]


class Edge:
    """A listening edge over sessions that tests drive."""

    def __init__(self) -> None:
        self.sync = SyncHarness()
        self.port = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Edge"]:
        edge = WebSocketEdge(self.sync.handler, self.sync.sessions, Tokens(), JsonNotices(), ["https://todo.example"])
        async with await edge.serve("127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    def connect(self, path: str = PATH, **options: Any) -> connect:
        options.setdefault("subprotocols", [SUBPROTOCOL])
        return connect(f"ws://127.0.0.1:{self.port}{path}", **options)


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with Edge().running() as running:
        yield running


async def authenticate(socket: ClientConnection, who: str = "mine", **more: object) -> dict[str, Any]:
    await socket.send(json.dumps({"type": "auth", "token": who, **more}))
    return await frame(socket)


async def frame(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        received: dict[str, Any] = json.loads(await socket.recv())
        return received


async def closing(socket: ClientConnection) -> tuple[str, int | None]:
    """The code in the error frame, and the close code after it."""
    error = await frame(socket)
    assert error["type"] == "error"
    assert error["message"]
    with pytest.raises(ConnectionClosed):
        await frame(socket)
    return error["code"], socket.close_code


async def test_the_subprotocol_is_agreed_and_changes_flow(edge: Edge) -> None:
    async with edge.connect() as socket:
        ready = await authenticate(socket)
        assert (socket.subprotocol, ready["type"], ready["user"]) == (SUBPROTOCOL, "ready", f"users/{USER}")
        edge.sync.emit()
        change = await frame(socket)
        assert (change["type"], change["stream"], change["cursor"]) == ("task.created", NAME, "1.1.0")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"path": "/"}, 404),
        ({"path": "/v1/sync/x"}, 404),
        ({"subprotocols": None}, 400),
        ({"subprotocols": ["other"]}, 400),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
    ],
)
async def test_other_paths_protocols_and_origins_are_refused(edge: Edge, options: dict[str, Any], status: int) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with edge.connect(**options):
            pass
    assert caught.value.response.status_code == status


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "https://todo.example", None]
)
async def test_our_own_pages_and_programs_may_connect(edge: Edge, origin: Any) -> None:
    async with edge.connect(origin=origin, user_agent_header=USER_AGENT) as socket:
        assert (await authenticate(socket))["type"] == "ready"


@pytest.mark.parametrize(
    ("first", "code", "number"),
    [
        ("nonsense", "MALFORMED_FRAME", 4400),
        (b"{}", "MALFORMED_FRAME", 4400),
        ("[]", "MALFORMED_FRAME", 4400),
        ('{"type":"ping"}', "MALFORMED_FRAME", 4400),
        ('{"type":"auth"}', "MALFORMED_FRAME", 4400),
        ('{"type":"auth","token":1}', "MALFORMED_FRAME", 4400),
        ('{"type":"auth","token":"mine","cursors":[]}', "MALFORMED_FRAME", 4400),
        ('{"type":"auth","token":"mine","cursors":{"a":1}}', "MALFORMED_FRAME", 4400),
        ('{"type":"auth","token":"mine","streams":{}}', "MALFORMED_FRAME", 4400),
        ('{"type":"auth","token":"stolen"}', "TOKEN_INVALID", 4401),
    ],
)
async def test_a_bad_first_frame_is_answered_and_closed(edge: Edge, first: str | bytes, code: str, number: int) -> None:
    async with edge.connect() as socket:
        await socket.send(first)
        assert await closing(socket) == (code, number)


async def test_a_silent_client_is_disconnected(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sync.websocket.edge.FIRST_FRAME_SECONDS", 0.1)
    async with edge.connect() as socket:
        assert await closing(socket) == ("FIRST_FRAME_LATE", 4408)


async def test_nothing_is_sent_before_authentication(edge: Edge) -> None:
    async with edge.connect() as watcher, edge.connect() as silent:
        await authenticate(watcher)
        edge.sync.emit()
        await frame(watcher)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await silent.recv()


async def test_a_frame_that_is_too_large_ends_the_connection(edge: Edge) -> None:
    async with edge.connect() as socket:
        await authenticate(socket)
        await socket.send("x" * (MAX_FRAME_BYTES + 1))
        with pytest.raises(ConnectionClosed):
            await frame(socket)
        assert socket.close_code == 1009


async def test_too_many_frames_end_the_connection(edge: Edge) -> None:
    async with edge.connect() as socket:
        await authenticate(socket)
        for _ in range(31):
            await socket.send('{"type":"auth","token":"mine"}')
        received = [await frame(socket) for _ in range(30)]
        assert {answer["type"] for answer in received} == {"authenticated"}
        assert await closing(socket) == ("TOO_MANY_FRAMES", 4429)


async def test_an_expired_token_ends_the_connection_unless_it_is_renewed(edge: Edge) -> None:
    async with edge.connect() as renewed, edge.connect() as socket:
        await authenticate(renewed, "short")
        await authenticate(socket, "short")
        assert (await authenticate(renewed, "mine"))["type"] == "authenticated"
        assert await closing(socket) == ("TOKEN_EXPIRED", 4401)
        edge.sync.emit()
        assert (await frame(renewed))["type"] == "task.created"


async def test_a_token_of_another_person_ends_the_connection(edge: Edge) -> None:
    async with edge.connect() as socket:
        await authenticate(socket)
        await socket.send('{"type":"auth","token":"other"}')
        assert await closing(socket) == ("ANOTHER_PERSON", 4403)


async def test_connections_of_a_person_are_bounded(edge: Edge) -> None:
    sockets = [await edge.connect() for _ in range(6)]
    answers = [await authenticate(socket) for socket in sockets]
    assert [answer["type"] for answer in answers] == ["ready"] * 5 + ["error"]
    assert answers[5]["code"] == "TOO_MANY_CONNECTIONS"
    for socket in sockets:
        await socket.close()


async def test_a_closed_connection_frees_its_place(edge: Edge) -> None:
    for _ in range(12):
        async with edge.connect() as socket:
            assert (await authenticate(socket))["type"] == "ready"
        await eventually(lambda: not edge.sync.sessions.count)


async def test_a_slow_reader_loses_nothing_and_delays_nobody(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sync.websocket.sink.MAX_UNREAD_BYTES", 2_000)
    monkeypatch.setattr("services.sync.websocket.sink._LOW_WATER_BYTES", 500)
    count = 20_000
    async with edge.connect(max_queue=1) as slow, edge.connect(max_queue=None) as quick:
        await authenticate(slow)
        await authenticate(quick)
        for _ in range(count):
            edge.sync.emit()
            if edge.sync.log.count("task-events") % 100 == 0:
                await asyncio.sleep(0)
        for number in range(1, count + 1):
            assert (await frame(quick))["cursor"] == f"1.{number}.0"
        seen = 0
        while seen < count:
            received = await frame(slow)
            if received["type"] == "resync":
                seen = int(received["cursor"].split(".")[1])
            else:
                seen += 1
                assert received["cursor"] == f"1.{seen}.0"


async def test_a_stopping_server_closes_with_going_away(edge: Edge) -> None:
    async with edge.connect() as socket:
        await authenticate(socket)
        edge.sync.sessions.close_all()
        assert await closing(socket) == ("GOING_AWAY", 1001)
