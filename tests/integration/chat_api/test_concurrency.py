"""Many writers: sequences without gaps, locks that hold up only their own workspace, bad rows that fail alone."""

import asyncio
import random
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from todo_runtime.db import Database
from todo_runtime.errors import Aborted, FailedPrecondition, ResourceExhausted
from todo_runtime.outbox import lock_streams
from todo_runtime.testing import eventually

from services.chat_api.access.model import (
    Role,
)
from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain.model import (
    Status,
)
from services.chat_api.tasks.service.batches import BatchItem
from services.chat_api.tasks.writing.create_batcher import (
    CreateBatcher,
    Outcome,
)
from services.chat_api.tasks.writing.workspace_queue import WorkspaceQueue

from .conftest import Person, Room, draft, fresh

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


async def test_a_dropped_task_is_not_completed_over_its_open_subtasks(room: Room) -> None:
    ada = await room.person()
    parent = await room.tasks.create_task(ada.actor, "personal", draft())
    child = await room.tasks.create_task(ada.actor, "personal", draft(parent_id=parent.id))
    await room.tasks.drop_task(ada.actor, ada.names(parent), cascade=True)
    await room.tasks.reopen_task(ada.actor, ada.names(child))
    with pytest.raises(FailedPrecondition):
        await room.tasks.complete_task(ada.actor, ada.names(parent))
    with pytest.raises(FailedPrecondition):
        await room.batches.complete(ada.actor, "personal", [BatchItem(parent.id)])
    await room.tasks.complete_task(ada.actor, ada.names(parent), cascade=True)
    assert (await room.tasks.get_task(ada.actor, ada.names(child))).status is Status.COMPLETED


async def test_a_successor_is_made_once_for_a_predecessor(room: Room) -> None:
    ada = await room.person()
    repeating = draft(rule="FREQ=DAILY", due=LocalTime(date(2026, 12, 1)))
    first = await room.tasks.create_task(ada.actor, "personal", repeating)
    service = replace(ada.actor, service="recurring_task")
    made = await asyncio.gather(
        *(room.tasks.create_successor(service, str(ada.workspace), repeating, first.id) for _ in range(10))
    )
    assert len({task.id for task in made}) == 1
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(2,)]


async def test_a_change_needs_one_connection(room: Room) -> None:
    """With two, changes of as many workspaces as there are connections would wait for each other for ever."""
    owner, other = await room.person(), await room.person()
    workspace = str(fresh(await room.workspaces.create_workspace(owner.id, "House")).id)
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", other.id)
    await room.workspaces.add_member(owner.id, workspace, email, Role.EDITOR)
    repeating = draft(rule="FREQ=DAILY", due=LocalTime(date(2026, 12, 1)), assignee_id=other.id)
    async with Database(room.copy.url(), max_size=1, wait=1.0) as narrow:
        tasks = room.tasks_on(narrow)
        first = await tasks.create_task(owner.actor, workspace, repeating)
        name = owner.names(first)
        given = await tasks.update_task(owner.actor, name, draft(assignee_id=owner.id), {"assignee"})
        taken = await tasks.update_task(owner.actor, name, draft(assignee_id=other.id), {"assignee"})
        assert (given.assignee_id, taken.assignee_id) == (owner.id, other.id)
        service = replace(owner.actor, service="recurring_task")
        follower = await tasks.create_successor(service, workspace, repeating, first.id)
        assert follower.assignee_id == other.id
        batch = await tasks.batch_create_tasks(owner.actor, workspace, [draft(assignee_id=other.id)])
        assert batch[0].assignee_id == other.id


async def test_what_waits_for_a_locked_workspace_has_a_bound_of_its_own(room: Room) -> None:
    held, free = await room.person(), await room.person()
    coalescer = CreateBatcher(room.database, max_waiting=6, max_in_workspace=3)

    def write(person: Person) -> asyncio.Task[Outcome]:
        return asyncio.create_task(coalescer.write(room.tasks._new(person.actor, person.workspace, draft(), None)))

    async with room.database.transaction() as tx:
        await lock_streams(tx, [("task-events", held.workspace)])
        waiting = [write(held) for _ in range(10)]
        await eventually(lambda: any(task.done() for task in waiting), what="the refusal")
        assert [await write(free) for _ in range(10)] == [Outcome.WRITTEN] * 10
        waiting += [write(held) for _ in range(10)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert await write(free) is Outcome.WRITTEN
        assert sum(not task.done() for task in waiting) == 4  # one is being written, three wait in the lane
    heard = await asyncio.gather(*waiting, return_exceptions=True)
    assert heard.count(Outcome.WRITTEN) == 4
    for error in heard:
        if error is not Outcome.WRITTEN:
            assert isinstance(error, ResourceExhausted)
            assert (error.reason, error.metadata) == ("TOO_MANY_WAITING", {"retry_after_seconds": "1"})
    assert await write(held) is Outcome.WRITTEN


async def test_a_lane_of_changes_has_a_bound() -> None:
    lanes, workspace, entered = WorkspaceQueue(2), uuid4(), asyncio.Event()
    go = asyncio.Event()

    async def change() -> None:
        async with lanes.turn(workspace):
            entered.set()
            await go.wait()

    inside = [asyncio.create_task(change()) for _ in range(2)]
    await entered.wait()
    with pytest.raises(ResourceExhausted):
        await change()
    async with lanes.turn(uuid4()):
        go.set()
    await asyncio.gather(*inside)
    await change()
