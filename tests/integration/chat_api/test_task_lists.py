"""Task lists: made, listed, renamed, deleted; tasks go into them, and home to the inbox when a list goes."""

from dataclasses import replace
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, ResourceExhausted
from todo_runtime.rpc import Call

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared import quotas
from services.chat_api.shared.resource_names import TaskListName
from services.chat_api.tasks.domain import lists as rules
from services.chat_api.tasks.domain.model import (
    Basis,
    Status,
)
from services.chat_api.tasks.service import lists as service

from .conftest import Person, Room, draft

PARENT = "workspaces/personal"
EVENTS = "SELECT type FROM outbox WHERE key = %s AND topic = 'task-events' ORDER BY sequence"


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 10, None)


def name_of(one: rules.TaskList) -> TaskListName:
    return TaskListName(str(one.workspace_id), one.id)


@pytest.fixture
def rpc(room: Room) -> Any:
    return room.task_service


async def made(rpc: Any, person: Person, display_name: str, request_id: str = "") -> task_pb2.TaskList:
    wanted = task_pb2.TaskList(display_name=display_name)
    request = pb.CreateTaskListRequest(parent=PARENT, task_list=wanted, request_id=request_id)
    answer: task_pb2.TaskList = await rpc.create_task_list(request, call(person))
    return answer


async def test_a_list_is_made_shown_renamed_and_deleted(room: Room, rpc: Any) -> None:
    ada = await room.person()
    home = await made(rpc, ada, "  Home ")
    assert (home.display_name, home.etag) == ("Home", "1")
    assert await rpc.get_task_list(pb.GetTaskListRequest(name=home.name), call(ada)) == home
    home.display_name = "House"
    renamed = await rpc.update_task_list(pb.UpdateTaskListRequest(task_list=home), call(ada))
    assert (renamed.display_name, renamed.etag) == ("House", "2")
    await rpc.delete_task_list(pb.DeleteTaskListRequest(name=home.name, etag="2"), call(ada))
    with pytest.raises(NotFound):
        await rpc.get_task_list(pb.GetTaskListRequest(name=home.name), call(ada))


async def test_the_same_request_makes_one_list_and_removes_it_once(room: Room, rpc: Any) -> None:
    ada, id_ = await room.person(), str(uuid4())
    first, again = await made(rpc, ada, "Home", id_), await made(rpc, ada, "Home", id_)
    assert first == again
    removal = pb.DeleteTaskListRequest(name=first.name, request_id=str(uuid4()))
    for _ in range(2):
        await rpc.delete_task_list(removal, call(ada))
    assert not (await rpc.list_task_lists(pb.ListTaskListsRequest(parent=PARENT), call(ada))).task_lists


async def test_lists_come_by_name_page_by_page(room: Room, rpc: Any) -> None:
    ada = await room.person()
    for name in ("Work", "Home", "Home", "Garden"):
        await made(rpc, ada, name)
    seen, token = [], ""
    while True:
        page = await rpc.list_task_lists(
            pb.ListTaskListsRequest(parent=PARENT, page_size=1, page_token=token), call(ada)
        )
        seen += [one.display_name for one in page.task_lists]
        if not (token := page.next_page_token):
            break
    assert seen == ["Garden", "Home", "Home", "Work"]


async def test_what_does_not_change_keeps_its_version(room: Room, rpc: Any) -> None:
    ada = await room.person()
    home = await made(rpc, ada, "Home")
    same = await rpc.update_task_list(pb.UpdateTaskListRequest(task_list=home), call(ada))
    assert same == home
    nothing = pb.UpdateTaskListRequest(task_list=task_pb2.TaskList(name=home.name))
    assert await rpc.update_task_list(nothing, call(ada)) == home


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
async def test_a_name_that_is_none_is_refused(room: Room, rpc: Any, name: str) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await made(rpc, ada, name)
    assert refused.value.violations[0].field == "task_list.display_name"


async def test_an_old_etag_is_refused_with_the_current_one(room: Room, rpc: Any) -> None:
    ada = await room.person()
    home = await room.lists.create(ada.actor, "personal", "Home")
    await room.lists.rename(ada.actor, name_of(home), "House")
    with pytest.raises(Aborted) as renamed:
        await room.lists.rename(ada.actor, name_of(home), "Castle", "1")
    with pytest.raises(Aborted):
        await room.lists.delete(ada.actor, name_of(home), "1")
    assert renamed.value.metadata == {"etag": "2"}


