"""Following a whole running system: every change arrives once and in order, over drops and restarts, and only at those
whom it concerns."""

import asyncio
import random
from collections.abc import AsyncIterator

import grpc
import pytest
from todo.sync.v1.client import SyncServiceClient
from todo.sync.v1.sync_service_pb2 import SubscribeRequest
from todo_stack.hosted import HostedStack
from websockets import ConnectionClosed

from tests.integration.sync.people import Addresses, Follower, Person, frame

TASKS = 200
FOLLOWERS = 8


@pytest.fixture
async def addresses(running_system: HostedStack) -> Addresses:
    return Addresses(running_system)


@pytest.fixture
async def ada(addresses: Addresses) -> AsyncIterator[Person]:
    person = await Person.sign_up(addresses)
    yield person
    await person.http.aclose()


@pytest.fixture
async def bob(addresses: Addresses) -> AsyncIterator[Person]:
    person = await Person.sign_up(addresses)
    yield person
    await person.http.aclose()


async def test_a_frame_has_the_task_as_rest_returns_it(ada: Person) -> None:
    async with ada.follow() as socket:
        ready = await frame(socket)
        assert (ready["type"], ready["user"]) == ("ready", ada.name)
        assert set(ready["cursors"]) == {ada.workspace, "users/me"}
        body = {
            "title": "buy milk",
            "priority": "PRIORITY_HIGH",
            "tags": ["home"],
            "due": {"date": "2031-01-02", "time": "09:00", "timeZone": "Europe/Berlin"},
            "reminders": [{"beforeDue": "600s"}],
            "recurrence": {"rule": "FREQ=DAILY"},
            "estimate": "1800s",
        }
        task = await ada.call(f"{ada.workspace}/tasks", body)
        change = await frame(socket)
        assert (change["type"], change["task"], change["actor"]) == ("task.created", task, ada.name)
        await ada.call(f"{task['name']}:complete", {})
        change = await frame(socket)
        assert (change["type"], change["task"]["status"]) == ("task.completed", "STATUS_COMPLETED")
        assert {"status", "complete_time"} <= set(change["changed"])


async def test_nobody_else_receives_it(ada: Person, bob: Person) -> None:
    async with bob.follow({ada.workspace: "1.0.0"}) as socket:
        assert (await frame(socket))["type"] == "ready"
        refusal = await frame(socket)
        assert (refusal["type"], refusal["stream"], refusal["code"]) == ("unsubscribed", ada.workspace, "NOT_FOUND")
        await ada.create("a secret")
        await bob.create("my own")
        change = await frame(socket)
        assert (change["stream"], change["task"]["title"]) == (bob.workspace, "my own")


async def test_dropped_connections_make_no_gap(ada: Person) -> None:
    titles = [f"task {number}" for number in range(TASKS)]
    followers = [Follower(ada) for _ in range(FOLLOWERS)]
    for follower in followers:
        await follower.follow_for(1)

    async def create() -> None:
        for title in titles:
            await ada.create(title)

    async def drop(follower: Follower, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(10):
            await follower.follow_for(chance.randint(1, 12))
        await follower.follow_until(titles[-1])

    await asyncio.gather(create(), *(drop(follower, seed) for seed, follower in enumerate(followers)))
    for follower in followers:
        assert "resync" not in follower.types
        assert follower.titles == titles


async def test_a_killed_server_makes_no_gap(running_system: HostedStack, ada: Person) -> None:
    follower = Follower(ada)
    await follower.follow_for(1)
    await ada.create("before")
    running_system.kill("sync")
    await ada.create("meanwhile")
    await asyncio.to_thread(running_system.ready, "sync")
    await ada.create("after")
    await follower.follow_until("after")
    assert follower.titles == ["before", "meanwhile", "after"]
    assert "resync" not in follower.types


@pytest.mark.parametrize("everywhere", [True, False])
async def test_signing_out_closes_the_socket(ada: Person, everywhere: bool) -> None:
    async with ada.follow() as socket:
        await frame(socket)
        await ada.call("auth:signOut", {"everywhere": everywhere})
        async with asyncio.timeout(5):
            error = await frame(socket)
            assert (error["type"], error["code"]) == ("error", "SESSION_REVOKED")
            with pytest.raises(ConnectionClosed):
                await socket.recv()
        assert socket.close_code == 4401
    async with ada.follow() as socket:
        assert (await frame(socket))["code"] == "SESSION_REVOKED"


async def test_joining_and_leaving_a_workspace_while_connected(ada: Person, bob: Person) -> None:
    async with bob.follow() as socket:
        await frame(socket)
        team = (await ada.call("workspaces", {"displayName": "team"}))["name"]
        await ada.call(f"{team}/members", {"email": bob.email, "role": "ROLE_VIEWER"})
        joined = await frame(socket)
        assert (joined["type"], joined["stream"]) == ("subscribed", team)
        await ada.create("ours", team)
        change = await frame(socket)
        assert (change["stream"], change["task"]["title"]) == (team, "ours")
        answer = await ada.http.delete(f"/v1/{team}/members/{bob.name.removeprefix('users/')}")
        assert answer.is_success
        left = await frame(socket)
        assert (left["type"], left["stream"], left["code"]) == ("unsubscribed", team, "NOT_A_MEMBER")
        await ada.create("no longer his", team)
        await bob.create("his own")
        assert (await frame(socket))["stream"] == bob.workspace


async def test_grpc_streams_the_same(ada: Person) -> None:
    async with grpc.aio.insecure_channel(ada.addresses.sync) as channel:
        metadata = (("authorization", f"Bearer {ada.token}"),)
        stream = SyncServiceClient(channel).subscribe(SubscribeRequest(), timeout=30, metadata=metadata)
        changes = aiter(stream)
        ready = await anext(changes)
        assert (ready.type, ready.cursors[ada.workspace]) == ("ready", "1.0.2")
        task = await ada.create("buy milk")
        change = await anext(changes)
        assert (change.type, change.task.name, change.task.title) == ("task.created", task["name"], "buy milk")
        await ada.call("auth:signOut", {})
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await anext(changes)
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
