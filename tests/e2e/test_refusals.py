"""Every method of TaskService and WorkspaceService, tried by those who may not: refused the same way, nothing revealed.

Each method has a request in `house`, on things that are really there; a method without one fails the test.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import grpc
import pytest
from todo.identity.v1 import identity_service_pb2 as identity_pb
from todo.identity.v1.client import IdentityServiceClient
from todo.task.v1 import task_service_pb2
from todo.task.v1.client import TaskServiceClient
from todo_runtime.auth import TokenIssuer
from todo_runtime.clock import FixedClock
from todo_stack.hosted import HostedStack

from tests.bench.people import Person, sign_up
from tests.e2e.house import METHODS, House, asked, built, requests_of

GONE = grpc.StatusCode.NOT_FOUND
READS = {"GetTask", "ListTasks", "SearchTasks", "GetTaskList", "ListTaskLists", "ListTags", "ListSavedFilters"} | {
    *("ExportTasks", "GetWorkspace", "ListMembers")
}
OWN = {"CreateWorkspace", "ListWorkspaces", "AcceptInvitation"}
"""Methods about the caller's own things: a stranger has some too."""


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
        try:
            await asked(self.channel, method, house, metadata)
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
        house = await built(channel, owner, viewer)
        key = (plan.config.data.secrets / "chat_api" / "signing-key").read_text()
        past = TokenIssuer("chat_api", key, FixedClock(datetime.now(UTC) - timedelta(days=90)))
        old = past.person(owner.user, uuid4(), 0, timedelta(minutes=15))
        await IdentityServiceClient(channel).sign_out(identity_pb.SignOutRequest(), metadata=leaver.metadata)
        yield World(channel, house, owner, viewer, stranger, _bearer(old), leaver.metadata)


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