async def test_a_workspace_has_only_so_many_lists(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await room.person()
    monkeypatch.setattr(quotas, "TASK_LISTS", replace(quotas.TASK_LISTS, most=1))
    await room.lists.create(ada.actor, "personal", "Home")
    with pytest.raises(ResourceExhausted):
        await room.lists.create(ada.actor, "personal", "Work")


async def test_tasks_go_into_a_list_and_out_again(room: Room, rpc: Any) -> None:
    ada = await room.person()
    home = await made(rpc, ada, "Home")
    wanted = task_pb2.Task(title="milk", task_list=home.name)
    task = await rpc.create_task(pb.CreateTaskRequest(parent=PARENT, task=wanted), call(ada))
    assert task.task_list == home.name
    out = pb.UpdateTaskRequest(task=task_pb2.Task(name=task.name), update_mask=FieldMask(paths=["task_list"]))
    assert (await rpc.update_task(out, call(ada))).task_list == ""
    back = pb.UpdateTaskRequest(task=task_pb2.Task(name=task.name, task_list=home.name))
    assert (await rpc.update_task(back, call(ada))).task_list == home.name


async def test_a_list_that_is_not_there_or_not_here_is_refused(room: Room) -> None:
    ada, eve = await room.person(), await room.person()
    hers = await room.lists.create(eve.actor, "personal", "Hers")
    task = await room.tasks.create_task(ada.actor, "personal", draft())
    for id_ in (uuid4(), hers.id):
        wanted = draft(task_list_id=id_)
        works = [
            ("", room.tasks.create_task(ada.actor, "personal", wanted)),
            ("requests[0].", room.tasks.batch_create_tasks(ada.actor, "personal", [wanted])),
            ("", room.tasks.update_task(ada.actor, ada.names(task), wanted, {"task_list"})),
        ]
        for place, work in works:
            with pytest.raises(FailedPrecondition) as refused:
                await work
            found = (refused.value.reason, refused.value.violations[0].field)
            assert found == ("NO_TASK_LIST", f"{place}task.task_list")


async def test_a_name_that_is_no_list_is_refused_by_field(room: Room, rpc: Any) -> None:
    ada = await room.person()
    wanted = task_pb2.Task(title="milk", task_list="groceries")
    with pytest.raises(InvalidArgument) as refused:
        await rpc.create_task(pb.CreateTaskRequest(parent=PARENT, task=wanted), call(ada))
    assert refused.value.violations[0].field == "task.task_list"


async def test_with_its_list_gone_a_task_is_in_the_inbox_and_says_so(room: Room) -> None:
    ada = await room.person()
    home = await room.lists.create(ada.actor, "personal", "Home")
    tasks = [await room.tasks.create_task(ada.actor, "personal", draft(task_list_id=home.id)) for _ in range(3)]
    await room.tasks.complete_task(ada.actor, ada.names(tasks[1]))
    await room.tasks.delete_task(ada.actor, ada.names(tasks[2]))
    await room.lists.delete(ada.actor, name_of(home))
    found = [await room.tasks.get_task(ada.actor, ada.names(task)) for task in tasks]
    assert [task.task_list_id for task in found] == [None, None, None]
    assert [task.status for task in found] == [Status.OPEN, Status.COMPLETED, Status.OPEN]
    types = [row[0] for row in await room.all_rows(EVENTS, ada.workspace)]
    assert types[-3:] == ["todo.task_events.v1.TaskUpdated"] * 3
    assert (await room.tasks.undelete_task(ada.actor, ada.names(tasks[2]))).deleted_at is None


async def test_a_list_too_large_for_one_transaction_stays(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await room.person()
    home = await room.lists.create(ada.actor, "personal", "Home")
    for _ in range(2):
        await room.tasks.create_task(ada.actor, "personal", draft(task_list_id=home.id))
    monkeypatch.setattr(service, "MAX_TASKS_MOVED", 1)
    with pytest.raises(FailedPrecondition):
        await room.lists.delete(ada.actor, name_of(home))
    assert (await room.lists.get(ada.actor, name_of(home))).id == home.id


async def test_the_next_occurrence_goes_to_the_inbox_when_its_list_is_gone(room: Room) -> None:
    ada = await room.person()
    home = await room.lists.create(ada.actor, "personal", "Home")
    repeating = draft(rule="FREQ=DAILY", due=None, basis=Basis.COMPLETION, task_list_id=home.id)
    first = await room.tasks.create_task(ada.actor, "personal", repeating)
    await room.tasks.complete_task(ada.actor, ada.names(first))
    await room.lists.delete(ada.actor, name_of(home))
    robot = Actor(ada.id, ada.actor.time_zone, "recurring_task")
    following = await room.tasks.create_successor(robot, "personal", repeating, first.id)
    assert following.task_list_id is None
