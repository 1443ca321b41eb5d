"""Every mutation of TaskService and WorkspaceService, sent twice: one answer, and none to others with the same id."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from todo.task.v1 import task_pb2
from todo.workspace.v1 import workspace_service_pb2 as workspace_pb
from todo_stack.hosted import HostedStack

from tests.bench.people import Person, sign_up
from tests.e2e.house import SERVICES, House, asked, built, email_of

MUTATIONS = [
    method.full_name
    for service in SERVICES
    for method in service.methods
    if "request_id" in method.input_type.fields_by_name
]
BEFORE = {"UndeleteTask": "DeleteTask", "ReopenTask": "CompleteTask"}
"""What must have happened for a method to do anything."""
OF_THE_PERSON = {"CreateWorkspace", "AcceptInvitation", "DeleteWorkspace"}
"""Their ids are known to the person, or the workspace is gone with them."""


@dataclass(frozen=True)
class World:
    """A house, and who may do everything in it."""

    channel: grpc.aio.Channel
    house: House
    owner: Person
    guest: Person
    email: str

    async def ask(self, method: str, who: Person, **fields: Any) -> Any:
        return await asked(self.channel, method, self.house, who.metadata, **fields)


@pytest.fixture
async def world(running_system: HostedStack) -> AsyncIterator[World]:
    port = running_system.blueprint.ports["chat_api_grpc"]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        owner, viewer, guest = await sign_up(channel, 3)
        email = await email_of(channel, guest)
        yield World(channel, await built(channel, owner, viewer), owner, guest, email)


async def prepared(world: World, method: str) -> tuple[Person, dict[str, Any]]:
    """Makes the method possible; who asks, and what is special about the request."""
    package, _, name = method.rpartition(".")
    if name in BEFORE:
        await world.ask(f"{package}.{BEFORE[name]}", world.owner)
    if name == "AddMember":
        return world.owner, {"member": workspace_pb.Member(email=world.email, role=workspace_pb.ROLE_EDITOR)}
    if name in {"AcceptInvitation", "RevokeInvitation"}:
        wanted = workspace_pb.Invitation(email=world.email, role=workspace_pb.ROLE_EDITOR)
        made = await world.ask(f"{package}.CreateInvitation", world.owner, invitation=wanted)
        return (world.guest, {"code": made.code}) if name == "AcceptInvitation" else (world.owner, {"name": made.name})
    if name == "SnoozeReminder":
        task = task_pb2.Task(name=world.house.task, reminders=[task_pb2.Reminder(at=Timestamp(seconds=4_000_000_000))])
        changed = await world.ask(f"{package}.UpdateTask", world.owner, task=task)
        return world.owner, {"reminder": changed.reminders[0].id}
    return world.owner, {}


@pytest.mark.parametrize("method", MUTATIONS)
async def test_a_repeat_gets_the_first_answer(world: World, method: str) -> None:
    who, fields = await prepared(world, method)
    fields["request_id"] = str(uuid4())
    first, again = [await world.ask(method, who, **fields) for _ in range(2)]
    assert first == again
    if method.rpartition(".")[2] not in OF_THE_PERSON:
        rename = "todo.task.v1.TaskService.RenameTag"
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.ask(rename, who, tag="another", new_tag="tag", request_id=fields["request_id"])
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert "request_id" in (refused.value.details() or "")
