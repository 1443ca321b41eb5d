"""Consumers: once each, in order, with poison set aside and waiting contained."""

import asyncio
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Producer
from todo_bindings.recurring_task.consumers import TaskEventsConsumer
from todo_runtime import inbox
from todo_runtime.errors import FailedPrecondition, InvalidArgument, RetryLater
from todo_runtime.inbox import Fenced
from todo_runtime.outbox import Outgoing
from todo_runtime.testing import eventually
from todo_runtime.wire.headers import headers_of
from todo_runtime.wire.record import Record

from .conftest import TOPIC, Bench, Recorder

Numbered = tuple[int, Outgoing]


def record(message: Outgoing, sequence: int, offset: int = 0) -> Record:
    headers = headers_of(message.event_id, message.type, "/todo/test", "s", message.time, sequence, None, None, None)
    return Record(TOPIC, 0, offset, str(message.key).encode(), message.payload, headers, 0)


def produce(bootstrap: str, records: list[Record]) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
    for one in records:
        producer.produce(TOPIC, one.value, one.key, headers=list(one.headers))
    assert producer.flush(10) == 0


async def seen(bench: Bench, key: UUID) -> object:
    return await bench.value("SELECT coalesce(array_agg(sequence ORDER BY place), '{}') FROM seen WHERE key = %s", key)


async def test_a_redelivered_batch_has_one_effect(bench: Bench) -> None:
    key = uuid4()
    records = [record(bench.message(key), sequence) for sequence in (1, 2, 3)]
    processor = bench.processor(Recorder())
    for _ in range(3):
        await processor.handle(records)
    assert await seen(bench, key) == [1, 2, 3]


async def test_a_stale_member_is_fenced(bench: Bench) -> None:
    key = uuid4()
    async with bench.database.transaction() as tx:
        stale = await inbox.lock_marks(tx, [(TOPIC, key)])
    await bench.processor(Recorder()).handle([record(bench.message(key), 1)])
    stale.classify(TOPIC, key, 1)
    with pytest.raises(Fenced):
        async with bench.database.transaction() as tx:
            await stale.save(tx)


async def test_two_members_with_the_same_partition_have_one_effect(bench: Bench) -> None:
    key = uuid4()
    records = [record(bench.message(key), sequence) for sequence in range(1, 21)]

    async def member() -> None:
        processor = bench.processor(Recorder())
        for one in records:
            await retried(processor.handle, [one])

    await asyncio.gather(*(member() for _ in range(4)))
    assert await seen(bench, key) == list(range(1, 21))


async def retried(handle: object, records: list[Record]) -> None:
    while True:
        try:
            await handle(records)  # type: ignore[operator]
        except RetryLater:
            continue
        return


async def test_poison_becomes_a_dead_letter_and_the_rest_goes_on(bench: Bench) -> None:
    key = uuid4()
    good, bad = bench.message(key), bench.message(key)
    broken = record(bad, 2, offset=1)
    broken = Record(TOPIC, 0, 1, broken.key, b"\x00\x00\x00\x00\x01\xff", broken.headers, 0)
    headless = Record(TOPIC, 0, 2, b"nobody", b"?", [], 0)
    batch = [record(good, 1), broken, headless, record(good, 3, offset=3)]
    for _ in range(2):
        await bench.processor(Recorder()).handle(batch)
    assert await seen(bench, key) == [1, 3]
    reasons = await bench.value("SELECT array_agg(reason ORDER BY source_offset) FROM dead_letters")
    assert reasons == ["UNDECODABLE", "INVALID_HEADERS"]
    assert await bench.value("SELECT value FROM dead_letters WHERE source_offset = 1") == b"\x00\x00\x00\x00\x01\xff"
    assert await bench.value("SELECT count(*) FROM outbox WHERE topic = 'recurring-task-dead-letters'") == 2


class Refusing(Recorder):
    """Refuses one title until it is told not to."""

    refuses = True

    async def on_task_created(self, tx, event, meta) -> None:  # type: ignore[no-untyped-def]
        if self.refuses and event.task.title == "bad":
            raise InvalidArgument("This is not how it is done.")
        await super().on_task_created(tx, event, meta)


