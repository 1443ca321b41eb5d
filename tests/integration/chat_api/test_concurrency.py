"""Many writers: sequences without gaps, locks that hold up only their own workspace, bad rows that fail alone."""

import asyncio
import random
from uuid import uuid4

import pytest
from todo_runtime.errors import Aborted, FailedPrecondition
from todo_runtime.outbox import lock_streams

from services.chat_api.domain.model import Status

from .conftest import Person, Room, draft

ORDER = "SELECT array_agg(sequence ORDER BY id) FROM outbox WHERE topic = 'task-events' AND key = %s"


async def test_sequences_are_gapless_in_commit_order_whatever_is_mixed(room: Room) -> None:
    people = [await room.person() for _ in range(5)]
    chosen = random.Random(3)

    async def work(person: Person) -> None:
        task = await room.tasks.create_task(person.actor, "personal", draft())
        if chosen.random() < 0.5:
            await room.tasks.complete_task(person.actor, person.names(task))
        else:
            await room.tasks.update_task(person.actor, person.names(task), draft("oat milk"), {"title"})

    await asyncio.gather(*(work(people[number % 5]) for number in range(200)))
    for person in people:
        ((order,),) = await room.all_rows(ORDER, person.workspace)
        assert order == list(range(1, 81))


async def test_a_locked_workspace_holds_up_nobody_else_and_keeps_its_order(room: Room) -> None:
    held, free = await room.person(), await room.person()
    async with room.database.transaction() as tx:
        await lock_streams(tx, [("task-events", held.workspace)])
        waiting = [
            asyncio.create_task(room.tasks.create_task(held.actor, "personal", draft(f"waiting {number}")))
            for number in range(5)
        ]
        for _ in range(20):
            await room.tasks.create_task(free.actor, "personal", draft())
        assert not any(task.done() for task in waiting)
    await asyncio.gather(*waiting)
    titles = await room.rows("SELECT title FROM tasks ORDER BY position", actor=held.id)
    assert sorted(titles) == [(f"waiting {number}",) for number in range(5)]


async def test_changes_that_wait_for_a_locked_workspace_leave_connections_to_the_others(room: Room) -> None:
    held, free = await room.person(), await room.person()
    tasks = [await room.tasks.create_task(held.actor, "personal", draft()) for _ in range(30)]
    async with room.database.transaction() as tx:
        await lock_streams(tx, [("task-events", held.workspace)])
        waiting = [asyncio.create_task(room.tasks.complete_task(held.actor, held.names(task))) for task in tasks]
        for _ in range(5):
            made = await room.tasks.create_task(free.actor, "personal", draft())
            await room.tasks.complete_task(free.actor, free.names(made))
        assert not any(task.done() for task in waiting)
    assert {task.status for task in await asyncio.gather(*waiting)} == {Status.COMPLETED}


async def test_a_bad_task_fails_alone(room: Room) -> None:
    ada = await room.person()
    drafts = [draft(f"task {n}", parent_id=uuid4() if n == 7 else None) for n in range(20)]
    results = await asyncio.gather(
        *(room.tasks.create_task(ada.actor, "personal", one) for one in drafts), return_exceptions=True
    )
    assert [n for n, result in enumerate(results) if isinstance(result, FailedPrecondition)] == [7]
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(19,)]


async def test_a_batch_is_created_as_a_whole_or_not_at_all(room: Room) -> None:
    ada = await room.person()
    with pytest.raises(FailedPrecondition):
        await room.tasks.batch_create_tasks(ada.actor, "personal", [draft(), draft(parent_id=uuid4())])
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(0,)]
    assert len(await room.tasks.batch_create_tasks(ada.actor, "personal", [draft(), draft()])) == 2


async def test_of_two_who_edit_the_second_is_told_the_current_version(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft())
    await room.tasks.update_task(ada.actor, ada.names(task), draft("first"), {"title"}, task.etag)
    with pytest.raises(Aborted) as refused:
        await room.tasks.update_task(ada.actor, ada.names(task), draft("second"), {"title"}, task.etag)
    assert refused.value.metadata == {"etag": "2"}
    assert (await room.tasks.get_task(ada.actor, ada.names(task))).title == "first"


async def test_what_changes_nothing_emits_nothing(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft())
    await room.tasks.update_task(ada.actor, ada.names(task), draft("buy milk"), {"title"})
    await room.tasks.reopen_task(ada.actor, ada.names(task))
    assert await room.all_rows(ORDER, ada.workspace) == [([1],)]


async def test_subtasks_stand_in_the_way_or_are_completed_too(room: Room) -> None:
    ada = await room.person()
    parent = await room.tasks.create_task(ada.actor, "personal", draft("parent"))
    child = await room.tasks.create_task(ada.actor, "personal", draft("child", parent_id=parent.id))
    with pytest.raises(FailedPrecondition, match="subtasks"):
        await room.tasks.complete_task(ada.actor, ada.names(parent))
    await room.tasks.complete_task(ada.actor, ada.names(parent), cascade=True)
    assert (await room.tasks.get_task(ada.actor, ada.names(child))).status is Status.COMPLETED


async def test_a_successor_is_made_once_for_a_predecessor(room: Room) -> None:
    from dataclasses import replace
    from datetime import date

    from services.chat_api.domain.model import LocalTime

    ada = await room.person()
    repeating = draft(rule="FREQ=DAILY", due=LocalTime(date(2026, 12, 1)))
    first = await room.tasks.create_task(ada.actor, "personal", repeating)
    service = replace(ada.actor, service="recurring_task")
    made = await asyncio.gather(
        *(room.tasks.create_task(service, str(ada.workspace), repeating, None, first.id) for _ in range(10))
    )
    assert len({task.id for task in made}) == 1
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(2,)]
