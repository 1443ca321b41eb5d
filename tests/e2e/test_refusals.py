"""Every method of TaskService and WorkspaceService, tried by those who may not: refused the same way, nothing revealed.

Each method has a request here, on things that are really there; a method without one fails the test.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message_factory import GetMessageClass
from todo.identity.v1 import identity_service_pb2 as identity_pb
from todo.identity.v1.client import IdentityServiceClient
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient
from todo.workspace.v1 import workspace_service_pb2 as workspace_pb
from todo.workspace.v1.client import WorkspaceServiceClient
from todo_runtime.auth import TokenIssuer
from todo_runtime.clock import FixedClock
from todo_stack.hosted import HostedStack

from tests.bench.people import Person, sign_up

NOBODY = UUID(int=7)
GONE = grpc.StatusCode.NOT_FOUND
SERVICES = (
    task_service_pb2.DESCRIPTOR.services_by_name["TaskService"],
    workspace_pb.DESCRIPTOR.services_by_name["WorkspaceService"],
)
READS = {"GetTask", "ListTasks", "SearchTasks", "GetTaskList", "ListTaskLists", "ListTags", "ListSavedFilters"} | {
    *("ExportTasks", "GetWorkspace", "ListMembers")
}
OWN = {"CreateWorkspace", "ListWorkspaces", "AcceptInvitation"}
"""Methods about the caller's own things: a stranger has some too."""


@dataclass(frozen=True)
class House:
    """A shared workspace with one thing of each kind in it."""

    parent: str
    task: str
    task_list: str
    saved_filter: str
    member: str

    def elsewhere(self) -> "House":
        """The same names for things that are not there."""
        here, there = self.parent.rpartition("/")[2], str(uuid4())
        names = {name: getattr(self, name).replace(here, there) for name in self.__dataclass_fields__}
        return replace(self, **names)


def requests_of(house: House) -> dict[str, dict[str, Any]]:
    """Fields of a request that a member with the right role could make, by method."""
    task = task_pb2.Task(name=house.task, title="x")
    parent, name = {"parent": house.parent}, {"name": house.task}
    task_list = task_pb2.TaskList(name=house.task_list, display_name="x")
    saved = task_pb2.SavedFilter(name=house.saved_filter, display_name="x")
    invitation = f"{house.parent}/invitations/{NOBODY}"
    member = workspace_pb.Member(name=house.member, role=workspace_pb.ROLE_VIEWER, email="x@example.com")
    return {
        "CreateTask": parent | {"task": task_pb2.Task(title="x")},
        **dict.fromkeys(("GetTask", "DeleteTask", "UndeleteTask", "CompleteTask", "ReopenTask", "DropTask"), name),
        "MoveTask": name,
        "UpdateTask": {"task": task},
        "ListTasks": parent,
        "SearchTasks": parent | {"query": "milk"},
        "BatchCreateTasks": parent
        | {"requests": [task_service_pb2.CreateTaskRequest(**parent, task=task_pb2.Task(title="x"))]},
        "BatchUpdateTasks": parent | {"requests": [task_service_pb2.UpdateTaskRequest(task=task)]},
        "BatchCompleteTasks": parent | {"requests": [task_service_pb2.CompleteTaskRequest(name=house.task)]},
        "BatchDeleteTasks": parent | {"requests": [task_service_pb2.DeleteTaskRequest(name=house.task)]},
        "SnoozeReminder": name | {"delay": Duration(seconds=60)},
        "Undo": parent | {"task": house.task},
        "CreateTaskList": parent | {"task_list": task_pb2.TaskList(display_name="x")},
        **{key: {"name": house.task_list} for key in ("GetTaskList", "DeleteTaskList")},
        "UpdateTaskList": {"task_list": task_list},
        "ListTaskLists": parent,
        "ListTags": parent,
        "RenameTag": parent | {"tag": "home", "new_tag": "work"},
        "CreateSavedFilter": parent | {"saved_filter": task_pb2.SavedFilter(display_name="x")},
        "ListSavedFilters": parent,
        "UpdateSavedFilter": {"saved_filter": saved},
        "DeleteSavedFilter": {"name": house.saved_filter},
        "ImportTasks": parent | {"data": b'{"title": "x"}\n'},
        "ExportTasks": parent,
        "CreateWorkspace": {"workspace": workspace_pb.Workspace(display_name="x")},
        "ListWorkspaces": {},
        **{key: {"name": house.parent} for key in ("GetWorkspace", "DeleteWorkspace")},
        "UpdateWorkspace": {"workspace": workspace_pb.Workspace(name=house.parent, display_name="x")},
        "AddMember": parent | {"member": member},
        "ListMembers": parent,
        "UpdateMember": {"member": member},
        "RemoveMember": {"name": house.member},
        "CreateInvitation": parent
        | {"invitation": workspace_pb.Invitation(email="x@example.com", role=workspace_pb.ROLE_VIEWER)},
        "ListInvitations": parent,
        "AcceptInvitation": {"code": "nonsense"},
        "RevokeInvitation": {"name": invitation},
    }