async def test_a_redriven_dead_letter_fills_its_gap_once(bench: Bench) -> None:
    key = uuid4()
    consumer = Refusing()
    processor = bench.processor(consumer)
    await processor.handle([record(bench.message(key, title), n, n) for n, title in enumerate(("a", "bad", "c"), 1)])
    assert await seen(bench, key) == [1, 3]
    async with bench.database.transaction() as tx:
        (letter,) = await bench.dead_letters.list(tx, status="pending", before=None, limit=10)
    with pytest.raises(InvalidArgument):
        await processor.redrive(letter.record)
    consumer.refuses = False
    for _ in range(2):
        await processor.redrive(letter.record)
    assert await seen(bench, key) == [1, 3, 2]


async def test_a_dead_letter_is_discarded_once(bench: Bench) -> None:
    await bench.processor(Recorder()).handle([Record(TOPIC, 0, 0, b"x", b"?", [], 0)])
    async with bench.database.transaction() as tx:
        (letter,) = await bench.dead_letters.list(tx, status="pending", before=None, limit=10)
    assert (await bench.dead_letters.discard(bench.database, letter.id, "operator")).status == "discarded"
    with pytest.raises(FailedPrecondition):
        await bench.dead_letters.discard(bench.database, letter.id, "operator")


class Waiting(Recorder):
    """One workspace has to wait; the others do not."""

    def __init__(self, blocked: UUID) -> None:
        self.blocked: UUID | None = blocked

    async def on_task_created(self, tx, event, meta) -> None:  # type: ignore[no-untyped-def]
        if meta.key == self.blocked:
            raise RetryLater("Not now.")
        await super().on_task_created(tx, event, meta)


async def test_one_stream_that_has_to_wait_does_not_hold_up_the_others(bench: Bench) -> None:
    blocked, free = uuid4(), [uuid4() for _ in range(30)]
    consumer = Waiting(blocked)
    bench.consumer(consumer)
    messages = [record(bench.message(key), n) for n in (1, 2) for key in (blocked, *free)]
    await asyncio.to_thread(produce, bench.bootstrap, messages)

    async def others_are_done() -> bool:
        return bool(await bench.value("SELECT count(*) FROM seen WHERE key = ANY (%s)", free) == 60)

    await eventually(others_are_done, within=30)
    consumer.blocked = None

    async def all_are_done() -> bool:
        return bool(await seen(bench, blocked) == [1, 2])

    await eventually(all_are_done, within=30)


async def test_what_keeps_failing_becomes_a_dead_letter_in_the_end(bench: Bench) -> None:
    blocked = uuid4()
    bench.consumer(Waiting(blocked), retry_timeout=0.3)
    await asyncio.to_thread(produce, bench.bootstrap, [record(bench.message(blocked), 1)])

    async def dead() -> bool:
        return bool(await bench.value("SELECT count(*) FROM dead_letters WHERE stream_key = %s", blocked) == 1)

    await eventually(dead, within=30)


async def test_an_event_of_an_unknown_type_is_passed_over(bench: Bench) -> None:
    key = uuid4()
    known = bench.message(key)
    stranger = record(known, 1)
    headers = [(name, b"todo.task_events.v1.TaskPostponed" if name == "ce_type" else v) for name, v in stranger.headers]
    stranger = Record(TOPIC, 0, 0, stranger.key, stranger.value, headers, 0)
    await bench.processor(Recorder()).handle([stranger, record(known, 2, 1)])
    assert await seen(bench, key) == [2]
    assert await bench.value("SELECT count(*) FROM inbox_holes WHERE key = %s", key) == 0


class Preparing(TaskEventsConsumer):
    """Remembers what it prepared."""

    def __init__(self) -> None:
        self.prepared: list[int] = []

    async def prepare(self, events) -> None:  # type: ignore[no-untyped-def]
        self.prepared += [meta.sequence for _, meta in events]

    async def on_task_created(self, tx, event, meta) -> None:  # type: ignore[no-untyped-def]
        del tx, event
        assert meta.sequence in self.prepared


async def test_events_are_prepared_before_their_transaction(bench: Bench) -> None:
    consumer = Preparing()
    await bench.processor(consumer).handle([record(bench.message(uuid4()), 1)])
    assert consumer.prepared == [1]
