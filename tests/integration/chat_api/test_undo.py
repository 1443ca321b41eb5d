"""Undo: a change reversed as a new one, later changes kept, conflicts refused; and reminders that are put off."""

from datetime import date, timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from todo_runtime.rpc import Call

from services.chat_api.access.model import (
    Role,
)
from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain.model import (
    Basis,
    Priority,
    Reminder,
    Status,
    Task,
)
from services.chat_api.tasks.service.batches import BatchItem
from services.chat_api.tasks.service.undo import (
    KEPT,
    Target,
)

from .conftest import NOW, Person, Room, draft, fresh

DUE = LocalTime(date(2026, 12, 1))
MINUTE = timedelta(minutes=1)
LATE = Reminder(UUID(int=0), at=NOW + 2 * MINUTE)


async def made(room: Room, person: Person, title: str = "milk", **fields: Any) -> Task:
    task: Task = await room.tasks.create_task(person.actor, "personal", draft(title, **fields))
    return task


async def updated(room: Room, person: Person, task: Task, **fields: Any) -> Task:
    room.clock.advance(MINUTE)
    names = {"parent_id": "parent_task", "assignee_id": "assignee", "task_list_id": "task_list", "rule": "recurrence"}
    after: Task = await room.tasks.update_task(
        person.actor, person.names(task), draft(**fields), {names.get(name, name) for name in fields}
    )
    return after


async def undo(room: Room, person: Person, task: Task | None = None, revision: int | None = None) -> Any:
    room.clock.advance(MINUTE)
    target = Target(task.id, revision) if task else None
    return await room.undos.undo(person.actor, "personal", target)


async def test_the_last_change_is_taken_back_as_a_new_one_and_undoing_that_does_it_again(room: Room) -> None:
    ada = await room.person()
    task = await made(room, ada)
    await updated(room, ada, task, title="oat milk", priority=Priority.HIGH)
    undone = await undo(room, ada)
    assert undone.summary == "Changed back the title and the priority of “milk”"
    (back,) = undone.tasks
    assert (back.title, back.priority, back.revision) == ("milk", Priority.NONE, 3)
    (again,) = (await undo(room, ada)).tasks
    assert (again.title, again.revision) == ("oat milk", 4)


@pytest.mark.parametrize(
    ("method", "summary"),
    [
        ("complete_task", "Opened “milk” again"),
        ("drop_task", "Opened “milk” again"),
        ("delete_task", "Brought “milk” back"),
    ],
)
async def test_each_change_of_state_can_be_taken_back(room: Room, method: str, summary: str) -> None:
    ada = await room.person()
    task = await made(room, ada, reminders=(LATE,), due=DUE, rule="FREQ=DAILY")
    await getattr(room.tasks, method)(ada.actor, ada.names(task))
    undone = await undo(room, ada)
    assert undone.summary == summary
    (back,) = undone.tasks
    assert (back.status, back.deleted_at, back.reminders) == (Status.OPEN, None, task.reminders)


async def test_a_creation_is_taken_back_by_deleting_and_comes_again(room: Room) -> None:
    ada = await room.person()
    await made(room, ada, "older")
    room.clock.advance(MINUTE)
    await made(room, ada)
    undone = await undo(room, ada)
    assert undone.summary == "Removed “milk”"
    assert (await undo(room, ada)).summary == "Brought “milk” back"


async def test_what_was_done_together_is_taken_back_together(room: Room) -> None:
    ada = await room.person()
    parent = await made(room, ada)
    children = [await made(room, ada, f"child {n}", parent_id=parent.id) for n in range(2)]
    await room.tasks.complete_task(ada.actor, ada.names(parent), cascade=True)
    undone = await undo(room, ada, children[1], 2)
    assert undone.summary == "Took back a change of 3 tasks"
    assert {task.status for task in undone.tasks} == {Status.OPEN}
    await room.batches.delete(ada.actor, "personal", [BatchItem(one.id) for one in children])
    assert len((await undo(room, ada)).tasks) == 2


async def test_later_changes_of_other_fields_stay_and_those_of_the_same_are_a_conflict(room: Room) -> None:
    ada = await room.person()
    task = await made(room, ada)
    await updated(room, ada, task, title="oat milk")
    await updated(room, ada, task, notes="two litres")
    (back,) = (await undo(room, ada, task, 2)).tasks
    assert (back.title, back.notes, back.revision) == ("milk", "two litres", 4)
    await updated(room, ada, task, notes="three litres")
    with pytest.raises(Aborted) as refused:
        await undo(room, ada, task, 3)
    assert (refused.value.reason, "notes" in refused.value.message) == ("UNDO_CONFLICT", True)


