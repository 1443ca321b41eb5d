"""Kafka is lost and an empty one takes its place while everything runs: whoever consumes goes over to the new one."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Producer
from todo.events import Event
from todo_runtime.config import KafkaAccess
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, SchemaRegistry, TailConsumer, lag
from todo_runtime.testing import eventually
from todo_runtime.wire.headers import headers_of
from todo_runtime.wire.record import EventMeta, Record
from todo_stack.contracts import bring_topics
from todo_stack.hosted import HostedStack, private_stack

from .conftest import NOW, TOPIC

pytestmark = pytest.mark.own_stack


@pytest.fixture
def kafka() -> Iterator[HostedStack]:
    with private_stack(components=frozenset({"kafka"})) as running:
        yield running


@dataclass
class Consumers:
    """A member of a group and a tail, and what they have heard of: numbers of one stream."""

    bootstrap: str
    key: UUID = field(default_factory=uuid4)
    by_group: list[int] = field(default_factory=list)
    by_tail: list[int] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    async def handle(self, records: Sequence[Record]) -> None:
        """What BatchConsumer asks of a processor."""
        self.by_group.extend(int(record.value or b"") for record in records)

    async def deliver(self, batch: Sequence[tuple[Event | None, EventMeta]]) -> None:
        self.by_tail.extend(meta.sequence for _, meta in batch)

    def report(self, ok: bool, reason: str) -> None:
        if not ok:
            self.trouble.append(reason)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        processor: Any = self
        settings = ConsumerSettings(KafkaAccess(self.bootstrap), "test", (TOPIC,))
        codec = AvroCodec(SchemaRegistry("http://localhost:1"))
        tail = TailConsumer(KafkaAccess(self.bootstrap), "tests", [TOPIC], [], codec, self.deliver)
        await tail.start()
        consumer = BatchConsumer(settings, processor, self.report)
        tasks = [asyncio.create_task(one) for one in (consumer.run(), tail.run())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def hear_of(self, number: int) -> None:
        """Produces an event of the stream and waits until both have it."""
        await asyncio.to_thread(_produce, self.bootstrap, self.key, number)
        await eventually(lambda: number in self.by_group and number in self.by_tail, within=30)


def _produce(bootstrap: str, key: UUID, number: int) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    headers = headers_of(uuid4(), "todo.unknown", "/todo/test", "s", NOW, number, None, None, None)
    when = int(time.time() * 1_000)
    producer.produce(TOPIC, str(number).encode(), str(key).encode(), headers=list(headers), timestamp=when)
    assert producer.flush(20) == 0


async def test_consumers_go_over_to_the_new_one(kafka: HostedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "INTERVAL", 0.5)
    plan = kafka.blueprint
    consumers = Consumers(plan.kafka_bootstrap)
    async with consumers.running():
        await consumers.hear_of(1)
        await asyncio.to_thread(kafka.halt, "kafka")
        await asyncio.to_thread(shutil.rmtree, plan.config.data.kafka)
        await asyncio.to_thread(kafka.resume, "kafka")
        await asyncio.to_thread(bring_topics, plan.config.root, plan.kafka_bootstrap)
        await consumers.hear_of(2)
        await consumers.hear_of(3)
    assert consumers.by_group == [1, 2, 3]
    assert list(dict.fromkeys(consumers.by_tail)) == [1, 2, 3]
    assert "Kafka was replaced; the consumer is reconnecting." in consumers.trouble
