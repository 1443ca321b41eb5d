"""Answers to requests are kept as long as is stated, and then forgotten, a bounded number at a time."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest
from todo_runtime.testing import eventually

from services.notification.handlers.forgetting import BATCH, KEPT, Forgetter

from .test_delivery import NOW, Room, room

__all__ = ["room"]
COUNT = "SELECT count(*) FROM requests"
ASKED = """
INSERT INTO requests SELECT gen_random_uuid(), gen_random_uuid(), 'MarkRead', '', '', %s FROM generate_series(1, %s)
"""


async def asked(room: Room, at: datetime, count: int = 1) -> None:
    async with room.superuser.transaction() as tx:
        await tx.execute(ASKED, (at, count))


async def test_what_is_older_than_stated_is_forgotten_and_nothing_else(room: Room) -> None:
    await asked(room, NOW - KEPT - timedelta(seconds=1))
    await asked(room, NOW - KEPT + timedelta(seconds=1))
    await Forgetter(room.deliverer, room.clock).forget()
    assert await room.value(COUNT) == 1


async def test_it_goes_on_until_all_is_forgotten(room: Room) -> None:
    await asked(room, NOW - KEPT - timedelta(days=1), BATCH + 1)
    assert await Forgetter(room.deliverer, room.clock).forget()
    assert await room.value(COUNT) == 1
    working = asyncio.create_task(Forgetter(room.deliverer, room.clock).run())

    async def all_forgotten() -> bool:
        return await room.value(COUNT) == 0

    try:
        await eventually(all_forgotten)
        assert not working.done()
    finally:
        working.cancel()


async def test_whoever_forgets_does_not_see_the_answers(room: Room) -> None:
    async with room.deliverer.transaction() as tx:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await tx.fetch_all("SELECT answer FROM requests")
