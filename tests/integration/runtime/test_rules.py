"""Rules of events at both ends: what breaks one never reaches the outbox, and what comes from elsewhere is counted."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
import structlog
from todo.events import Event
from todo.task_events.v1 import TaskCreated
from todo_bindings.recurring_task.consumers import TaskEventsConsumer
from todo_runtime.config import KafkaAccess
from todo_runtime.errors import PermanentlyBad
from todo_runtime.kafka.tail import TailConsumer
from todo_runtime.outbox import append, outgoing
from todo_runtime.telemetry import metrics
from todo_runtime.testing import eventually
from todo_runtime.wire.headers import headers_of
from todo_runtime.wire.record import EventMeta, Record

from .conftest import NOW, TOPIC, Bench, Recorder, created
from .test_consumer import produce, seen

BROKEN = "completed-has-time"


def broken(key: UUID) -> TaskCreated:
    """An open task with a time of completion."""
    event = created(key, "secret words")
    event.record["task"]["completed_at"] = event.record["task"]["created_at"]
    return event


def foreign(bench: Bench, key: UUID, sequence: int = 1) -> Record:
    """The event as somebody sends it who doesn't look at rules."""
    type_ = TaskCreated.SCHEMA.full_name
    headers = headers_of(uuid4(), type_, "/todo/test", "s", NOW, sequence, None, None, None)
    return Record(TOPIC, 0, sequence, str(key).encode(), bench.codec.encode(broken(key), TOPIC), headers, 0)


def counted() -> float:
    labels = {"topic": TOPIC, "type": TaskCreated.SCHEMA.full_name, "rule": BROKEN}
    return metrics.REGISTRY.get_sample_value("todo_event_rules_broken_total", labels) or 0.0


async def write_a_good_and_a_broken_one(bench: Bench, key: UUID) -> None:
    async with bench.database.transaction() as tx:
        await append(tx, [bench.message(key)])
        await append(tx, [outgoing(bench.codec, TOPIC, broken(key), key=key, subject="s", time=NOW)])


async def test_an_event_that_breaks_a_rule_never_reaches_the_outbox(bench: Bench) -> None:
    key = uuid4()
    with pytest.raises(PermanentlyBad, match=f"Rule {BROKEN} at task") as refused:
        await write_a_good_and_a_broken_one(bench, key)
    assert refused.value.reason == "CONTRACT_VIOLATION"
    assert await bench.value("SELECT count(*) FROM outbox WHERE key = %s", key) == 0
    async with bench.database.transaction() as tx:
        await append(tx, [bench.message(key)])
    assert await bench.value("SELECT count(*) FROM outbox WHERE key = %s", key) == 1


async def test_a_consumer_processes_what_breaks_a_rule_and_counts_it_once(bench: Bench) -> None:
    key, before = uuid4(), counted()
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            await bench.processor(Recorder()).handle([foreign(bench, key)])
    assert await seen(bench, key) == [1]
    assert counted() == before + 1
    (line,) = [one for one in logs if one["event"] == "event_rules_broken"]
    assert line["rules"] == [f"task: {BROKEN}"]
    assert "secret words" not in str(line)
    await bench.processor(Recorder()).handle([foreign(bench, key, 2)])
    assert counted() == before + 2


async def test_a_tail_delivers_what_breaks_a_rule_and_counts_it(bench: Bench) -> None:
    key, before = uuid4(), counted()
    delivered: list[UUID] = []

    async def deliver(batch: Sequence[tuple[Event | None, EventMeta]]) -> None:
        delivered.extend(meta.key for event, meta in batch if event is not None)

    tail = TailConsumer(KafkaAccess(bench.bootstrap), "tests", [TOPIC], TaskEventsConsumer.EVENTS, bench.codec, deliver)
    await tail.start()
    bench.start(tail.run())
    await asyncio.to_thread(produce, bench.bootstrap, [foreign(bench, key)])
    await eventually(lambda: key in delivered)
    assert counted() == before + 1