METHODS = [method.full_name for service in SERVICES for method in service.methods]


@dataclass
class World:
    """A house, its people, and the way in."""

    channel: grpc.aio.Channel
    house: House
    owner: Person
    viewer: Person
    stranger: Person
    expired: tuple[tuple[str, str], ...]
    revoked: tuple[tuple[str, str], ...]

    async def ask(self, method: str, house: House, metadata: Any) -> tuple[grpc.StatusCode, str]:
        """Status and message of one call."""
        service, _, name = method.rpartition(".")
        descriptor = next(one for one in SERVICES if one.full_name == service).methods_by_name[name]
        request = GetMessageClass(descriptor.input_type)(**requests_of(house)[name])
        path = f"/{service}/{name}"
        codec = {
            "request_serializer": lambda message: message.SerializeToString(),
            "response_deserializer": GetMessageClass(descriptor.output_type).FromString,
        }
        try:
            if descriptor.client_streaming:
                await self.channel.stream_unary(path, **codec)(iter([request]), metadata=metadata, timeout=10)
            elif descriptor.server_streaming:
                async for _ in self.channel.unary_stream(path, **codec)(request, metadata=metadata, timeout=10):
                    pass
            else:
                await self.channel.unary_unary(path, **codec)(request, metadata=metadata, timeout=10)
        except grpc.aio.AioRpcError as error:
            return error.code(), error.details() or ""
        return grpc.StatusCode.OK, ""

    async def etag(self) -> str:
        """The version of the task in the house."""
        request = task_service_pb2.GetTaskRequest(name=self.house.task)
        return (await TaskServiceClient(self.channel).get_task(request, metadata=self.owner.metadata)).etag


@pytest.fixture
async def world(running_system: HostedStack) -> AsyncIterator[World]:
    plan = running_system.blueprint
    async with grpc.aio.insecure_channel(f"127.0.0.1:{plan.ports['chat_api_grpc']}") as channel:
        owner, viewer, stranger, leaver = await sign_up(channel, 4)
        house = await _house(channel, owner, viewer)
        key = (plan.config.data.secrets / "chat_api" / "signing-key").read_text()
        past = TokenIssuer("chat_api", key, FixedClock(datetime.now(UTC) - timedelta(days=90)))
        old = past.person(owner.user, uuid4(), 0, timedelta(minutes=15))
        await IdentityServiceClient(channel).sign_out(identity_pb.SignOutRequest(), metadata=leaver.metadata)
        yield World(channel, house, owner, viewer, stranger, _bearer(old), leaver.metadata)