async def test_only_ones_own_last_change_counts(room: Room) -> None:
    ada, bob = await room.person(), await room.person()
    house = str(fresh(await room.workspaces.create_workspace(ada.id, "House")).id)
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", bob.id)
    await room.workspaces.add_member(ada.id, house, email, Role.EDITOR)
    task = await room.tasks.create_task(ada.actor, house, draft("milk"))
    await room.tasks.update_task(bob.actor, bob.names(task), draft("oat milk"), {"title"})
    with pytest.raises(Aborted):
        await room.undos.undo(ada.actor, house)
    assert (await room.undos.undo(bob.actor, house)).tasks[0].title == "milk"
    await room.workspaces.update_member(ada.id, house, bob.id, Role.VIEWER)
    with pytest.raises(PermissionDenied):
        await room.undos.undo(bob.actor, house)


async def test_what_points_at_something_that_is_gone_is_a_conflict(room: Room) -> None:
    ada = await room.person()
    home = await room.lists.create(ada.actor, "personal", "Home")
    task = await made(room, ada, task_list_id=home.id)
    await updated(room, ada, task, task_list_id=None)
    from services.chat_api.shared.resource_names import TaskListName

    await room.lists.delete(ada.actor, TaskListName("personal", home.id))
    with pytest.raises(Aborted) as refused:
        await undo(room, ada, task, 2)
    assert "list was deleted" in refused.value.message


async def test_a_due_date_that_a_later_recurrence_needs_stays(room: Room) -> None:
    ada = await room.person()
    task = await made(room, ada)
    await updated(room, ada, task, due=DUE)
    await updated(room, ada, task, rule="FREQ=DAILY", basis=Basis.DUE)
    with pytest.raises(Aborted) as refused:
        await undo(room, ada, task, 2)
    assert "repeats from its due date" in refused.value.message


async def test_a_cycle_of_parts_does_not_come_back(room: Room) -> None:
    ada = await room.person()
    one, other = await made(room, ada), await made(room, ada, "other")
    await updated(room, ada, one, parent_id=other.id)
    await updated(room, ada, one, parent_id=None)
    await updated(room, ada, other, parent_id=one.id)
    with pytest.raises(Aborted):
        await undo(room, ada, one, 3)


async def test_no_cycle_comes_of_two_parents_that_come_back_together(room: Room) -> None:
    ada = await room.person()
    a, b, x, y = [await made(room, ada, name) for name in "abxy"]
    for task, parent in ((a, x), (b, y)):
        await updated(room, ada, task, parent_id=parent.id)
    await room.batches.update(ada.actor, "personal", [BatchItem(one.id, fields={"parent_task"}) for one in (a, b)])
    for task, parent in ((x, b), (y, a)):
        await updated(room, ada, task, parent_id=parent.id)
    with pytest.raises(Aborted) as refused:
        await undo(room, ada, a, 3)
    assert refused.value.reason == "UNDO_CONFLICT"
    assert (await room.tasks.get_task(ada.actor, ada.names(a))).parent_id is None


async def test_a_parent_and_its_part_that_changed_places_change_back(room: Room) -> None:
    ada = await room.person()
    one, other = await made(room, ada), await made(room, ada, "other")
    await updated(room, ada, one, parent_id=other.id)
    swapped = [
        BatchItem(one.id, fields={"parent_task"}),
        BatchItem(other.id, "", draft(parent_id=one.id), {"parent_task"}),
    ]
    await room.batches.update(ada.actor, "personal", swapped)
    back = {task.id: task.parent_id for task in (await undo(room, ada)).tasks}
    assert back == {one.id: other.id, other.id: None}


async def test_tasks_that_were_created_together_are_taken_back_together(room: Room) -> None:
    ada = await room.person()
    alone = await made(room, ada, "older")
    batch = await room.tasks.batch_create_tasks(ada.actor, "personal", [draft(name) for name in "abc"])
    undone = await undo(room, ada)
    assert {task.id for task in undone.tasks if task.deleted_at} == {task.id for task in batch}
    assert [task.deleted_at for task in (await undo(room, ada)).tasks] == [None] * 3
    again = await room.tasks.batch_create_tasks(ada.actor, "personal", [draft(name) for name in "de"])
    assert len((await undo(room, ada, again[0], 1)).tasks) == 2
    assert (await room.tasks.get_task(ada.actor, ada.names(alone))).deleted_at is None


async def test_tasks_that_were_created_together_stay_when_one_was_changed(room: Room) -> None:
    ada = await room.person()
    batch = await room.tasks.batch_create_tasks(ada.actor, "personal", [draft(name) for name in "ab"])
    await updated(room, ada, batch[1], title="oat milk")
    with pytest.raises(Aborted):
        await undo(room, ada, batch[0], 1)
    assert (await room.tasks.get_task(ada.actor, ada.names(batch[0]))).deleted_at is None


async def test_a_reminder_that_is_past_does_not_fire_again(room: Room) -> None:
    ada = await room.person()
    task = await made(room, ada, reminders=(LATE,))
    await updated(room, ada, task, reminders=())
    room.clock.advance(timedelta(hours=1))
    (back,) = (await undo(room, ada)).tasks
    assert back.reminders == task.reminders
    assert await room.all_rows("SELECT 1 FROM reminders WHERE task_id = %s", task.id) == []


