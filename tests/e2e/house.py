"""A shared workspace with one thing of each kind, and a request for each method of TaskService and WorkspaceService."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message_factory import GetMessageClass
from todo.identity.v1 import identity_service_pb2 as identity_pb
from todo.identity.v1.client import IdentityServiceClient
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient
from todo.workspace.v1 import workspace_service_pb2 as workspace_pb
from todo.workspace.v1.client import WorkspaceServiceClient

from tests.bench.people import Person

NOBODY = UUID(int=7)
SERVICES = (
    task_service_pb2.DESCRIPTOR.services_by_name["TaskService"],
    workspace_pb.DESCRIPTOR.services_by_name["WorkspaceService"],
)
METHODS = [method.full_name for service in SERVICES for method in service.methods]


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


async def asked(channel: grpc.aio.Channel, method: str, house: House, metadata: Any, **fields: Any) -> Any:
    """One call of a method on the things of a house, with some fields changed; its answer, or all of a stream."""
    service, _, name = method.rpartition(".")
    descriptor = next(one for one in SERVICES if one.full_name == service).methods_by_name[name]
    request = GetMessageClass(descriptor.input_type)(**requests_of(house)[name] | fields)
    path = f"/{service}/{name}"
    codec: dict[str, Any] = {
        "request_serializer": lambda message: message.SerializeToString(),
        "response_deserializer": GetMessageClass(descriptor.output_type).FromString,
    }
    if descriptor.client_streaming:
        return await channel.stream_unary(path, **codec)(iter([request]), metadata=metadata, timeout=10)
    if not descriptor.server_streaming:
        return await channel.unary_unary(path, **codec)(request, metadata=metadata, timeout=10)
    return [one async for one in channel.unary_stream(path, **codec)(request, metadata=metadata, timeout=10)]


async def built(channel: grpc.aio.Channel, owner: Person, viewer: Person) -> House:
    """A new house."""
    workspaces, tasks = WorkspaceServiceClient(channel), TaskServiceClient(channel)
    wanted = workspace_pb.CreateWorkspaceRequest(workspace=workspace_pb.Workspace(display_name="House"))
    parent = (await workspaces.create_workspace(wanted, metadata=owner.metadata)).name
    member = workspace_pb.Member(email=await email_of(channel, viewer), role=workspace_pb.ROLE_VIEWER)
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


async def email_of(channel: grpc.aio.Channel, person: Person) -> str:
    """The address that somebody signed up with."""
    client = IdentityServiceClient(channel)
    return (await client.get_me(identity_pb.GetMeRequest(), metadata=person.metadata)).email
