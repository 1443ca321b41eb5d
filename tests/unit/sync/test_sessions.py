"""What clients see: everything once and in order, only what is theirs, and why a connection ends."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from todo_runtime.errors import PermissionDenied, ResourceExhausted
from todo_runtime.testing import eventually

from services.sync.handlers.session_registry import Wish
from services.sync.handlers.stream_registry import HubLimits
from tests.unit.sync.harness import (
    MEMBERS,
    NAME,
    NOTIFICATIONS,
    OTHER,
    OWN,
    TASKS,
    USER,
    WORKSPACE,
    Client,
    World,
    principal,
)

EVERYTHING = Wish({}, frozenset())


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    await world.close()


async def test_ready_comes_first_and_then_what_happens(world: World) -> None:
    client = Client()
    await world.connect(client)
    world.happen()
    world.happen(MEMBERS)
    world.happen(NOTIFICATIONS, USER)
    assert client.types()[0] == "ready"
    assert client.frames[0]["cursors"] == {NAME: "1.0.0", "users/me": "1.0"}
    assert client.changes() == ["task-events:1", "workspace-events:1", "notifications:1"]
    assert client.cursors == {NAME: "1.1.1", "users/me": "1.1"}


async def test_whoever_comes_back_gets_what_was_missed_from_memory(world: World) -> None:
    client = Client()
    session = await world.connect(client)
    world.happen()
    world.disconnect(session)
    for _ in range(3):
        world.happen()
    await world.connect(client)
    await world.settle()
    assert client.changes() == [f"task-events:{number}" for number in (1, 2, 3, 4)]
    assert world.audit.asked == 0


async def test_a_fresh_process_gets_the_past_from_audit(world: World) -> None:
    for _ in range(5):
        world.happen(seen=False)
    client = Client(cursors={NAME: "1.2.0"})
    await world.connect(client)
    world.happen()
    await world.settle()
    assert client.changes() == [f"task-events:{number}" for number in (3, 4, 5, 6)]


async def test_a_fresh_process_tells_what_it_recalls_and_audit_does_not_have_yet(world: World) -> None:
    client = Client()
    await world.connect(client)
    world.happen(NOTIFICATIONS, USER)
    world.restart()
    world.happen(NOTIFICATIONS, USER, seen=False)
    world.log.audit_lag = 1
    world.restart()
    await world.connect(client)
    await world.settle()
    assert client.types()[-1] == "resync"
    assert client.cursors[OWN] == "1.2"


async def test_a_cursor_of_a_stream_of_which_nothing_is_known_is_answered_with_resync(world: World) -> None:
    world.happen(NOTIFICATIONS, USER, seen=False)
    world.log.audit_answers = False
    client = Client(cursors={OWN: "1.1"})
    await world.connect(client)
    await world.settle()
    assert (client.types()[-1], client.cursors[OWN]) == ("resync", "1.u")
    world.happen(NOTIFICATIONS, USER)
    assert client.cursors[OWN] == "1.2"


async def test_whoever_does_not_know_where_it_was_reads_anew(world: World) -> None:
    world.log.audit_answers = False
    client = Client()
    session = await world.connect(client)
    assert client.cursors[OWN] == "1.u"
    world.disconnect(session)
    await world.connect(client)
    await world.settle()
    assert [one["stream"] for one in client.frames if one["type"] == "resync"] == [OWN]


async def test_what_the_tail_left_out_is_fetched_before_what_follows(world: World) -> None:
    client = Client()
    await world.connect(client)
    world.happen()
    world.happen(seen=False)
    world.happen()
    assert client.changes() == ["task-events:1"]
    await world.settle()
    assert client.changes() == ["task-events:1", "task-events:2", "task-events:3"]


async def test_a_hole_that_nobody_can_close_is_told(world: World) -> None:
    world.log.audit_answers = False
    client = Client()
    await world.connect(client)
    world.happen()
    world.happen(seen=False)
    world.happen()
    await world.settle()
    assert client.types() == ["ready", "task.created", "resync", "task.created"]
    assert client.frames[2]["cursor"] == "1.2.0"
    assert client.cursors[NAME] == "1.3.0"


@pytest.mark.parametrize("cursor", ["1.900.0", "nonsense", "1.1", "1.u.u"])
async def test_a_cursor_that_means_nothing_here_is_answered_with_resync(
    world: World, cursor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.sync.handlers.session.AHEAD_SECONDS", 0.01)
    world.happen()
    client = Client(cursors={NAME: cursor})
    await world.connect(client)
    await eventually(lambda: "resync" in client.types())
    world.happen()
    await world.settle()
    assert client.changes() == ["task-events:2"]


async def test_a_replica_that_is_behind_waits_for_the_cursor(world: World) -> None:
    await world.connect(Client())
    world.log.add(TASKS)
    client = Client(cursors={NAME: "1.1.0"})
    await world.connect(client)
    await world.settle()
    assert client.types() == ["ready"]
    world.hub.take(TASKS, WORKSPACE, 1, lambda: None)
    world.happen()
    await world.settle()
    assert client.changes() == ["task-events:2"]


async def test_a_number_that_cannot_be_right_ends_no_stream(world: World) -> None:
    client = Client()
    await world.connect(client)
    world.happen()
    world.hub.take(TASKS, WORKSPACE, 2**62, lambda: None)
    world.happen()
    await world.settle()
    assert client.changes() == ["task-events:1", "task-events:2"]


async def test_a_slow_reader_gets_everything_later_and_holds_up_nobody(world: World) -> None:
    slow, quick = Client(room=3), Client()
    await world.connect(slow)
    await world.connect(quick)
    for _ in range(20):
        world.happen()
    assert len(quick.changes()) == 20
    assert len(slow.changes()) == 2
    while len(slow.changes()) < 20:
        slow.read()
        await world.settle()
    assert slow.changes() == quick.changes()


async def test_a_reader_that_never_reads_is_let_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sync.handlers.session.SLOW_SECONDS", 0.01)
    client = Client(room=2)
    await world.connect(client)
    for _ in range(5):
        world.happen()
    await eventually(lambda: client.closed)
    assert client.closed is not None
    assert client.closed[0] == "SLOW_READER"


async def test_other_peoples_workspaces_look_as_if_they_were_not_there(world: World) -> None:
    client = Client(cursors={NAME: "1.0.0", f"workspaces/{UUID(int=99)}": "1.0.0"})
    await world.connect(client, OTHER)
    world.happen()
    world.happen(NOTIFICATIONS, USER)
    await world.settle()
    assert client.changes() == []
    refused = {one["stream"]: one["code"] for one in client.frames if one["type"] == "unsubscribed"}
    assert refused == {NAME: "NOT_FOUND", f"workspaces/{UUID(int=99)}": "NOT_FOUND"}


async def test_only_the_streams_that_were_asked_for(world: World) -> None:
    client = Client()
    await world.connect(client, streams=frozenset({"workspaces/personal"}))
    world.happen()
    world.happen(NOTIFICATIONS, USER)
    assert client.changes() == ["task-events:1"]
    assert set(client.cursors) == {NAME}


async def test_whoever_leaves_a_workspace_gets_nothing_more_of_it(world: World) -> None:
    client = Client()
    await world.connect(client)
    world.sessions.leave(USER, WORKSPACE)
    world.happen()
    assert client.types() == ["ready", "unsubscribed"]
    assert client.frames[1]["code"] == "NOT_A_MEMBER"


async def test_whoever_joins_a_workspace_follows_it_from_then_on(world: World) -> None:
    joined = UUID(int=20)
    client = Client()
    await world.connect(client)
    world.happen(TASKS, joined)
    world.log.members[USER].add(joined)
    world.sessions.join(USER, joined)
    await world.settle()
    world.happen(TASKS, joined)
    assert client.types() == ["ready", "subscribed", "task.created"]
    assert client.frames[1]["cursor"] == "1.1.0"
    assert client.cursors[f"workspaces/{joined}"] == "1.2.0"


async def test_a_deleted_workspace_is_followed_by_nobody(world: World) -> None:
    client = Client()
    await world.connect(client)
    world.sessions.close_workspace(WORKSPACE)
    assert client.frames[1]["code"] == "WORKSPACE_DELETED"


@pytest.mark.parametrize(
    ("session", "generation", "ends"), [(UUID(int=5), 0, True), (UUID(int=6), 0, False), (None, 1, True)]
)
async def test_revoked_sessions_end(world: World, session: UUID | None, generation: int, ends: bool) -> None:
    client, other = Client(), Client()
    await world.connect(client)
    await world.connect(other, OTHER)
    world.sessions.revoke(USER, session, generation)
    assert (client.closed is not None) is ends
    assert other.closed is None
    if client.closed is not None:
        assert client.closed[0] == "SESSION_REVOKED"


async def test_an_expired_token_ends_the_session_unless_a_fresh_one_came(world: World) -> None:
    client, renewed = Client(), Client()
    await world.sessions.begin(principal(seconds=0.05), client, EVERYTHING)
    session = await world.sessions.begin(principal(seconds=0.05), renewed, EVERYTHING)
    world.sessions.renew(session, principal())
    await eventually(lambda: client.closed)
    assert client.closed is not None
    assert client.closed[0] == "TOKEN_EXPIRED"
    assert renewed.closed is None
    assert renewed.types()[-1] == "authenticated"


async def test_a_token_of_somebody_else_is_no_renewal(world: World) -> None:
    session = await world.connect(Client())
    with pytest.raises(PermissionDenied):
        world.sessions.renew(session, principal(OTHER))


async def test_connections_of_a_person_are_bounded(world: World) -> None:
    for _ in range(5):
        await world.connect(Client())
    with pytest.raises(ResourceExhausted):
        await world.connect(Client())
    await world.connect(Client(), OTHER)


async def test_memory_is_bounded_and_what_was_forgotten_comes_from_audit() -> None:
    world = World(HubLimits(kept_bytes=2_000))
    client = Client()
    session = await world.connect(client)
    world.disconnect(session)
    for _ in range(100):
        world.happen()
    await world.connect(client)
    await world.settle()
    assert client.changes() == [f"task-events:{number}" for number in range(1, 101)]
    assert world.audit.asked > 0
    await world.close()
