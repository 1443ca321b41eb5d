"""Batches: all or none, each task once, what is wrong told with its place."""

from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import Aborted, DomainError, FailedPrecondition, InvalidArgument, NotFound
from todo_runtime.rpc import Call

from services.chat_api.tasks.domain.model import (
    Status,
    Task,
)
from services.chat_api.tasks.service.batches import BatchItem

from .conftest import Person, Room, draft

PARENT = "workspaces/personal"
EVENTS = "SELECT split_part(type, '.', 4) FROM outbox WHERE key = %s AND topic = 'task-events' ORDER BY sequence"


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 10, None)


@pytest.fixture
def rpc(room: Room) -> Any:
    return room.task_service


async def some(room: Room, person: Person, count: int = 3) -> list[Task]:
    return [await room.tasks.create_task(person.actor, "personal", draft(f"task {n}")) for n in range(count)]


async def events(room: Room, person: Person, count: int) -> list[str]:
    return [row[0] for row in await room.all_rows(EVENTS, person.workspace)][count:]


async def test_many_tasks_change_at_once_and_the_answer_keeps_their_order(room: Room, rpc: Any) -> None:
    ada = await room.person()
    tasks = await some(room, ada)
    names = [f"{PARENT}/tasks/{task.id}" for task in reversed(tasks)]
    request = pb.BatchUpdateTasksRequest(
        parent=PARENT,
        requests=[
            pb.UpdateTaskRequest(task=task_pb2.Task(name=name, priority=task_pb2.PRIORITY_HIGH)) for name in names
        ],
        request_id=str(uuid4()),
    )
    first = await rpc.batch_update_tasks(request, call(ada))
    assert [task.title for task in first.tasks] == ["task 2", "task 1", "task 0"]
    assert {task.priority for task in first.tasks} == {4}
    assert await rpc.batch_update_tasks(request, call(ada)) == first
    assert await events(room, ada, 3) == ["TaskUpdated"] * 3


async def test_what_does_not_change_tells_nothing(room: Room) -> None:
    ada = await room.person()
    tasks = await some(room, ada, 2)
    batch = [
        BatchItem(tasks[0].id, draft=draft("task 0"), fields={"title"}),
        BatchItem(tasks[1].id, draft=draft("x"), fields={"title"}),
    ]
    await room.batches.update(ada.actor, "personal", batch)
    assert await events(room, ada, 2) == ["TaskUpdated"]


async def test_completing_needs_no_order_and_takes_subtasks_along_when_asked(room: Room) -> None:
    ada = await room.person()
    parent = await room.tasks.create_task(ada.actor, "personal", draft("parent"))
    child = await room.tasks.create_task(ada.actor, "personal", draft("child", parent_id=parent.id))
    below = await room.tasks.create_task(ada.actor, "personal", draft("below", parent_id=child.id))
    with pytest.raises(FailedPrecondition) as refused:
        await room.batches.complete(ada.actor, "personal", [BatchItem(parent.id), BatchItem(child.id)])
    assert refused.value.violations[0].field == "requests[0]"
    done = await room.batches.complete(ada.actor, "personal", [BatchItem(parent.id, cascade=True), BatchItem(child.id)])
    assert [task.status for task in done] == [Status.COMPLETED] * 2
    assert (await room.tasks.get_task(ada.actor, ada.names(below))).status is Status.COMPLETED
    assert await events(room, ada, 3) == ["TaskCompleted"] * 3


async def test_two_tasks_cannot_become_parts_of_each_other(room: Room) -> None:
    ada = await room.person()
    one, other = await some(room, ada, 2)
    batch = [
        BatchItem(one.id, draft=draft(parent_id=other.id), fields={"parent_task"}),
        BatchItem(other.id, draft=draft(parent_id=one.id), fields={"parent_task"}),
    ]
    with pytest.raises(InvalidArgument) as refused:
        await room.batches.update(ada.actor, "personal", batch)
    assert refused.value.violations[0].field == "requests[1].task.parent_task"
    assert (await room.tasks.get_task(ada.actor, ada.names(one))).parent_id is None


