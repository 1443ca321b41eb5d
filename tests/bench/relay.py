"""The relay draining a full outbox, beside a bare producer with the same messages, headers and guarantees."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
from confluent_kafka import Producer
from todo_runtime.config import KafkaAccess
from todo_runtime.db.signal import OutboxSignal
from todo_runtime.outbox import Relay
from todo_runtime.wire.headers import headers_of
from todo_stack.databases import ServiceDatabase

from tests.bench.rates import Rate, interleaved

TOPIC = "task-events"
TYPE = "todo.task_events.v1.TaskCreated"
WORKSPACES = 50
_PAYLOAD = b"\x00\x00\x00\x00\x01" + b"x" * 320
_FILL = """
INSERT INTO outbox (topic, key, sequence, event_id, type, subject, time, payload)
SELECT %s, %s::uuid, n, gen_random_uuid(), %s, 'workspaces/x/tasks/y', now(), %s FROM generate_series(1, %s) AS n
"""


async def measure(bootstrap: str, database: ServiceDatabase, messages: int, rounds: int) -> list[Rate]:
    """Messages a second of the bare producer and of the relay, from a full table to an empty one."""
    return await interleaved(
        {
            "bare idempotent produce (floor)": _bare(bootstrap, messages),
            "relay: read, publish, delete": _relay(bootstrap, database, messages),
        },
        seconds=0,
        rounds=rounds,
    )


def _bare(bootstrap: str, messages: int) -> Callable[[float], Awaitable[tuple[int, float]]]:
    producer = Producer(
        {"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 0, "partitioner": "murmur2_random"}
    )
    producer.list_topics(timeout=10)
    keys = [uuid4() for _ in range(WORKSPACES)]

    async def run(_seconds: float) -> tuple[int, float]:
        started = time.perf_counter()
        await asyncio.to_thread(_produce, producer, keys, messages)
        return messages, time.perf_counter() - started

    return run


def _produce(producer: Producer, keys: list[UUID], messages: int) -> None:
    now = datetime.now(UTC)
    for number in range(messages):
        headers = headers_of(keys[0], TYPE, "/todo/bench", "workspaces/x/tasks/y", now, number, None, None, None)
        while True:
            try:
                producer.produce(TOPIC, _PAYLOAD, str(keys[number % WORKSPACES]), headers=list(headers))
            except BufferError:
                producer.poll(0.01)
            else:
                break
    producer.flush()


def _relay(bootstrap: str, database: ServiceDatabase, messages: int) -> Callable[[float], Awaitable[tuple[int, float]]]:
    async def run(_seconds: float) -> tuple[int, float]:
        async with await psycopg.AsyncConnection.connect(database.url("owner"), autocommit=True) as owner:
            for _ in range(WORKSPACES):
                await owner.execute(_FILL, (TOPIC, uuid4(), TYPE, _PAYLOAD, messages // WORKSPACES))
            relay = Relay(database.url("relay"), KafkaAccess(bootstrap), "bench", OutboxSignal())
            started = time.perf_counter()
            task = asyncio.create_task(relay.run())
            while await _left(owner):
                await asyncio.sleep(0.01)
            elapsed = time.perf_counter() - started
            task.cancel()
            await asyncio.wait([task])
        return messages, elapsed

    return run


async def _left(owner: psycopg.AsyncConnection[tuple[object, ...]]) -> bool:
    row = await (await owner.execute("SELECT EXISTS (SELECT FROM outbox)")).fetchone()
    return bool(row and row[0])
