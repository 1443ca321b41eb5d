"""The relay draining a full outbox, beside a bare producer with the same messages, headers and guarantees."""

import asyncio
import time
from uuid import uuid4

import psycopg
from todo_runtime.config import KafkaAccess
from todo_runtime.db.signal import OutboxSignal
from todo_runtime.outbox import Relay
from todo_stack.databases import ServiceDatabase

from tests.bench.house import House
from tests.bench.messages import STREAMS, TOPIC, TYPE, producer, send, streams
from tests.bench.rates import Path
from tests.bench.report import Target

_PAYLOAD = b"\x00\x00\x00\x00\x01" + b"x" * 320
_FILL = """
INSERT INTO outbox (topic, key, sequence, event_id, type, subject, time, payload)
SELECT %s, %s::uuid, n, gen_random_uuid(), %s, 'workspaces/x/tasks/y', now(), %s FROM generate_series(1, %s) AS n
"""


async def measure(house: House) -> None:
    """Messages a second of the bare producer and of the relay, from a full table to an empty one."""
    bootstrap, messages = house.stack.blueprint.kafka_bootstrap, house.sizes.messages
    rates = await house.interleaved(
        {
            "bare idempotent produce (floor)": _bare(bootstrap, messages),
            "relay: read, publish, delete": _relay(bootstrap, house.floor, messages),
        }
    )
    house.report.rates("relay", rates, Target(least=0.3))


def _bare(bootstrap: str, messages: int) -> Path:
    sending = producer(bootstrap)
    sending.list_topics(timeout=10)

    async def run(_seconds: float) -> tuple[int, float]:
        numbered = streams(messages)
        started = time.perf_counter()
        await send(sending, TOPIC, _PAYLOAD, numbered)
        return messages, time.perf_counter() - started

    return run


def _relay(bootstrap: str, database: ServiceDatabase, messages: int) -> Path:
    async def run(_seconds: float) -> tuple[int, float]:
        async with await psycopg.AsyncConnection.connect(database.url("owner"), autocommit=True) as owner:
            await owner.execute(b"TRUNCATE outbox")
            for _ in range(STREAMS):
                await owner.execute(_FILL, (TOPIC, uuid4(), TYPE, _PAYLOAD, messages // STREAMS))
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
