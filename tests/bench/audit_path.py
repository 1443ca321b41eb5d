"""audit's consumer, with decoding, hashing and the inbox, beside a bare consumer that copies the same messages.

Both read a topic that was filled before, into tables of the same form, each in a database of its own; the clock runs
from the first batch at hand to the last commit. Each round has new messages: audit would know old ones.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from uuid import UUID, uuid4

import psycopg
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition
from todo.dead_letters.v1 import DeadLetter
from todo.task_events.v1 import TaskCreated
from todo_product.access import AccessProjection
from todo_runtime.clock import SystemClock
from todo_runtime.config import KafkaAccess
from todo_runtime.db import Database
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, DeadLetters, Record, SchemaRegistry
from todo_stack.databases import ServiceDatabase

from services.audit.consumer import LogProcessor, Recorder
from services.audit.main import BATCH
from services.audit.store import _COPY, _TYPES
from tests.bench.house import House
from tests.bench.messages import TOPIC, TYPE, new_topic, producer, send, streams, task_created
from tests.bench.rates import Path
from tests.bench.report import Target
from tests.integration.audit.conftest import ToldAccess

_LONGEST = 120.0
_HEADERS, _HASH = bytes(450), bytes(32)


async def measure(house: House) -> None:
    """The bare consumer first."""
    plan = house.stack.blueprint
    async with SchemaRegistry(plan.registry_url) as registry:
        codec = AvroCodec(registry)
        await codec.load([(TOPIC, [TaskCreated]), ("audit-dead-letters", [DeadLetter])])
        filling = _Filling(plan.kafka_bootstrap, codec, house.sizes.messages)
        with house.stack.database("audit") as bare, house.stack.database("audit") as copy:
            async with _log(copy, codec) as processor:
                rates = await house.interleaved(
                    {
                        "bare consume and binary COPY (floor)": _bare(filling, bare),
                        "audit: decode, hash, inbox, COPY": _product(filling, processor),
                    }
                )
    house.report.rates("audit", rates, Target(least=0.4))


class _Filling:
    """Makes topics full of messages."""

    def __init__(self, bootstrap: str, codec: AvroCodec, messages: int) -> None:
        self.bootstrap = bootstrap
        self.messages = messages
        self._producer = producer(bootstrap)
        self._payload = codec.encode(task_created(), TOPIC)

    async def topic(self) -> str:
        """A full one."""
        name = await asyncio.to_thread(new_topic, self.bootstrap)
        await send(self._producer, name, self._payload, streams(self.messages))
        return name


def _bare(filling: _Filling, database: ServiceDatabase) -> Path:
    async def run(_seconds: float) -> tuple[int, float]:
        topic = await filling.topic()
        return filling.messages, await asyncio.to_thread(_copy_all, filling, topic, database)

    return run


def _copy_all(filling: _Filling, topic: str, database: ServiceDatabase) -> float:
    consumer = Consumer(
        {
            "bootstrap.servers": filling.bootstrap,
            "group.id": topic,
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 100,
            "queued.max.messages.kbytes": 16_384,
        }
    )
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, one, OFFSET_BEGINNING) for one in partitions])
    with psycopg.connect(database.url()) as connection:
        started, left = 0.0, filling.messages
        while left:
            messages = consumer.consume(BATCH, timeout=0.25)
            started = started or (time.perf_counter() if messages else 0.0)
            left -= len(messages)
            _copy(connection, messages)
        elapsed = time.perf_counter() - started
    consumer.close()
    return elapsed


def _copy(connection: psycopg.Connection[tuple[object, ...]], messages: Sequence[Message]) -> None:
    """Rows as wide as audit's; only what tells them apart is read off a message."""
    now = datetime.now(UTC)
    with connection.transaction(), connection.cursor().copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for message in messages:
            key, place = UUID(bytes.decode(message.key() or b"")), (message.offset() or 0) + 1
            row = (message.topic(), key, place, key, TYPE, f"workspaces/{key}/tasks/{UUID(int=place)}", now, now)
            copy.write_row(
                (
                    *row,
                    message.partition(),
                    place,
                    _HEADERS,
                    message.value(),
                    1,
                    _HASH,
                    None,
                    place,
                    False,
                    _HASH,
                    _HASH,
                )
            )


class _TimedLog(LogProcessor):
    """audit's processor, which tells how long a number of messages took from the first batch on."""

    def expect(self, messages: int) -> "asyncio.Future[float]":
        """The seconds that so many messages will have taken."""
        self._left, self._started = messages, 0.0
        self._done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        return self._done

    async def handle(self, records: Sequence[Record]) -> None:
        """As Processor."""
        self._started = self._started or time.perf_counter()
        await super().handle(records)
        self._left -= len(records)
        if self._left <= 0 and not self._done.done():
            self._done.set_result(time.perf_counter() - self._started)


@asynccontextmanager
async def _log(copy: ServiceDatabase, codec: AvroCodec) -> AsyncIterator[_TimedLog]:
    clock = SystemClock()
    async with Database(copy.url()) as database:
        access = AccessProjection(database, ToldAccess())
        yield _TimedLog(database, DeadLetters("audit", codec, clock), Recorder(codec, access, clock))


def _pass_on(done: "asyncio.Future[float]", consuming: "asyncio.Task[None]") -> None:
    """A consumer that ends by itself has failed."""
    if not done.done() and not consuming.cancelled() and (error := consuming.exception()):
        done.set_exception(error)


def _product(filling: _Filling, processor: _TimedLog) -> Path:
    async def run(_seconds: float) -> tuple[int, float]:
        topic = await filling.topic()
        settings = ConsumerSettings(KafkaAccess(filling.bootstrap), f"bench-{uuid4()}", (topic,), batch=BATCH)
        done = processor.expect(filling.messages)
        consuming = asyncio.create_task(BatchConsumer(settings, processor).run())
        consuming.add_done_callback(partial(_pass_on, done))
        try:
            async with asyncio.timeout(_LONGEST):
                return filling.messages, await done
        finally:
            consuming.cancel()
            await asyncio.wait({consuming})

    return run
