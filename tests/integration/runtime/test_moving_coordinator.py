"""The group's place can't be had at first, as after a broker's end: members wait for it, or end with the reason."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaException
from todo_runtime.kafka import batch
from todo_runtime.outbox import append
from todo_runtime.testing import eventually

from .conftest import Bench, Recorder

TOO_SHORT = 0.00001

Answers = Callable[[int], None]


@pytest.fixture
def in_vain(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Has the real client ask for committed offsets so many times without the time to get an answer."""

    def times(count: int) -> None:
        class Hasty(Consumer):
            left = count

            def committed(self, partitions: Any, timeout: float = 10) -> Any:
                Hasty.left -= 1
                return super().committed(partitions, timeout=timeout if Hasty.left < 0 else TOO_SHORT)

        monkeypatch.setattr(batch, "Consumer", Hasty)

    return times


async def test_a_member_waits_for_its_place(bench: Bench, in_vain: Answers) -> None:
    in_vain(3)
    key = uuid4()
    bench.relay()
    consumer = bench.consumer(Recorder())
    async with bench.database.transaction() as tx:
        await append(tx, [bench.message(key)])

    async def arrived() -> bool:
        return bool(await bench.value("SELECT count(*) FROM seen WHERE key = %s", key) == 1)

    await eventually(arrived, within=30)
    assert not consumer.done()
    assert any(not ok and "Timed out" in reason for name, ok, reason in bench.reports if name == "consumer")


async def test_a_member_without_committed_offsets_ends_with_the_reason(
    bench: Bench, in_vain: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_COORDINATOR_TIMEOUT", 0.5)
    in_vain(1_000)
    consumer = bench.consumer(Recorder())
    await asyncio.wait([consumer], timeout=30)
    bench.tasks.remove(consumer)
    with pytest.raises(KafkaException, match="Failed to get committed offsets"):
        consumer.result()


async def test_a_member_that_waits_for_its_place_can_be_stopped(bench: Bench, in_vain: Answers) -> None:
    in_vain(1_000)
    consumer = bench.consumer(Recorder())
    await eventually(lambda: any(not ok for _, ok, _ in bench.reports), within=30)
    await asyncio.wait_for(bench.stop(consumer), 15)
