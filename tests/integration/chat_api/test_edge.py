"""The gRPC edge of chat_api: what is refused names its field, an update looks at its mask, pages are one person's."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from todo.identity.v1 import identity_service_pb2 as identity_pb
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo.workspace.v1 import workspace_service_pb2 as workspace_pb
from todo_runtime.auth import Principal
from todo_runtime.errors import InvalidArgument
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call

from services.chat_api.identity.rpc import IdentityRpc
from services.chat_api.tasks.rpc.tasks import TaskRpc
from services.chat_api.workspaces.rpc.workspaces import WorkspaceRpc

from .conftest import Room, draft

PAGES = PageTokens(b"key")
PARENT = "workspaces/personal"


def call(user: UUID) -> Call:
    return Call("", Principal(user_id=user), uuid4(), None, monotonic() + 10, None)


@pytest.fixture
def tasks(room: Room) -> Any:
    return room.task_service


def field_of(refused: pytest.ExceptionInfo[InvalidArgument]) -> str:
    return refused.value.violations[0].field


@pytest.mark.parametrize("seconds", [-62_135_596_800, -(10**17), 10**17])
async def test_a_reminder_at_an_impossible_time_is_refused_by_name(room: Room, tasks: TaskRpc, seconds: int) -> None:
    ada = await room.person()
    task = task_pb2.Task(title="milk", reminders=[task_pb2.Reminder(at=Timestamp(seconds=seconds))])
    with pytest.raises(InvalidArgument) as refused:
        await tasks.create_task(pb.CreateTaskRequest(parent=PARENT, task=task), call(ada.id))
    assert field_of(refused) == "task.reminders[0].at"


async def test_a_token_that_expires_at_an_impossible_time_is_refused_by_name(room: Room) -> None:
    ada = await room.person()
    token = identity_pb.ApiToken(display_name="robot", expire_time=Timestamp(seconds=10**17))
    with pytest.raises(InvalidArgument) as refused:
        await IdentityRpc(room.identity, PAGES).create_api_token(
            identity_pb.CreateApiTokenRequest(api_token=token), call(ada.id)
        )
    assert field_of(refused) == "api_token.expire_time"


async def test_the_same_reminder_twice_is_refused_by_name(room: Room, tasks: TaskRpc) -> None:
    ada = await room.person()
    task = task_pb2.Task(title="milk", reminders=[task_pb2.Reminder(at=Timestamp(seconds=1_800_000_000))])
    made = await tasks.create_task(pb.CreateTaskRequest(parent=PARENT, task=task), call(ada.id))
    other = task_pb2.Reminder(id=made.reminders[0].id, at=Timestamp(seconds=1_800_000_060))
    made.reminders.append(other)
    with pytest.raises(InvalidArgument) as refused:
        await tasks.update_task(
            pb.UpdateTaskRequest(task=made, update_mask=FieldMask(paths=["reminders"])), call(ada.id)
        )
    assert field_of(refused) == "task.reminders[1].id"


async def test_what_the_server_sets_is_left_out_of_a_mask(room: Room, tasks: TaskRpc) -> None:
    ada = await room.person()
    made = await tasks.create_task(pb.CreateTaskRequest(parent=PARENT, task=task_pb2.Task(title="milk")), call(ada.id))
    wanted = task_pb2.Task(name=made.name, title="bread", status=task_pb2.STATUS_COMPLETED)
    for paths, title in ((["status", "name", "etag"], "milk"), (["status", "title"], "bread")):
        update = pb.UpdateTaskRequest(task=wanted, update_mask=FieldMask(paths=paths))
        changed = await tasks.update_task(update, call(ada.id))
        assert (changed.title, changed.status) == (title, task_pb2.STATUS_OPEN)


async def test_an_update_looks_only_at_what_its_mask_names(room: Room, tasks: TaskRpc) -> None:
    ada = await room.person()
    made = await tasks.create_task(pb.CreateTaskRequest(parent=PARENT, task=task_pb2.Task(title="milk")), call(ada.id))
    nonsense = task_pb2.Task(
        name=made.name,
        title="oat milk",
        due=task_pb2.LocalTime(date="2026-13-45"),
        start=task_pb2.LocalTime(date="2026-12-01", time="09:00", time_zone="No/Where"),
        tags=["no tag!"],
        parent_task="nobody",
        assignee="users/nobody",
        task_list="?",
        reminders=[task_pb2.Reminder(id="?", at=Timestamp(seconds=10**17))],
        recurrence=task_pb2.Recurrence(rule="FREQ=NEVER"),
    )
    request = pb.UpdateTaskRequest(task=nonsense, update_mask=FieldMask(paths=["title"]))
    changed = await tasks.update_task(request, call(ada.id))
    assert (changed.title, changed.etag, len(changed.reminders)) == ("oat milk", "2", 0)
    for path in ("due", "start", "tags", "parent_task", "task_list", "assignee", "reminders", "recurrence"):
        with pytest.raises(InvalidArgument):
            await tasks.update_task(
                pb.UpdateTaskRequest(task=nonsense, update_mask=FieldMask(paths=[path])), call(ada.id)
            )


Page = Callable[[str, UUID], Awaitable[Any]]


def pages_of(room: Room) -> dict[str, Page]:
    """Lists that page, with two entries or more for everybody whom `crowd` has made."""
    tasks, identity = room.task_service, IdentityRpc(room.identity, PAGES)
    workspaces = WorkspaceRpc(room.workspaces, PAGES)

    async def list_tasks(token: str, user: UUID) -> Any:
        return await tasks.list_tasks(pb.ListTasksRequest(parent=PARENT, page_size=1, page_token=token), call(user))

    async def search(token: str, user: UUID) -> Any:
        request = pb.SearchTasksRequest(parent=PARENT, query="milk", page_size=1, page_token=token)
        return await tasks.search_tasks(request, call(user))

    async def tokens(token: str, user: UUID) -> Any:
        request = identity_pb.ListApiTokensRequest(page_size=1, page_token=token)
        return await identity.list_api_tokens(request, call(user))

    async def list_workspaces(token: str, user: UUID) -> Any:
        request = workspace_pb.ListWorkspacesRequest(page_size=1, page_token=token)
        return await workspaces.list_workspaces(request, call(user))

    return {"tasks": list_tasks, "search": search, "tokens": tokens, "workspaces": list_workspaces}


async def crowd(room: Room) -> UUID:
    person = await room.person()
    for number in range(2):
        await room.tasks.create_task(person.actor, "personal", draft(f"milk {number}"))
        await room.identity.create_api_token(person.id, f"robot {number}", None)
        await room.workspaces.create_workspace(person.id, f"House {number}")
    return person.id


LISTS = ("tasks", "search", "tokens", "workspaces")


@pytest.mark.parametrize("name", LISTS)
async def test_pages_follow_each_other_to_the_end(room: Room, name: str) -> None:
    ada, page = await crowd(room), pages_of(room)[name]
    answer, seen = await page("", ada), 1
    while answer.next_page_token:
        answer, seen = await page(answer.next_page_token, ada), seen + 1
    assert seen == (3 if name == "workspaces" else 2)


@pytest.mark.parametrize("name", LISTS)
async def test_a_page_token_is_refused_to_another_person(room: Room, name: str) -> None:
    ada, eve, page = await crowd(room), await crowd(room), pages_of(room)[name]
    token = (await page("", ada)).next_page_token
    with pytest.raises(InvalidArgument) as refused:
        await page(token, eve)
    assert (refused.value.reason, field_of(refused)) == ("PAGE_TOKEN", "page_token")


async def test_a_page_token_is_refused_by_every_other_list(room: Room) -> None:
    ada, pages = await crowd(room), pages_of(room)
    for name, page in pages.items():
        token = (await page("", ada)).next_page_token
        for other in pages.keys() - {name}:
            with pytest.raises(InvalidArgument, match="page token"):
                await pages[other](token, ada)


async def test_a_page_token_is_refused_for_other_arguments(room: Room, tasks: TaskRpc) -> None:
    ada = await crowd(room)
    first = await tasks.list_tasks(pb.ListTasksRequest(parent=PARENT, page_size=1), call(ada))
    request = pb.ListTasksRequest(parent=PARENT, show_deleted=True, page_token=first.next_page_token)
    with pytest.raises(InvalidArgument, match="page token"):
        await tasks.list_tasks(request, call(ada))
    wider = pb.ListTasksRequest(parent=PARENT, page_size=50, page_token=first.next_page_token)
    assert len((await tasks.list_tasks(wider, call(ada))).tasks) == 1


async def test_a_page_token_with_any_character_changed_is_refused(room: Room, tasks: TaskRpc) -> None:
    ada = await crowd(room)
    token = (await tasks.list_tasks(pb.ListTasksRequest(parent=PARENT, page_size=1), call(ada))).next_page_token
    # The last character may have bits that stand for nothing.
    forged = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token) - 1)]
    others = PageTokens(b"another key").asked(pb.ListTasksRequest(parent=PARENT), call(ada)).token_of([])
    for one in (*forged, "", "nonsense", "ü", token[:-4], others):
        request = pb.ListTasksRequest(parent=PARENT, page_size=1, page_token=one or "A")
        with pytest.raises(InvalidArgument, match="page token"):
            await tasks.list_tasks(request, call(ada))
