"""What is kept for a stated time is purged after it, a bounded number of rows at a time."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from todo_runtime.errors import NotFound
from todo_runtime.idempotency import KEPT
from todo_runtime.retention import BATCH, RetentionWorker
from todo_runtime.testing import eventually

from services.chat_api.retention import PURGES
from services.chat_api.tasks.retention import UNDELETABLE

from .conftest import NOW, Room, draft, request_of

COUNT = "SELECT (SELECT count(*) FROM requests), (SELECT count(*) FROM sent_messages)"
ASKED = """
INSERT INTO requests (scope, actor_id, request_id, method, body_hash, answer, created_at)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'CreateTask', '', '', %s FROM generate_series(1, %s)
"""
SENT = """
WITH c AS (
  INSERT INTO conversations (user_id, id, display_name, is_default, created_at, updated_at)
  SELECT %s, gen_random_uuid(), '', false, now(), now() RETURNING user_id, id
) INSERT INTO sent_messages (user_id, request_id, conversation_id, body_hash, premises, answer, created_at)
  SELECT user_id, gen_random_uuid(), id, '', '{}', NULL, %s FROM c
"""


async def asked(room: Room, at: datetime, count: int = 1) -> None:
    user = (await room.person()).id
    async with room.superuser.transaction() as tx:
        await tx.execute(ASKED, (at, count))
        await tx.execute(SENT, (user, at))


async def test_what_is_older_than_stated_is_purged_and_nothing_else(room: Room) -> None:
    await asked(room, NOW - KEPT - timedelta(seconds=1))
    await asked(room, NOW - KEPT + timedelta(seconds=1))
    await room.purge()
    assert await room.all_rows(COUNT) == [(1, 1)]
    room.clock.advance(timedelta(seconds=2))
    await room.purge()
    assert await room.all_rows(COUNT) == [(0, 0)]


async def test_a_request_is_repeated_until_it_is_purged_and_is_a_new_one_then(room: Room) -> None:
    ada, request = await room.person(), request_of()
    first = await room.tasks.create_task(ada.actor, "personal", draft(), request)
    room.clock.advance(KEPT)
    await room.purge()
    assert (await room.tasks.create_task(ada.actor, "personal", draft(), request)).id == first.id
    room.clock.advance(timedelta(seconds=1))
    await room.purge()
    assert (await room.tasks.create_task(ada.actor, "personal", draft(), request)).id != first.id


async def test_a_batch_is_bounded_and_says_whether_there_may_be_more(room: Room) -> None:
    await asked(room, NOW - KEPT - timedelta(days=1), BATCH + 1)
    assert await room.purge()
    assert await room.all_rows(COUNT) == [(1, 0)]
    assert not await room.purge()
    assert await room.all_rows(COUNT) == [(0, 0)]


async def test_the_worker_goes_on_until_all_is_purged(room: Room) -> None:
    await asked(room, NOW - KEPT - timedelta(days=1), BATCH + 1)
    working = asyncio.create_task(RetentionWorker(room.scheduler, room.clock, PURGES).run())

    async def all_purged() -> bool:
        return await room.all_rows(COUNT) == [(0, 0)]

    try:
        await eventually(all_purged)
        assert not working.done()
    finally:
        working.cancel()


async def test_deleted_tasks_can_be_undeleted_for_so_long_and_are_purged_then(room: Room) -> None:
    ada = await room.person()
    kept, parent = [await room.tasks.create_task(ada.actor, "personal", draft(name)) for name in ("kept", "parent")]
    child = await room.tasks.create_task(ada.actor, "personal", draft("child", parent_id=parent.id))
    for task in (parent, child):
        await room.tasks.delete_task(ada.actor, ada.names(task))
    room.clock.advance(UNDELETABLE)
    await room.purge()
    await room.tasks.undelete_task(ada.actor, ada.names(child))
    room.clock.advance(timedelta(seconds=1))
    await room.purge()
    assert {row[0] for row in await room.all_rows("SELECT title FROM tasks")} == {"kept", "parent", "child"}
    await room.tasks.delete_task(ada.actor, ada.names(child))
    room.clock.advance(UNDELETABLE + timedelta(seconds=1))
    for _ in ("child", "parent"):
        await room.purge()
    assert await room.all_rows("SELECT title FROM tasks") == [("kept",)]
    with pytest.raises(NotFound):
        await room.tasks.undelete_task(ada.actor, ada.names(parent))
    assert (await room.tasks.get_task(ada.actor, ada.names(kept))) == kept


async def test_a_deleted_task_that_is_locked_is_purged_later(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft())
    await room.tasks.delete_task(ada.actor, ada.names(task))
    room.clock.advance(UNDELETABLE + timedelta(seconds=1))
    async with room.superuser.transaction() as tx:
        await tx.execute("SELECT 1 FROM tasks FOR KEY SHARE")
        assert not await room.purge()
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(1,)]
    await room.purge()
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(0,)]


async def test_only_the_role_of_retention_may_purge(room: Room) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await room.rows("SELECT todo_forget_tasks(now(), 1)", actor=uuid4())


async def test_the_role_of_retention_does_not_see_the_answers(room: Room) -> None:
    async with room.scheduler.transaction() as tx:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await tx.fetch_all("SELECT answer FROM requests")
    assert await room.rows("SELECT 1 FROM requests", actor=uuid4()) == []
