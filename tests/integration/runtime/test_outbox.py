"""Outbox order and the relay: nothing lost, nothing out of order, whatever is slow or killed."""

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import pytest
from todo_runtime.db import Transaction
from todo_runtime.outbox import append, lock_streams
from todo_runtime.testing import eventually
from todo_stack.hosted import HostedStack

from .conftest import TOPIC, Bench, Recorder

SEEN = "SELECT array_agg(sequence ORDER BY place) FROM seen WHERE key = %s"


async def write(bench: Bench, keys: list[UUID], pause: float) -> None:
    async with bench.database.transaction() as tx:
        await append(tx, [bench.message(key) for key in keys])
        await tx.execute("SELECT pg_sleep(%s)", (pause,))


async def test_sequences_are_gapless_and_in_outbox_order_under_slow_transactions(bench: Bench) -> None:
    keys = [uuid4() for _ in range(4)]
    chosen = random.Random(7)
    await asyncio.gather(*(write(bench, chosen.sample(keys, 2), chosen.random() / 50) for _ in range(60)))
    for key in keys:
        order = await bench.value("SELECT array_agg(sequence ORDER BY id) FROM outbox WHERE key = %s", key)
        assert order == list(range(1, len(list(order)) + 1))


async def test_a_failed_transaction_uses_up_no_number(bench: Bench) -> None:
    key = uuid4()

    async def fail() -> None:
        async with bench.database.transaction() as tx:
            await append(tx, [bench.message(key)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with bench.database.transaction() as tx:
        assert await append(tx, [bench.message(key)]) == [1]


async def test_a_locked_stream_is_skipped_and_the_others_are_not(bench: Bench) -> None:
    held, free, new = (TOPIC, uuid4()), (TOPIC, uuid4()), (TOPIC, uuid4())
    async with bench.database.transaction() as tx:
        await lock_streams(tx, [held, free])
    async with bench.database.transaction() as holder:
        await lock_streams(holder, [held])
        async with bench.database.transaction() as tx:
            assert set(await lock_streams(tx, [held, free, new], skip_locked=True)) == {free, new}


async def test_a_stream_that_is_known_is_locked_in_one_statement(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    stream, statements = (TOPIC, uuid4()), list[str]()
    execute = Transaction.execute

    async def count(tx: Transaction, query: str, params: Any = None) -> Any:
        statements.append(query)
        return await execute(tx, query, params)

    monkeypatch.setattr(Transaction, "execute", count)

    async def roll_back() -> None:
        async with bench.database.transaction() as tx:
            await lock_streams(tx, [stream])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await roll_back()  # what was rolled back is not known
    statements.clear()
    for expected in (2, 1):
        async with bench.database.transaction() as tx:
            assert await lock_streams(tx, [stream]) == {stream: 0}
        assert len(statements) == expected
        statements.clear()


async def test_a_known_stream_that_is_gone_is_created_again(bench: Bench) -> None:
    stream = (TOPIC, uuid4())
    bench.database._known_streams.put(stream, value=True)  # as after a restore under a running process
    async with bench.database.transaction() as tx:
        assert await lock_streams(tx, [stream]) == {stream: 0}


async def test_everything_committed_arrives_in_order_and_leaves_the_table(bench: Bench) -> None:
    keys = [uuid4() for _ in range(3)]
    bench.relay()
    bench.consumer(Recorder())
    for _ in range(20):
        await write(bench, keys, 0)

    async def all_seen() -> bool:
        return bool(await bench.value("SELECT count(*) FROM seen WHERE key = ANY (%s)", keys) == 60)

    await eventually(all_seen, within=30)
    for key in keys:
        assert await bench.value(SEEN, key) == list(range(1, 21))

    async def empty() -> bool:
        return bool(await bench.value("SELECT count(*) FROM outbox") == 0)

    await eventually(empty, within=10)


async def test_a_transaction_that_commits_late_is_not_skipped(bench: Bench) -> None:
    """Its rows have lower ids than rows that were published before its commit: a cursor over ids would lose them."""
    late, early = uuid4(), uuid4()
    bench.relay()
    bench.consumer(Recorder())
    async with bench.database.transaction() as slow:
        await append(slow, [bench.message(late)])
        await write(bench, [early], 0)

        async def early_seen() -> bool:
            return bool(await bench.value(SEEN, early) == [1])

        await eventually(early_seen, within=30)

    async def late_seen() -> bool:
        return bool(await bench.value(SEEN, late) == [1])

    await eventually(late_seen, within=30)


async def test_a_relay_with_a_cursor_is_caught_by_that_test(bench: Bench) -> None:
    """The check above can fail: the relay that everybody writes first loses the late row."""
    late, early = uuid4(), uuid4()
    published: list[UUID] = []

    async def cursor_relay(last: int) -> int:
        async with bench.database.transaction() as tx:
            rows = await tx.fetch_all("SELECT id, key FROM outbox WHERE id > %s ORDER BY id", (last,))
        published.extend(key for _, key in rows)
        return max([last, *(int(id_) for id_, _ in rows)])

    async with bench.database.transaction() as slow:
        await append(slow, [bench.message(late)])
        await write(bench, [early], 0)
        last = await cursor_relay(0)
    await cursor_relay(last)
    assert published == [early]


async def test_one_relay_works_at_a_time_and_the_next_takes_over(bench: Bench) -> None:
    first = bench.relay()
    bench.consumer(Recorder())
    key = uuid4()
    await write(bench, [key], 0)

    async def seen(count: int) -> bool:
        return bool(await bench.value("SELECT count(*) FROM seen WHERE key = %s", key) == count)

    await eventually(lambda: seen(1), within=30)
    bench.relay()
    await bench.stop(first)
    await write(bench, [key], 0)
    await eventually(lambda: seen(2), within=30)
    assert await bench.value(SEEN, key) == [1, 2]


async def test_a_killed_broker_loses_nothing(bench: Bench, stack: HostedStack) -> None:
    key = uuid4()
    bench.relay()
    bench.consumer(Recorder())
    await write(bench, [key], 0)
    await asyncio.to_thread(stack.kill, "kafka")
    for _ in range(30):
        await write(bench, [key], 0)
    await asyncio.to_thread(stack.ready, "kafka")

    async def complete() -> bool:
        return bool(await bench.value("SELECT count(*) FROM seen WHERE key = %s", key) == 31)

    await eventually(complete, within=60)
    assert await bench.value(SEEN, key) == list(range(1, 32))


async def test_a_killed_database_is_come_back_to(bench: Bench, stack: HostedStack) -> None:
    key = uuid4()
    bench.relay()
    bench.consumer(Recorder())
    await write(bench, [key], 0)
    await asyncio.to_thread(stack.kill, "postgres")
    await asyncio.to_thread(stack.ready, "postgres")

    async def written() -> bool:
        try:
            await write(bench, [key], 0)
        except Exception as error:
            raise AssertionError from error
        return True

    await eventually(written, within=30)

    async def both_seen() -> bool:
        try:
            return bool(await bench.value(SEEN, key) == [1, 2])
        except Exception as error:
            raise AssertionError from error

    await eventually(both_seen, within=60)
