"""The tail of the topics on a real broker: what comes from now on is delivered, the last minute only recalled."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from confluent_kafka import KafkaError, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from todo.events import Event
from todo_bindings.recurring_task.consumers import TaskEventsConsumer
from todo_runtime.config import KafkaAccess
from todo_runtime.kafka import lag
from todo_runtime.kafka.tail import TailConsumer
from todo_runtime.testing import eventually
from todo_runtime.wire.record import EventMeta, Record

from .conftest import Bench
from .test_consumer import record


@dataclass
class Listener:
    """A tail, and what it told of a key."""

    bench: Bench
    topic: str
    key: UUID = field(default_factory=uuid4)
    recalled: list[int] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    reports: list[tuple[bool, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tail = TailConsumer(
            KafkaAccess(self.bench.bootstrap),
            "tests",
            [self.topic],
            TaskEventsConsumer.EVENTS,
            self.bench.codec,
            self._deliver,
            lambda ok, reason: self.reports.append((ok, reason)),
            recall=self._recall,
        )

    async def produce(self, sequence: int, *, seconds_ago: float = 0.0) -> None:
        one = record(self.bench.message(self.key), sequence)
        await asyncio.to_thread(_produce, self.bench.bootstrap, self.topic, one, time.time() - seconds_ago)

    async def _deliver(self, batch: Sequence[tuple[Event | None, EventMeta]]) -> None:
        self.delivered.extend(meta.sequence for _, meta in batch if meta.key == self.key)

    def _recall(self, meta: EventMeta) -> None:
        if meta.key == self.key:
            self.recalled.append(meta.sequence)


def _produce(bootstrap: str, topic: str, one: Record, when: float) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(topic, one.value, one.key, headers=list(one.headers), timestamp=int(when * 1_000))
    assert producer.flush(10) == 0


@pytest.fixture
def listener(bench: Bench) -> Listener:
    topic = f"tail-{uuid4()}"
    admin = AdminClient({"bootstrap.servers": bench.bootstrap})
    admin.create_topics([NewTopic(topic, num_partitions=1)])[topic].result(10)
    return Listener(bench, topic)


async def test_what_comes_after_the_start_is_delivered_and_what_came_just_before_is_recalled(
    listener: Listener,
) -> None:
    await listener.produce(1, seconds_ago=3_600)
    await listener.produce(2)
    await listener.produce(3)
    await listener.tail.start()
    assert (listener.recalled, listener.delivered) == ([2, 3], [])
    listener.bench.start(listener.tail.run())
    await listener.produce(4)
    await eventually(lambda: listener.delivered == [4])
    assert listener.recalled == [2, 3]


async def test_it_is_well_again_when_the_broker_is(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "INTERVAL", 0.1)
    await listener.tail.start()
    listener.bench.start(listener.tail.run())
    listener.tail._on_error(KafkaError(KafkaError._ALL_BROKERS_DOWN))
    await eventually(
        lambda: (False, "The broker reported an error: Local: All broker connections are down") in listener.reports
    )
    await eventually(lambda: listener.reports[-1] == (True, ""))