Wrong = Callable[[list[Task]], list[BatchItem]]
WRONG: dict[str, tuple[Wrong, type[DomainError], str]] = {
    "unknown": (lambda tasks: [BatchItem(tasks[0].id), BatchItem(UUID(int=7))], NotFound, "requests[1]"),
    "old": (lambda tasks: [BatchItem(tasks[0].id), BatchItem(tasks[1].id, "0")], Aborted, "requests[1]"),
    "twice": (lambda tasks: [BatchItem(tasks[0].id), BatchItem(tasks[0].id)], InvalidArgument, "requests[1]"),
}


@pytest.mark.parametrize("fault", WRONG)
@pytest.mark.parametrize("method", ["update", "complete", "delete"])
async def test_with_one_that_is_wrong_none_changes(room: Room, fault: str, method: str) -> None:
    ada = await room.person()
    tasks = await some(room, ada)
    batch, kind, place = WRONG[fault]
    with pytest.raises(kind) as refused:
        await getattr(room.batches, method)(ada.actor, "personal", batch(tasks))
    assert refused.value.violations[0].field == place
    assert await events(room, ada, 3) == []


async def test_another_persons_task_does_not_exist(room: Room) -> None:
    ada, eve = await room.person(), await room.person()
    tasks = await some(room, ada, 1)
    with pytest.raises(NotFound):
        await room.batches.delete(eve.actor, "personal", [BatchItem(tasks[0].id)])


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (pb.UpdateTaskRequest(task=task_pb2.Task(name="workspaces/x/tasks/y")), "requests[0].task.name"),
        (
            pb.UpdateTaskRequest(
                task=task_pb2.Task(name=f"{PARENT}/tasks/{UUID(int=7)}"), update_mask=FieldMask(paths=["colour"])
            ),
            "requests[0].update_mask",
        ),
        (
            pb.UpdateTaskRequest(task=task_pb2.Task(name=f"{PARENT}/tasks/{UUID(int=7)}", assignee="bob")),
            "requests[0].task.assignee",
        ),
    ],
)
async def test_a_part_that_is_wrong_is_told_with_its_place(room: Room, rpc: Any, part: Any, field: str) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await rpc.batch_update_tasks(pb.BatchUpdateTasksRequest(parent=PARENT, requests=[part]), call(ada))
    assert refused.value.violations[0].field == field


async def test_a_new_task_that_is_wrong_is_told_with_its_place_and_none_is_made(room: Room) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await room.tasks.batch_create_tasks(ada.actor, "personal", [draft(), draft(" ")])
    assert refused.value.violations[0].field == "requests[1].task.title"
    assert await events(room, ada, 0) == []


@pytest.mark.parametrize(
    "fields", [{"assignee_id": UUID(int=7)}, {"task_list_id": UUID(int=7)}, {"parent_id": UUID(int=7)}]
)
async def test_what_points_at_nothing_is_told_with_its_place(room: Room, fields: dict[str, Any]) -> None:
    ada = await room.person()
    tasks = await some(room, ada, 2)
    name = {"assignee_id": "assignee", "task_list_id": "task_list", "parent_id": "parent_task"}[next(iter(fields))]
    bad = BatchItem(tasks[1].id, "", draft(**fields), {name})
    for work in (
        room.tasks.batch_create_tasks(ada.actor, "personal", [draft(), draft(**fields)]),
        room.batches.update(ada.actor, "personal", [BatchItem(tasks[0].id, "", draft("new"), {"title"}), bad]),
    ):
        with pytest.raises(DomainError) as refused:
            await work
        assert refused.value.violations[0].field == f"requests[1].task.{name}"
    assert await events(room, ada, 2) == []


async def test_a_request_id_may_occur_once_in_a_batch(room: Room, rpc: Any) -> None:
    ada = await room.person()
    part = pb.DeleteTaskRequest(name=f"{PARENT}/tasks/{UUID(int=7)}", request_id=str(uuid4()))
    with pytest.raises(InvalidArgument) as refused:
        await rpc.batch_delete_tasks(pb.BatchDeleteTasksRequest(parent=PARENT, requests=[part, part]), call(ada))
    assert refused.value.violations[0].field == "requests[1].request_id"
