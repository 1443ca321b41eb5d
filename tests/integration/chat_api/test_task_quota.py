"""A workspace holds so many tasks, however they come, and what is deleted makes room."""

import asyncio
from dataclasses import replace

import pytest
from todo_runtime.errors import ResourceExhausted

from services.chat_api.shared import quotas
from services.chat_api.tasks.service.undo import Target

from .conftest import Room, draft, request_of

COUNTED = "SELECT sequence, tasks FROM task_counts"


@pytest.fixture(autouse=True)
def five(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "TASKS", replace(quotas.TASKS, most=5))


async def test_of_many_at_once_there_are_as_many_as_there_is_room_for(room: Room) -> None:
    ada, bob = await room.person(), await room.person()
    made = [room.tasks.create_task(ada.actor, "personal", draft(str(number))) for number in range(8)]
    others = [room.tasks.create_task(bob.actor, "personal", draft(str(number))) for number in range(5)]
    results = await asyncio.gather(*made, *others, return_exceptions=True)
    assert sum(isinstance(one, ResourceExhausted) for one in results[:8]) == 3
    assert not [one for one in results[8:] if isinstance(one, BaseException)]
    rows = await room.all_rows("SELECT count(*) FROM tasks GROUP BY workspace_id")
    assert rows == [(5,), (5,)]


async def test_a_batch_that_has_no_room_is_refused_as_a_whole(room: Room) -> None:
    ada = await room.person()
    await room.tasks.batch_create_tasks(ada.actor, "personal", [draft() for _ in range(3)])
    with pytest.raises(ResourceExhausted, match="at most 5 tasks: delete some first"):
        await room.tasks.batch_create_tasks(ada.actor, "personal", [draft() for _ in range(3)])
    await room.tasks.batch_create_tasks(ada.actor, "personal", [draft() for _ in range(2)])


async def test_deleting_makes_room_and_changes_take_none(room: Room) -> None:
    ada = await room.person()
    task = None
    for number in range(5):
        task = await room.tasks.create_task(ada.actor, "personal", draft(str(number)))
    assert task is not None
    with pytest.raises(ResourceExhausted):
        await room.tasks.create_task(ada.actor, "personal", draft())
    await room.tasks.delete_task(ada.actor, ada.names(task))
    await room.tasks.create_task(ada.actor, "personal", draft())
    with pytest.raises(ResourceExhausted):
        await room.tasks.create_task(ada.actor, "personal", draft())


async def test_what_comes_back_needs_room_like_what_is_new(room: Room) -> None:
    ada = await room.person()
    gone = await room.tasks.create_task(ada.actor, "personal", draft("gone"))
    await room.tasks.delete_task(ada.actor, ada.names(gone))
    for number in range(5):
        await room.tasks.create_task(ada.actor, "personal", draft(str(number)))
    with pytest.raises(ResourceExhausted):
        await room.tasks.undelete_task(ada.actor, ada.names(gone))
    with pytest.raises(ResourceExhausted):
        await room.undos.undo(ada.actor, "personal", Target(gone.id))
    (last,) = await room.all_rows("SELECT id FROM tasks WHERE title = '4'")
    await room.tasks.delete_task(ada.actor, replace(ada.names(gone), task=last[0]))
    await room.tasks.undelete_task(ada.actor, ada.names(gone))


async def test_a_repeat_needs_no_room(room: Room) -> None:
    ada = await room.person()
    request = request_of()
    first = await room.tasks.create_task(ada.actor, "personal", draft(), request)
    for number in range(4):
        await room.tasks.create_task(ada.actor, "personal", draft(str(number)))
    assert await room.tasks.create_task(ada.actor, "personal", draft(), request) == first


async def test_nothing_is_counted_before_it_may_matter(room: Room) -> None:
    ada = await room.person()
    for number in range(5):
        await room.tasks.create_task(ada.actor, "personal", draft(str(number)))
    assert await room.all_rows(COUNTED) == []


async def test_a_count_holds_until_as_much_has_happened_since(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft("once"))
    for number in range(5):
        task = await room.tasks.update_task(ada.actor, ada.names(task), draft(str(number)), {"title"})
    await room.tasks.create_task(ada.actor, "personal", draft())
    counted = await room.all_rows(COUNTED)
    assert counted == [(6, 1)]
    await room.tasks.create_task(ada.actor, "personal", draft())
    assert await room.all_rows(COUNTED) == counted
