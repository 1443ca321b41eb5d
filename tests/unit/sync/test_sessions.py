"""What clients receive: everything once and in order, only what is theirs, and why a connection ends."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from todo_runtime.errors import PermissionDenied, ResourceExhausted
from todo_runtime.testing import eventually

from services.sync.service.stream_registry import RegistryLimits
from services.sync.service.subscribe import SubscribeOptions
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
    SyncHarness,
    principal,
)

EVERYTHING = SubscribeOptions({}, frozenset())


@pytest.fixture
async def sync() -> AsyncIterator[SyncHarness]:
    sync = SyncHarness()
    yield sync
    await sync.close()


async def test_ready_comes_first_and_then_what_happens(sync: SyncHarness) -> None:
    client = Client()
    await sync.connect(client)
    sync.emit()
    sync.emit(MEMBERS)
    sync.emit(NOTIFICATIONS, USER)
    assert client.types()[0] == "ready"
    assert client.frames[0]["cursors"] == {NAME: "1.0.0", "users/me": "1.0"}
    assert client.changes() == ["task-events:1", "workspace-events:1", "notifications:1"]
    assert client.cursors == {NAME: "1.1.1", "users/me": "1.1"}


async def test_missed_changes_come_from_memory(sync: SyncHarness) -> None:
    client = Client()
    session = await sync.connect(client)
    sync.emit()
    sync.disconnect(session)
    for _ in range(3):
        sync.emit()
    await sync.connect(client)
    await sync.settle()
    assert client.changes() == [f"task-events:{number}" for number in (1, 2, 3, 4)]
    assert sync.audit.fetches == 0


async def test_a_fresh_process_gets_missed_changes_from_audit(sync: SyncHarness) -> None:
    for _ in range(5):
        sync.emit(delivered=False)
    client = Client(cursors={NAME: "1.2.0"})
    await sync.connect(client)
    sync.emit()
    await sync.settle()
    assert client.changes() == [f"task-events:{number}" for number in (3, 4, 5, 6)]


async def test_a_fresh_process_asks_to_resync_what_audit_does_not_have_yet(sync: SyncHarness) -> None:
    client = Client()
    await sync.connect(client)
    sync.emit(NOTIFICATIONS, USER)
    sync.restart()
    sync.emit(NOTIFICATIONS, USER, delivered=False)
    sync.log.audit_lag = 1
    sync.restart()
    await sync.connect(client)
    await sync.settle()
    assert client.types()[-1] == "resync"
    assert client.cursors[OWN] == "1.2"


async def test_a_cursor_of_an_unknown_stream_is_answered_with_resync(sync: SyncHarness) -> None:
    sync.emit(NOTIFICATIONS, USER, delivered=False)
    sync.log.audit_answers = False
    client = Client(cursors={OWN: "1.1"})
    await sync.connect(client)
    await sync.settle()
    assert (client.types()[-1], client.cursors[OWN]) == ("resync", "1.u")
    sync.emit(NOTIFICATIONS, USER)
    assert client.cursors[OWN] == "1.2"


async def test_an_unknown_position_is_answered_with_resync(sync: SyncHarness) -> None:
    sync.log.audit_answers = False
    client = Client()
    session = await sync.connect(client)
    assert client.cursors[OWN] == "1.u"
    sync.disconnect(session)
    await sync.connect(client)
    await sync.settle()
    assert [frame["stream"] for frame in client.frames if frame["type"] == "resync"] == [OWN]


async def test_what_the_tail_left_out_is_fetched_before_what_follows(sync: SyncHarness) -> None:
    client = Client()
    await sync.connect(client)
    sync.emit()
    sync.emit(delivered=False)
    sync.emit()
    assert client.changes() == ["task-events:1"]
    await sync.settle()
    assert client.changes() == ["task-events:1", "task-events:2", "task-events:3"]


async def test_a_hole_that_nobody_can_close_is_told(sync: SyncHarness) -> None:
    sync.log.audit_answers = False
    client = Client()
    await sync.connect(client)
    sync.emit()
    sync.emit(delivered=False)
    sync.emit()
    await sync.settle()
    assert client.types() == ["ready", "task.created", "resync", "task.created"]
    assert client.frames[2]["cursor"] == "1.2.0"
    assert client.cursors[NAME] == "1.3.0"


@pytest.mark.parametrize("cursor", ["1.900.0", "nonsense", "1.1", "1.u.u"])
async def test_a_cursor_that_means_nothing_here_is_answered_with_resync(
    sync: SyncHarness, cursor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.sync.service.missed_changes.AHEAD_SECONDS", 0.01)
    sync.emit()
    client = Client(cursors={NAME: cursor})
    await sync.connect(client)
    await eventually(lambda: "resync" in client.types())
    sync.emit()
    await sync.settle()
    assert client.changes() == ["task-events:2"]


async def test_a_replica_that_is_behind_waits_for_the_cursor(sync: SyncHarness) -> None:
    await sync.connect(Client())
    sync.log.add(TASKS)
    client = Client(cursors={NAME: "1.1.0"})
    await sync.connect(client)
    await sync.settle()
    assert client.types() == ["ready"]
    sync.streams.receive(TASKS, WORKSPACE, 1, lambda: None)
    sync.emit()
    await sync.settle()
    assert client.changes() == ["task-events:2"]


async def test_an_implausible_sequence_number_is_ignored(sync: SyncHarness) -> None:
    client = Client()
    await sync.connect(client)
    sync.emit()
    sync.streams.receive(TASKS, WORKSPACE, 2**62, lambda: None)
    sync.emit()
    await sync.settle()
    assert client.changes() == ["task-events:1", "task-events:2"]


async def test_a_slow_reader_gets_everything_later_and_delays_nobody(sync: SyncHarness) -> None:
    slow, quick = Client(room=3), Client()
    await sync.connect(slow)
    await sync.connect(quick)
    for _ in range(20):
        sync.emit()
    assert len(quick.changes()) == 20
    assert len(slow.changes()) == 2
    while len(slow.changes()) < 20:
        slow.read()
        await sync.settle()
    assert slow.changes() == quick.changes()


async def test_a_client_that_never_reads_is_disconnected(sync: SyncHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sync.service.session.SLOW_SECONDS", 0.01)
    client = Client(room=2)
    await sync.connect(client)
    for _ in range(5):
        sync.emit()
    await eventually(lambda: client.closed)
    assert client.closed is not None
    assert client.closed[0] == "SLOW_READER"


async def test_workspaces_of_others_are_not_found(sync: SyncHarness) -> None:
    client = Client(cursors={NAME: "1.0.0", f"workspaces/{UUID(int=99)}": "1.0.0"})
    await sync.connect(client, OTHER)
    sync.emit()
    sync.emit(NOTIFICATIONS, USER)
    await sync.settle()
    assert client.changes() == []
    refused = {frame["stream"]: frame["code"] for frame in client.frames if frame["type"] == "unsubscribed"}
    assert refused == {NAME: "NOT_FOUND", f"workspaces/{UUID(int=99)}": "NOT_FOUND"}


async def test_only_the_requested_streams_are_followed(sync: SyncHarness) -> None:
    client = Client()
    await sync.connect(client, streams=frozenset({"workspaces/personal"}))
    sync.emit()
    sync.emit(NOTIFICATIONS, USER)
    assert client.changes() == ["task-events:1"]
    assert set(client.cursors) == {NAME}


async def test_a_removed_member_gets_nothing_more_of_a_workspace(sync: SyncHarness) -> None:
    client = Client()
    await sync.connect(client)
    sync.handler.leave(USER, WORKSPACE)
    sync.emit()
    assert client.types() == ["ready", "unsubscribed"]
    assert client.frames[1]["code"] == "NOT_A_MEMBER"


async def test_a_new_member_follows_a_workspace_from_then_on(sync: SyncHarness) -> None:
    joined = UUID(int=20)
    client = Client()
    await sync.connect(client)
    sync.emit(TASKS, joined)
    sync.log.members[USER].add(joined)
    sync.handler.join(USER, joined)
    await sync.settle()
    sync.emit(TASKS, joined)
    assert client.types() == ["ready", "subscribed", "task.created"]
    assert client.frames[1]["cursor"] == "1.1.0"
    assert client.cursors[f"workspaces/{joined}"] == "1.2.0"


async def test_a_deleted_workspace_is_unsubscribed(sync: SyncHarness) -> None:
    client = Client()
    await sync.connect(client)
    sync.handler.close_workspace(WORKSPACE)
    assert client.frames[1]["code"] == "WORKSPACE_DELETED"


@pytest.mark.parametrize(
    ("session", "generation", "ends"), [(UUID(int=5), 0, True), (UUID(int=6), 0, False), (None, 1, True)]
)
async def test_revoked_sessions_end(sync: SyncHarness, session: UUID | None, generation: int, ends: bool) -> None:
    client, other = Client(), Client()
    await sync.connect(client)
    await sync.connect(other, OTHER)
    sync.sessions.revoke(USER, session, generation)
    assert (client.closed is not None) is ends
    assert other.closed is None
    if client.closed is not None:
        assert client.closed[0] == "SESSION_REVOKED"


async def test_an_expired_token_ends_the_session_unless_it_is_renewed(sync: SyncHarness) -> None:
    client, renewed = Client(), Client()
    await sync.handler.subscribe(principal(seconds=0.05), client, EVERYTHING)
    session = await sync.handler.subscribe(principal(seconds=0.05), renewed, EVERYTHING)
    sync.sessions.renew(session, principal())
    await eventually(lambda: client.closed)
    assert client.closed is not None
    assert client.closed[0] == "TOKEN_EXPIRED"
    assert renewed.closed is None
    assert renewed.types()[-1] == "authenticated"


async def test_a_token_of_another_person_does_not_renew(sync: SyncHarness) -> None:
    session = await sync.connect(Client())
    with pytest.raises(PermissionDenied):
        sync.sessions.renew(session, principal(OTHER))


async def test_connections_of_a_person_are_bounded(sync: SyncHarness) -> None:
    for _ in range(5):
        await sync.connect(Client())
    with pytest.raises(ResourceExhausted):
        await sync.connect(Client())
    await sync.connect(Client(), OTHER)


async def test_memory_is_bounded_and_evicted_changes_come_from_audit() -> None:
    sync = SyncHarness(RegistryLimits(retained_bytes=2_000))
    client = Client()
    session = await sync.connect(client)
    sync.disconnect(session)
    for _ in range(100):
        sync.emit()
    await sync.connect(client)
    await sync.settle()
    assert client.changes() == [f"task-events:{number}" for number in range(1, 101)]
    assert sync.audit.fetches > 0
    await sync.close()
