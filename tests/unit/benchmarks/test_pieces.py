"""What `make bench` measures with is sound: rounds, verdicts, and clients that count what came and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.bench.backlog import _quarters
from tests.bench.http_client import HttpConnection, post
from tests.bench.messages import STREAMS, streams
from tests.bench.rates import Rate, interleaved, loop_of
from tests.bench.raw_frames import FRAME, _Writer
from tests.bench.report import Report, Target
from tests.bench.sockets import Count, Listener, frame, upgrade


@asynccontextmanager
async def serving(protocol: type[asyncio.Protocol], *arguments: object) -> AsyncIterator[int]:
    """The port of a server on this machine."""
    server = await asyncio.get_running_loop().create_server(lambda: protocol(*arguments), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_the_rounds_take_turns_and_the_first_does_not_count() -> None:
    turns = []

    async def path(name: str, rates: list[int]) -> tuple[int, float]:
        turns.append(name)
        return rates.pop(0), 1.0

    a, b = [1_000, 10, 30, 20], [1_000, 5, 5, 6]
    rates = await interleaved({"a": lambda _: path("a", a), "b": lambda _: path("b", b)}, seconds=0.1, rounds=3)
    assert turns == ["a", "b"] * 4
    assert rates == [Rate("a", 20, 10, 30), Rate("b", 5, 5, 6)]


async def test_clients_side_by_side_are_counted_together() -> None:
    calls = []

    async def once() -> None:
        calls.append(1)
        await asyncio.sleep(0)

    done, elapsed = await loop_of([once] * 3)(0.02)
    assert done == len(calls)
    assert elapsed >= 0.02


def test_a_missed_target_is_told_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.rates(
        "paths", [Rate("floor", 100, 90, 110), Rate("good", 40, 1, 50), Rate("bad", 39, 1, 50)], Target(least=0.4)
    )
    report.finish()
    assert report.missed == ["paths: bad: 0.39, at least 0.40"]
    assert "Missed:\n  paths: bad: 0.39" in capsys.readouterr().out


@pytest.mark.parametrize(("ratio", "met"), [(1.9, True), (2.004, True), (2.01, False)])
def test_a_bound_from_above(ratio: float, met: bool) -> None:
    assert Target(most=2).is_met(ratio) is met


def test_streams_are_numbered_from_one_without_a_gap() -> None:
    numbered = streams(2 * STREAMS)
    assert [sequence for key, sequence in numbered if key == numbered[0][0]] == [1, 2]
    assert len({key for key, _ in numbered}) == STREAMS


def test_quarters_of_few_weights() -> None:
    assert _quarters([7]) == (7, 7)
    assert _quarters([1, 1, 5, 5, 5, 5, 9, 9]) == (1, 9)


class _Upgrading(asyncio.Protocol):
    """Says yes to a handshake, then a ping and two frames in pieces, and keeps what came."""

    def __init__(self, got: bytearray) -> None:
        self._got = got

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        assert isinstance(self._transport, asyncio.Transport)
        if data.startswith(b"GET "):
            self._transport.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x89\x04ping" + FRAME + FRAME[:100])
        elif data.endswith(b"hello" + b"\x8a\x84\0\0\0\0ping"):
            self._transport.write(FRAME[100:])


async def test_a_listener_counts_frames_and_answers_pings() -> None:
    counted, got, request = Count(), bytearray(), upgrade("/v1/sync", "todo.v1.json")
    async with serving(_Upgrading, got) as port:
        loop = asyncio.get_running_loop()
        _, listener = await loop.create_connection(lambda: Listener(counted, request, b"hello"), "127.0.0.1", port)
        await counted.reached(2)
        listener.close()
    assert bytes(got) == request + frame(b"hello") + b"\x8a\x84\0\0\0\0ping"
    assert counted.frames == 2


async def test_the_bare_server_writes_to_all_as_often_as_one_asks() -> None:
    counted = Count()
    async with serving(_Writer, set()) as port:
        loop = asyncio.get_running_loop()
        opened = [await loop.create_connection(lambda: Listener(counted), "127.0.0.1", port) for _ in range(3)]
        opened[0][1].write(b"5\n")
        await counted.reached(15)
        for _, listener in opened:
            listener.close()
    assert counted.frames == 15


class _Answering(asyncio.Protocol):
    """Answers in two pieces, then not at all."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert isinstance(self._transport, asyncio.Transport)
        if data.startswith(b"POST /end "):
            self._transport.close()
            return
        self._transport.write(b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\n{")
        self._transport.write(b'"":')


async def test_a_request_is_over_when_its_whole_answer_came() -> None:
    async with serving(_Answering) as port:
        connection = await HttpConnection.open(port)
        statuses = [await connection.send(post("/tasks", b"{}", "token")) for _ in range(2)]
        with pytest.raises(ConnectionError):
            await connection.send(post("/end", b"{}", "token"))
    assert statuses == [201, 201]