async def test_a_reminder_that_is_to_come_is_there_again_at_its_moment(room: Room) -> None:
    ada = await room.person()
    whole = Reminder(UUID(int=0), before=timedelta(hours=1))
    task = await made(room, ada, due=DUE, reminders=(whole,))
    await updated(room, ada, task, due=LocalTime(date(2026, 12, 5)))
    (back,) = (await undo(room, ada)).tasks
    assert back.reminders == task.reminders
    ((moment,),) = await room.all_rows("SELECT fires_at FROM reminders WHERE task_id = %s", task.id)
    assert moment == task.reminders[0].fires_at


async def test_with_nothing_to_undo_it_says_so(room: Room) -> None:
    ada, eve = await room.person(), await room.person()
    with pytest.raises(FailedPrecondition):
        await undo(room, ada)
    task = await made(room, ada)
    with pytest.raises(InvalidArgument):
        await undo(room, ada, task, 2)
    with pytest.raises(NotFound):
        await undo(room, eve, task)


async def test_changes_are_kept_for_so_long_and_then_purged(room: Room) -> None:
    ada = await room.person()
    task = await made(room, ada)
    await updated(room, ada, task, title="oat milk")
    room.clock.advance(KEPT + MINUTE)
    with pytest.raises(FailedPrecondition):
        await undo(room, ada)
    await room.purge()
    assert await room.all_rows("SELECT 1 FROM journal") == []


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 10, None)


@pytest.fixture
def rpc(room: Room) -> Any:
    return room.task_service


async def test_an_undo_that_is_repeated_is_done_once(room: Room, rpc: Any) -> None:
    ada = await room.person()
    task = await made(room, ada)
    name = f"workspaces/personal/tasks/{task.id}"
    request = pb.UndoRequest(parent="workspaces/personal", task=name, change="1", request_id=str(uuid4()))
    first = await rpc.undo(request, call(ada))
    assert await rpc.undo(request, call(ada)) == first
    assert first.summary == "Removed “milk”"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"change": "2"}, "task"),
        ({"task": "workspaces/x/tasks/y"}, "task"),
        ({"task": f"workspaces/personal/tasks/{UUID(int=7)}", "change": "²"}, "change"),
    ],
)
async def test_a_bad_request_is_refused_by_field(room: Room, rpc: Any, fields: dict[str, str], field: str) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await rpc.undo(pb.UndoRequest(parent="workspaces/personal", **fields), call(ada))
    assert refused.value.violations[0].field == field


async def snooze(rpc: Any, person: Person, task: Task, reminder: str = "") -> Any:
    name = f"workspaces/personal/tasks/{task.id}"
    return await rpc.snooze_reminder(
        pb.SnoozeReminderRequest(name=name, reminder=reminder, delay=Duration(seconds=600)), call(person)
    )


async def test_the_reminder_that_fired_last_comes_again_after_the_delay(room: Room, rpc: Any) -> None:
    ada = await room.person()
    before_due = Reminder(UUID(int=0), before=timedelta())
    task = await made(room, ada, due=LocalTime(date(2026, 11, 20)), reminders=(before_due, LATE))
    room.clock.advance(timedelta(minutes=30))
    later = await snooze(rpc, ada, task)
    assert len(later.reminders) == 3 or len(later.reminders) == 2
    moment = room.clock.now() + timedelta(minutes=10)
    assert moment in [one.fires_at for one in (await room.tasks.get_task(ada.actor, ada.names(task))).reminders]
    rows = await room.all_rows("SELECT fires_at FROM reminders WHERE task_id = %s AND fired_at IS NULL", task.id)
    assert (moment,) in rows


async def test_a_reminder_at_a_moment_moves_and_one_before_the_due_time_stays(room: Room, rpc: Any) -> None:
    ada = await room.person()
    before_due = Reminder(UUID(int=0), before=timedelta())
    task = await made(room, ada, due=DUE, reminders=(before_due, LATE))
    by_kind = {one.at is None: one for one in task.reminders}
    moved = await snooze(rpc, ada, task, str(by_kind[False].id))
    assert len(moved.reminders) == 2
    joined = await snooze(rpc, ada, task, str(by_kind[True].id))
    assert len(joined.reminders) == 3


async def test_what_cannot_be_put_off_is_refused(room: Room, rpc: Any) -> None:
    ada = await room.person()
    task = await made(room, ada, reminders=(LATE,))
    with pytest.raises(FailedPrecondition):
        await snooze(rpc, ada, task)
    for reminder in (str(uuid4()), "?"):
        with pytest.raises(InvalidArgument) as refused:
            await snooze(rpc, ada, task, reminder)
        assert refused.value.violations[0].field == "reminder"
    await room.tasks.complete_task(ada.actor, ada.names(task))
    with pytest.raises(FailedPrecondition):
        await snooze(rpc, ada, task, str(task.reminders[0].id))
