"""The cache of access: an answer from before a change is not kept."""

import asyncio

import pytest
from todo_runtime.errors import NotFound
from todo_runtime.testing import eventually

from services.chat_api.access.model import Role

from .conftest import Room, fresh

WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


async def test_a_look_that_began_before_a_change_is_not_kept_after_it(room: Room) -> None:
    owner, other = await room.person(), await room.person()
    workspace = str(fresh(await room.workspaces.create_workspace(owner.id, "House")).id)
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", other.id)
    await room.workspaces.add_member(owner.id, workspace, email, Role.EDITOR)
    await room.access.of(owner.id)
    async with room.superuser.transaction() as tx:
        await tx.execute("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE")
        slow = asyncio.create_task(room.access.of(other.id))  # reads the memberships, then waits for the sessions

        async def waits() -> bool:
            return await room.all_rows(WAITING) == [(1,)]

        await eventually(waits, what="the look at the sessions")
        await room.workspaces.remove_member(owner.id, workspace, other.id)
    await slow
    with pytest.raises(NotFound):
        await room.access.open(other.id, workspace)


async def test_a_look_that_nothing_overlapped_is_kept(room: Room) -> None:
    ada = await room.person()
    assert await room.access.of(ada.id) is await room.access.of(ada.id)
    room.access.evict(ada.id)
    assert room.access._loading == {}
