"""A large backlog that audit finds when it comes back, beside what it does when events come while it works.

The service runs as it is, in a process of its own. Its steady rate is that with a producer beside it which keeps a few
thousand messages ahead; the backlog's is that from the first event recorded to the last.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

import psycopg
from confluent_kafka import Producer
from todo.task_events.v1 import TaskCreated
from todo_runtime.kafka import AvroCodec, SchemaRegistry
from todo_stack.hosted import HostedStack

from tests.bench.house import House
from tests.bench.messages import TOPIC, producer, send, streams, task_created
from tests.bench.processes import memory
from tests.bench.report import Target

AHEAD = 2_000
_LONGEST = 900.0
_LOOK = 0.1
_RECORDED = "SELECT coalesce(sum(link), 0) FROM heads"
_MIB = 2**20
FLAT = Target(most=1.1)
"""Memory does not grow with what has been drained."""


async def measure(house: House) -> None:
    """The steady rate, the backlog's rate, and the memory before and after."""
    plan = house.stack.blueprint
    async with SchemaRegistry(plan.registry_url) as registry:
        codec = AvroCodec(registry)
        await codec.load([(TOPIC, [TaskCreated])])
        payload = codec.encode(task_created(), TOPIC)
    sending = producer(plan.kafka_bootstrap)
    async with _Log.open(plan.postgres_url("audit")) as log:
        await log.settled()
        steady = await _steady(sending, payload, log, house.sizes.seconds * house.sizes.rounds)
        before = memory(house.stack.pid("audit"))
        drained, weights = await _drained(house, sending, payload, log)
    house.report.title(f"audit, a backlog of {house.sizes.backlog:,} events", "events/s", "", "")
    house.report.line("steady (floor)", (steady,))
    house.report.line("backlog", (drained,), drained / steady, Target(least=0.8))
    house.report.title("memory of audit", "MiB", "", "")
    house.report.line("steady", (before / _MIB,))
    house.report.line("most during the backlog", (max(weights) / _MIB,))
    first, last = _quarters(weights)
    house.report.line("first quarter of the backlog (floor)", (first / _MIB,))
    house.report.line("last quarter of the backlog", (last / _MIB,), last / first, FLAT)


class _Log:
    """What audit has recorded."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["_Log"]:
        """A look into its database."""
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            yield cls(connection)

    async def size(self) -> int:
        """The number of events."""
        row = await (await self._connection.execute(_RECORDED, prepare=True)).fetchone()
        return int(str(row[0])) if row else 0

    async def reached(self, size: int) -> None:
        """Waits for an event. Raises TimeoutError."""
        async with asyncio.timeout(_LONGEST):
            while await self.size() < size:
                await asyncio.sleep(_LOOK / 10)

    async def settled(self) -> None:
        """Waits until nothing has come for two seconds: what other benchmarks left behind is recorded."""
        async with asyncio.timeout(_LONGEST):
            before = -1
            while before != (before := await self.size()):
                await asyncio.sleep(2.0)


async def _steady(sending: Producer, payload: bytes, log: _Log, seconds: float) -> float:
    """Events a second while a producer keeps somewhat ahead."""
    numbered, first = iter(streams(int(seconds * 100_000))), await log.size()
    sent, started = 0, time.perf_counter()
    while time.perf_counter() < started + seconds:
        await send(sending, TOPIC, payload, [next(numbered) for _ in range(AHEAD)])
        sent += AHEAD
        await log.reached(first + sent - AHEAD)
    await log.reached(first + sent)
    return sent / (time.perf_counter() - started)


def _quarters(weights: list[int]) -> tuple[float, float]:
    """The medians of the first and of the last quarter."""
    size = max(1, len(weights) // 4)
    return median(weights[:size]), median(weights[-size:])


async def _drained(house: House, sending: Producer, payload: bytes, log: _Log) -> tuple[float, list[int]]:
    """Events a second of a backlog that was made while audit was away, and its memory meanwhile in bytes."""
    await asyncio.to_thread(house.stack.halt, "audit")
    await send(sending, TOPIC, payload, streams(house.sizes.backlog))
    first = await log.size()
    resuming = asyncio.create_task(asyncio.to_thread(house.stack.resume, "audit"))
    await log.reached(first + 1)
    started, begun = time.perf_counter(), await log.size()
    drained = asyncio.Event()
    weighing = asyncio.create_task(_weigh(resuming, house.stack, drained))
    await log.reached(first + house.sizes.backlog)
    elapsed = time.perf_counter() - started
    drained.set()
    return (first + house.sizes.backlog - begun) / elapsed, await weighing


async def _weigh(resuming: "asyncio.Task[None]", stack: HostedStack, drained: asyncio.Event) -> list[int]:
    """The memory of audit in bytes, twice a second from when it is ready to the end of the backlog, and then."""
    await resuming
    pid = stack.pid("audit")
    weights = [memory(pid)]
    while not drained.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await drained.wait()
        weights.append(memory(pid))
    return weights