async def _house(channel: grpc.aio.Channel, owner: Person, viewer: Person) -> House:
    workspaces, tasks = WorkspaceServiceClient(channel), TaskServiceClient(channel)
    wanted = workspace_pb.CreateWorkspaceRequest(workspace=workspace_pb.Workspace(display_name="House"))
    parent = (await workspaces.create_workspace(wanted, metadata=owner.metadata)).name
    me = await IdentityServiceClient(channel).get_me(identity_pb.GetMeRequest(), metadata=viewer.metadata)
    member = workspace_pb.Member(email=me.email, role=workspace_pb.ROLE_VIEWER)
    added = await workspaces.add_member(
        workspace_pb.AddMemberRequest(parent=parent, member=member), metadata=owner.metadata
    )
    task = await tasks.create_task(
        task_service_pb2.CreateTaskRequest(parent=parent, task=task_pb2.Task(title="milk", tags=["home"])),
        metadata=owner.metadata,
    )
    task_list = await tasks.create_task_list(
        task_service_pb2.CreateTaskListRequest(parent=parent, task_list=task_pb2.TaskList(display_name="Home")),
        metadata=owner.metadata,
    )
    saved = await tasks.create_saved_filter(
        task_service_pb2.CreateSavedFilterRequest(parent=parent, saved_filter=task_pb2.SavedFilter(display_name="All")),
        metadata=owner.metadata,
    )
    return House(parent, task.name, task_list.name, saved.name, added.name)


def _bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


async def test_a_stranger_is_told_of_nothing_and_changes_nothing(world: World) -> None:
    before = await world.etag()
    for method in METHODS:
        name = method.rpartition(".")[2]
        heard = await world.ask(method, world.house, world.stranger.metadata)
        if name in OWN:
            continue
        absent = world.house.elsewhere()
        nothing = await world.ask(method, absent, world.stranger.metadata)
        assert heard[0] is nothing[0] is GONE, (method, heard, nothing)
        here, there = (house.parent.rpartition("/")[2] for house in (world.house, absent))
        assert heard[1].replace(here, "?") == nothing[1].replace(there, "?"), method
    assert await world.etag() == before


async def test_a_viewer_reads_everything_and_changes_nothing(world: World) -> None:
    before = await world.etag()
    for method in METHODS:
        name = method.rpartition(".")[2]
        if name in OWN | {"RemoveMember"}:
            continue  # everybody may leave
        code, text = await world.ask(method, world.house, world.viewer.metadata)
        wanted = grpc.StatusCode.OK if name in READS else grpc.StatusCode.PERMISSION_DENIED
        assert code is wanted, (method, code, text)
    assert await world.etag() == before


@pytest.mark.parametrize("who", ["nobody", "expired", "revoked", "forged"])
async def test_without_a_valid_token_every_method_says_so_first(world: World, who: str) -> None:
    metadata = {"nobody": (), "expired": world.expired, "revoked": world.revoked, "forged": _bearer("a.b.c")}[who]
    said = set()
    for method in METHODS:
        code, text = await world.ask(method, world.house, metadata)
        assert code is grpc.StatusCode.UNAUTHENTICATED, (method, code, text)
        said.add(text)
    assert len(said) == 1
    assert world.house.parent not in said.pop()


async def test_a_thing_of_another_workspace_is_not_in_ones_own(world: World) -> None:
    """The id is right, the workspace is the caller's own: there is no such thing."""
    own = replace(
        world.house,
        **{
            name: getattr(world.house, name).replace(world.house.parent, world.stranger.parent)
            for name in ("task", "task_list", "saved_filter")
        },
        parent=world.stranger.parent,
    )
    for method in METHODS:
        name = method.rpartition(".")[2]
        fields = requests_of(own)[name]
        if not method.startswith("todo.task") or not any(
            key in fields for key in ("name", "task_list", "saved_filter")
        ):
            continue
        if name.startswith("Create"):
            continue
        code, text = await world.ask(method, own, world.stranger.metadata)
        assert code is GONE, (method, code, text)
