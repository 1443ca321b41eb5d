"""Answers to requests are kept as long as is stated, and then deleted, a bounded number at a time."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest
from todo_runtime.db import Transaction
from todo_runtime.errors import RetryLater
from todo_runtime.idempotency import KEPT
from todo_runtime.retention import BATCH, Purge, RetentionWorker
from todo_runtime.testing import eventually

from services.notification.main import PURGES

from .test_delivery import NOW, Room, room

__all__ = ["room"]
COUNT = "SELECT count(*) FROM requests"
ASKED = """
INSERT INTO requests SELECT gen_random_uuid(), gen_random_uuid(), 'MarkRead', '', '', %s FROM generate_series(1, %s)
"""


async def asked(room: Room, at: datetime, count: int = 1) -> None:
    async with room.superuser.transaction() as tx:
        await tx.execute(ASKED, (at, count))


def worker(room: Room, *more: Purge) -> RetentionWorker:
    return RetentionWorker(room.deliverer, room.clock, [*more, *PURGES])


async def test_what_is_older_than_stated_is_deleted_and_nothing_else(room: Room) -> None:
    await asked(room, NOW - KEPT - timedelta(seconds=1))
    await asked(room, NOW - KEPT + timedelta(seconds=1))
    assert not await worker(room).purge()
    assert await room.value(COUNT) == 1


async def test_it_goes_on_until_all_is_deleted(room: Room) -> None:
    await asked(room, NOW - KEPT - timedelta(days=1), BATCH + 1)
    assert await worker(room).purge()
    assert await room.value(COUNT) == 1
    working = asyncio.create_task(worker(room).run())

    async def all_deleted() -> bool:
        return await room.value(COUNT) == 0

    try:
        await eventually(all_deleted)
        assert not working.done()
    finally:
        working.cancel()


async def test_a_purge_that_must_be_retried_does_not_hold_up_the_others(room: Room) -> None:
    async def fail(_tx: Transaction, _before: datetime, _limit: int) -> int:
        raise RetryLater("Not just now.")

    await asked(room, NOW - KEPT - timedelta(days=1))
    await worker(room, Purge(KEPT, fail)).purge()
    assert await room.value(COUNT) == 0


async def test_whoever_deletes_does_not_see_the_answers(room: Room) -> None:
    async with room.deliverer.transaction() as tx:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await tx.fetch_all("SELECT answer FROM requests")
