"""Files of tasks, out of one workspace and into another: what comes through, once, all or nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.json_format import MessageToJson, Parse
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, ResourceExhausted
from todo_runtime.rpc import Call

from services.chat_api.access.model import Role
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.transfer import model as transfer_model
from services.chat_api.transfer import service as transfer_service

from .conftest import NOW, Person, Room, draft, fresh

PARENT = "workspaces/personal"
EVENTS = "SELECT type FROM outbox WHERE key = %s AND topic = 'task-events' ORDER BY sequence"


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 60, None)


@pytest.fixture
def rpc(room: Room) -> Any:
    return room.task_service


async def pieces(data: bytes, format_: int, request_id: str, size: int, parent: str) -> AsyncIterator[Any]:
    yield pb.ImportTasksRequest(parent=parent, format=format_, request_id=request_id, data=data[:size])  # type: ignore[arg-type]
    for start in range(size, len(data), size):
        yield pb.ImportTasksRequest(data=data[start : start + size])


async def imported(
    rpc: Any,
    person: Person,
    data: bytes,
    format_: int = pb.FILE_FORMAT_CSV,
    request_id: str = "",
    size: int = 1 << 20,
    parent: str = PARENT,
) -> tuple[int, int]:
    response = await rpc.import_tasks(pieces(data, format_, request_id, size, parent), call(person))
    return response.created_count, response.skipped_count


async def exported(rpc: Any, person: Person, format_: int = pb.FILE_FORMAT_CSV, filter_: str = "") -> bytes:
    request = pb.ExportTasksRequest(parent=PARENT, format=format_, filter=filter_)  # type: ignore[arg-type]
    return b"".join([piece.data async for piece in rpc.export_tasks(request, call(person))])


async def listed(rpc: Any, person: Person) -> list[task_pb2.Task]:
    return list((await rpc.list_tasks(pb.ListTasksRequest(parent=PARENT, page_size=1000), call(person))).tasks)


async def full(room: Room, rpc: Any, person: Person) -> None:
    """A workspace with something of everything."""
    wanted = task_pb2.TaskList(display_name="Home")
    home = await rpc.create_task_list(pb.CreateTaskListRequest(parent=PARENT, task_list=wanted), call(person))
    list_id = (await room.lists.select(person.actor, "personal", None, 1))[0].id
    assert home.name.endswith(str(list_id))
    due = LocalTime(date(2026, 12, 1), time(9, 30), "America/New_York")
    reminders = (
        Reminder(UNKNOWN, before=timedelta(minutes=5)),
        Reminder(UNKNOWN, at=datetime(2027, 1, 1, tzinfo=UTC)),
    )
    top = await room.tasks.create_task(
        person.actor,
        "personal",
        draft("=cmd|' /C calc'!A0", notes='two\r\nlines, "quoted"', priority=Priority.URGENT, tags=("b", "a/ü")),
    )
    child = draft("child", parent_id=top.id, due=due, reminders=reminders, task_list_id=list_id)
    await room.tasks.create_task(person.actor, "personal", child)
    repeating = draft("often", rule="FREQ=DAILY", basis=Basis.COMPLETION, estimate=timedelta(hours=1))
    await room.tasks.create_task(person.actor, "personal", repeating)
    done = await room.tasks.create_task(person.actor, "personal", draft("done", start=LocalTime(date(2026, 1, 2))))
    await room.tasks.complete_task(person.actor, person.names(done))
    dropped = await room.tasks.create_task(person.actor, "personal", draft("dropped"))
    await room.tasks.drop_task(person.actor, person.names(dropped))
    gone = await room.tasks.create_task(person.actor, "personal", draft("gone"))
    await room.tasks.delete_task(person.actor, person.names(gone))


def described(tasks: list[task_pb2.Task], lists: dict[str, str]) -> list[dict[str, Any]]:
    """What is to come through: all but ids, positions, versions and who wrote when."""
    titles = {task.name: task.title for task in tasks}
    found = []
    for task in tasks:
        copy = task_pb2.Task()
        copy.CopyFrom(task)
        copy.parent_task = titles.get(task.parent_task, "")
        copy.task_list = lists.get(task.task_list, "")
        copy.notes = copy.notes.replace("\r\n", "\n")
        for name in ("name", "position", "create_time", "creator", "update_time", "updater", "etag"):
            copy.ClearField(name)
        copy.recurrence.ClearField("series")
        for reminder in copy.reminders:
            reminder.id = ""
        found.append({"text": MessageToJson(copy)})
    return found


async def lists_of(rpc: Any, person: Person) -> dict[str, str]:
    response = await rpc.list_task_lists(pb.ListTaskListsRequest(parent=PARENT), call(person))
    return {one.name: one.display_name for one in response.task_lists}


@pytest.mark.parametrize(
    "format_",
    [pb.FILE_FORMAT_UNSPECIFIED, pb.FILE_FORMAT_JSON, pb.FILE_FORMAT_CSV, pb.FILE_FORMAT_ICALENDAR],
)
async def test_everything_comes_through_to_another_workspace(room: Room, rpc: Any, format_: int) -> None:
    ada, bob = await room.person(), await room.person()
    await full(room, rpc, ada)
    data = await exported(rpc, ada, format_)
    assert await imported(rpc, bob, data, format_, size=100) == (5, 0)
    there = await lists_of(rpc, bob)
    assert [*there.values()] == ["Home"]
    assert described(await listed(rpc, bob), there) == described(await listed(rpc, ada), await lists_of(rpc, ada))
    types = [row[0].rpartition(".")[2] for row in await room.all_rows(EVENTS, bob.workspace)]
    assert types == ["TaskCreated"] * 5 + ["TaskCompleted", "TaskDropped"]
    assert await imported(rpc, bob, data, format_) == (0, 5)
    assert await imported(rpc, ada, data, format_) == (0, 5)


@pytest.mark.parametrize("format_", [pb.FILE_FORMAT_TODOIST_CSV, pb.FILE_FORMAT_VIKUNJA])
async def test_formats_of_others_are_not_written(room: Room, rpc: Any, format_: int) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument, match="can't be exported"):
        await exported(rpc, ada, format_)


async def test_projects_of_others_become_lists(room: Room, rpc: Any) -> None:
    ada = await room.person()
    todoist = b"TYPE,CONTENT,PRIORITY,INDENT\nsection,Home,,\ntask,buy @shop,1,1\ntask,milk,4,2\n"
    assert await imported(rpc, ada, todoist, pb.FILE_FORMAT_TODOIST_CSV) == (2, 0)
    vikunja = b'[{"title": "Home", "tasks": [{"id": 1, "title": "paint", "done": true}]}]'
    assert await imported(rpc, ada, vikunja, pb.FILE_FORMAT_VIKUNJA) == (1, 0)
    (home,) = (await lists_of(rpc, ada)).items()
    assert home[1] == "Home"
    buy, milk, paint = await listed(rpc, ada)
    assert {buy.task_list, milk.task_list, paint.task_list} == {home[0]}
    assert (list(buy.tags), buy.priority, milk.parent_task) == (["shop"], task_pb2.PRIORITY_URGENT, buy.name)
    assert paint.status == task_pb2.STATUS_COMPLETED


async def test_json_is_the_contracts_task_a_line(room: Room, rpc: Any) -> None:
    ada = await room.person()
    await full(room, rpc, ada)
    lines = (await exported(rpc, ada, pb.FILE_FORMAT_JSON)).decode().splitlines()
    names = await lists_of(rpc, ada)
    tasks = await listed(rpc, ada)
    for task in tasks:
        task.task_list_display_name = names.get(task.task_list, "")
    assert [Parse(one, task_pb2.Task()) for one in lines] == tasks
    assert len((await exported(rpc, ada, pb.FILE_FORMAT_JSON, "completed")).splitlines()) == 1


async def test_a_csv_file_has_no_formula(room: Room, rpc: Any) -> None:
    ada = await room.person()
    await full(room, rpc, ada)
    assert b",'=cmd|' /C calc'!A0," in await exported(rpc, ada)


async def test_the_same_request_imports_once(room: Room, rpc: Any) -> None:
    ada, id_ = await room.person(), str(uuid4())
    assert await imported(rpc, ada, b"title\nx\n", request_id=id_) == (1, 0)
    assert await imported(rpc, ada, b"title\nx\n", request_id=id_, size=3) == (1, 0)
    with pytest.raises((InvalidArgument, FailedPrecondition)):
        await imported(rpc, ada, b"title\ny\n", request_id=id_)
    assert len(await listed(rpc, ada)) == 1


async def test_a_deleted_task_is_imported_again(room: Room, rpc: Any) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft())
    data = await exported(rpc, ada)
    await room.tasks.delete_task(ada.actor, ada.names(task))
    assert await imported(rpc, ada, data) == (1, 0)
    again = (await listed(rpc, ada))[0]
    await rpc.delete_task(pb.DeleteTaskRequest(name=again.name), call(ada))
    assert await imported(rpc, ada, data) == (1, 0)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ("title\nfine\n \n", "lines[3].title"),
        ("title\nfine\n" + "x" * 501, "lines[3].title"),
        ("title,notes\nfine,\nx," + "n" * 20_001, "lines[3].notes"),
        ("title,tags\nfine,\nx,a!", "lines[3].tags[0]"),
        ("title,recurrence,due_date\nfine,,\nx,FREQ=HOURLY,2026-12-01", "lines[3].recurrence.rule"),
        ("title,recurrence\nfine,\nx,FREQ=DAILY", "lines[3].due"),
        ("title,list\nfine,a\nx," + "l" * 201, "lines[3].list"),
    ],
)
async def test_nothing_is_kept_of_a_file_with_a_fault(room: Room, rpc: Any, data: str, field: str) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await imported(rpc, ada, data.encode())
    assert refused.value.violations[0].field == field
    assert await listed(rpc, ada) == []
    assert await lists_of(rpc, ada) == {}


@pytest.mark.parametrize("data", [b'{"title": 1}', b"[]", b"{", b'{"titel": "x"}', b'{"title":"\\ud800"}', b"\xff"])
async def test_errors_in_json_name_their_line(room: Room, rpc: Any, data: bytes) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await imported(rpc, ada, b'{"title": "fine"}\n' + data, pb.FILE_FORMAT_JSON)
    assert refused.value.violations[0].field.startswith("lines[2]")


async def test_only_the_first_piece_says_where_to(room: Room, rpc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument, match="first message must name"):
        await imported(rpc, ada, b"", parent="")

    async def twice() -> AsyncIterator[Any]:
        yield pb.ImportTasksRequest(parent=PARENT)
        yield pb.ImportTasksRequest(parent=PARENT)

    with pytest.raises(InvalidArgument, match="Only the first message"):
        await rpc.import_tasks(twice(), call(ada))
    monkeypatch.setattr("services.chat_api.transfer.rpc.MAX_BYTES", 10)
    with pytest.raises(InvalidArgument, match="at most"):
        await imported(rpc, ada, b"title\nlonger\n", size=6)


async def test_strangers_and_viewers_are_refused(room: Room, rpc: Any) -> None:
    ada, eve = await room.person(), await room.person()
    with pytest.raises(NotFound):
        await imported(rpc, eve, b"title\nx\n", parent=f"workspaces/{ada.workspace}")
    request = pb.ExportTasksRequest(parent=f"workspaces/{ada.workspace}")
    with pytest.raises(NotFound):
        await anext(rpc.export_tasks(request, call(eve)))
    shared = fresh(await room.workspaces.create_workspace(ada.id, "House"))
    (email,) = (await room.all_rows("SELECT email FROM users WHERE id = %s", eve.id))[0]
    await room.workspaces.add_member(ada.id, str(shared.id), email, Role.VIEWER)
    with pytest.raises(PermissionDenied):
        await imported(rpc, eve, b"title\nx\n", parent=f"workspaces/{shared.id}")
    request = pb.ExportTasksRequest(parent=f"workspaces/{shared.id}", format=pb.FILE_FORMAT_CSV)
    assert [piece async for piece in rpc.export_tasks(request, call(eve))]


async def test_reminders_that_are_over_do_not_fire(room: Room, rpc: Any) -> None:
    ada = await room.person()
    past, ahead = "at:2026-11-20T07:00:00Z", "at:2026-11-20T09:00:00Z"
    await imported(rpc, ada, f"title,reminders\nx,{past} {ahead}\n".encode())
    (task,) = await listed(rpc, ada)
    assert [one.at.ToDatetime(tzinfo=UTC) for one in task.reminders] == [NOW + timedelta(hours=1)]


async def test_only_what_is_not_completed_repeats(room: Room, rpc: Any) -> None:
    """The occurrence after a completed one is a task of its own: it must not be made again."""
    ada = await room.person()
    row = "{0},{0},2026-12-01,FREQ=DAILY\n"
    data = "title,status,due_date,recurrence\n" + "".join(map(row.format, ("open", "completed", "dropped")))
    await imported(rpc, ada, data.encode())
    assert [task.title for task in await listed(rpc, ada) if task.HasField("recurrence")] == ["open", "dropped"]


async def test_a_parent_that_is_nowhere_is_left_out(room: Room, rpc: Any) -> None:
    ada = await room.person()
    await imported(rpc, ada, b"id,title,parent\n1,x,2\n3,y,1\n")
    tasks = {task.title: task for task in await listed(rpc, ada)}
    assert tasks["x"].parent_task == ""
    assert tasks["y"].parent_task == tasks["x"].name


async def test_an_export_is_bounded(room: Room, rpc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await room.person()
    await imported(rpc, ada, b"title\nx\ny\n")
    monkeypatch.setattr(transfer_service, "MAX_EXPORTED", 1)
    with pytest.raises(ResourceExhausted):
        await exported(rpc, ada)


@pytest.mark.parametrize("status", [b"open", b"completed"])
async def test_ten_thousand_tasks_go_in_and_out(room: Room, rpc: Any, status: bytes) -> None:
    ada = await room.person()
    data = b"title,status\n" + b"".join(
        b"task %d,%s\n" % (number, status) for number in range(transfer_model.MAX_TASKS)
    )
    started = monotonic()
    assert await imported(rpc, ada, data) == (transfer_model.MAX_TASKS, 0)
    middle = monotonic()
    lines = (await exported(rpc, ada, pb.FILE_FORMAT_JSON)).splitlines()
    assert monotonic() - middle < 60
    assert middle - started < 60
    assert [Parse(one, task_pb2.Task()).title for one in lines] == [
        f"task {n}" for n in range(transfer_model.MAX_TASKS)
    ]


async def test_an_import_is_taken_back_as_a_whole_and_hides_no_later_change(room: Room, rpc: Any) -> None:
    ada, bob = await room.person(), await room.person()
    await full(room, rpc, ada)
    await imported(rpc, bob, await exported(rpc, ada, pb.FILE_FORMAT_JSON), pb.FILE_FORMAT_JSON)
    before = {task.name for task in await listed(rpc, bob)}
    later = await room.tasks.create_task(bob.actor, "personal", draft("later"))
    undo = pb.UndoRequest(parent=PARENT)
    (undone,) = (await rpc.undo(undo, call(bob))).tasks
    assert undone.name.endswith(str(later.id))
    named = pb.UndoRequest(parent=PARENT, task=f"{PARENT}/tasks/{min(before).rpartition('/')[2]}", change="1")
    assert {task.name for task in (await rpc.undo(named, call(bob))).tasks} == before
    assert await listed(rpc, bob) == []
