"""The log holds every message, byte for byte, once, in a chain that nothing and nobody can change unseen."""

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from todo.types.v1 import Member
from todo.types.v1 import Role as AvroRole
from todo.workspace_events.v1 import MemberAdded
from todo_product.access import Access, Role
from todo_runtime.kafka import Record

from services.audit import service
from services.audit.domain.packing import unpack_headers
from tests.integration.audit.conftest import Room
from tests.integration.audit.messages import (
    NOW,
    USER,
    WORKSPACE,
    completed,
    created,
    placed,
    record,
    with_body,
    with_header,
    without_header,
)

STREAM = ("task-events", WORKSPACE)


async def problem_of(room: Room, stream: tuple[str, UUID] = STREAM) -> str | None:
    """What a verification finds."""
    (report,) = (await service.verify_streams(room.database, [stream], None)).reports
    return report.problem.text if report.problem else None


async def test_a_message_is_kept_byte_for_byte(room: Room) -> None:
    message = created(room.codec, 1)
    await room.processor.handle([message])
    ((payload, headers, position, undecodable),) = await room.rows(
        "SELECT payload, headers, position, undecodable FROM events"
    )
    assert (payload, unpack_headers(headers), position, undecodable) == (message.value, message.headers, 1, None)
    schema = await room.value("SELECT s.text FROM schemas s JOIN events e ON e.schema_fingerprint = s.fingerprint")
    assert '"TaskCreated"' in schema
    assert await problem_of(room) is None


async def test_the_same_message_twice_is_recorded_once(room: Room) -> None:
    messages = placed([created(room.codec, number) for number in range(1, 6)])
    await room.processor.handle([*messages, *messages[2:]])
    await room.processor.handle(messages)
    assert await room.value("SELECT array_agg(sequence ORDER BY sequence) FROM events") == [1, 2, 3, 4, 5]
    assert await problem_of(room) is None


BROKEN: list[tuple[str, Callable[[bytes], bytes | None], str]] = [
    ("nothing", lambda _body: None, "wire format"),
    ("empty", lambda _body: b"", "wire format"),
    ("no magic byte", lambda body: b"{" + body[1:], "wire format"),
    ("unknown schema", lambda body: b"\x00\x7f\xff\xff\xff" + body[5:], "no schema"),
    ("cut off", lambda body: body[:-3], "is not a valid todo.task_events.v1.TaskCreated"),
    ("too long", lambda body: body + b"x", "continues after the end"),
    ("garbage", lambda body: body[:5] + b"\xff" * 200, "is not a valid todo.task_events.v1.TaskCreated"),
]


@pytest.mark.parametrize(("break_", "reason"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN])
async def test_a_body_that_cannot_be_decoded_is_kept_and_flagged(
    room: Room, break_: Callable[[bytes], bytes | None], reason: str
) -> None:
    good = created(room.codec, 1)
    body = break_(good.value or b"")
    await room.processor.handle(placed([with_body(good, body), created(room.codec, 2)]))
    rows = await room.rows("SELECT payload, undecodable FROM events ORDER BY sequence")
    assert rows[0][0] == body
    assert reason in rows[0][1]
    assert rows[1][1] is None
    assert await problem_of(room) is None


async def test_a_body_of_another_type_is_flagged(room: Room) -> None:
    other = completed(room.codec, 1).value
    await room.processor.handle([with_body(created(room.codec, 1), other)])
    assert "TaskCompleted, the headers say" in await room.value("SELECT undecodable FROM events")


UNUSABLE: list[tuple[str, Callable[[Record], Record]]] = [
    ("no id", lambda message: without_header(message, "ce_id")),
    ("no sequence", lambda message: without_header(message, "ce_sequence")),
    ("a sequence in words", lambda message: with_header(message, "ce_sequence", b"one")),
    ("a sequence beyond 64 bits", lambda message: with_header(message, "ce_sequence", b"9" * 20)),
    ("a zero character", lambda message: with_header(message, "ce_type", b"a\0b")),
    ("no UTF-8", lambda message: with_header(message, "ce_subject", b"\xff")),
]


@pytest.mark.parametrize("break_", [one[1] for one in UNUSABLE], ids=[one[0] for one in UNUSABLE])
async def test_a_message_that_names_no_place_is_a_dead_letter_with_its_bytes(
    room: Room, break_: Callable[[Record], Record]
) -> None:
    message = break_(created(room.codec, 1))
    await room.processor.handle(placed([message, created(room.codec, 1), created(room.codec, 2)]))
    assert await room.value("SELECT array_agg(sequence ORDER BY sequence) FROM events") == [1, 2]
    ((reason, key, value, names, values),) = await room.rows(
        "SELECT reason, key, value, header_names, header_values FROM dead_letters"
    )
    assert (reason, key, value) == ("INVALID_HEADERS", message.key, message.value)
    assert list(zip(names, values, strict=True)) == message.headers


async def test_a_gap_is_noted_and_what_was_missing_is_linked_when_it_comes(room: Room) -> None:
    messages = placed([created(room.codec, number) for number in range(1, 6)])
    await room.processor.handle([messages[0], messages[4]])
    (report,) = (await service.verify_streams(room.database, [STREAM], None)).reports
    assert (report.problem, report.missing, report.head.sequence) == (None, 3, 5)
    await room.processor.handle([messages[2]])
    await room.processor.handle([messages[1], messages[3]])
    rows = await room.rows("SELECT sequence, link, late FROM events ORDER BY link")
    assert rows == [(1, 1, False), (5, 2, False), (3, 3, True), (2, 4, True), (4, 5, True)]
    assert await room.value("SELECT count(*) FROM inbox_holes") == 0
    assert await problem_of(room) is None


async def test_many_streams_in_one_batch_have_chains_of_their_own(room: Room) -> None:
    workspaces = [uuid4() for _ in range(20)]
    await room.processor.handle(
        placed([created(room.codec, number, one) for number in range(1, 11) for one in workspaces])
    )
    assert await room.rows("SELECT min(sequence), max(link), count(*) FROM events") == [(1, 10, 200)]
    verification = await service.verify_all(room.database, ["task-events"], None)
    assert len(verification.reports) == 20
    assert all(report.problem is None and report.count == 10 for report in verification.reports)


async def test_events_about_members_feed_the_projection_of_access(room: Room) -> None:
    person, workspace = uuid4(), uuid4()
    member = Member(workspace_id=workspace, user_id=person, role=AvroRole.VIEWER, joined_at=NOW)
    event = MemberAdded(member=member, actor_id=USER)
    await room.processor.handle(
        [record(room.codec, "workspace-events", event, workspace, 1, f"workspaces/{workspace}")]
    )
    room.source.people[person] = Access(person, complete=True)
    assert await room.access.role_in(person, workspace) is Role.VIEWER


CHANGES = [
    "UPDATE events SET type = 'x'",
    "DELETE FROM events",
    "TRUNCATE events",
    "UPDATE schemas SET text = ''",
    "DELETE FROM schemas",
    "TRUNCATE schemas CASCADE",
]


@pytest.mark.parametrize("role", ["app", "owner", "superuser", "replication"])
@pytest.mark.parametrize("change", CHANGES)
async def test_the_database_itself_refuses_changes(room: Room, role: str, change: str) -> None:
    await room.processor.handle([created(room.codec, 1)])
    superuser = role in {"superuser", "replication"}
    url = room.copy.blueprint.postgres_url(room.copy.name) if superuser else room.copy.url(role)
    with psycopg.connect(url, autocommit=True) as connection:
        if role == "replication":
            connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(change.encode())
    assert await room.value("SELECT count(*) FROM events") == 1


async def test_the_service_cannot_delete_the_end_of_a_chain(room: Room) -> None:
    await room.processor.handle([created(room.codec, 1)])
    with (
        psycopg.connect(room.copy.url(), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("DELETE FROM heads")


FORGERIES = {
    "changed": ("UPDATE events SET subject = 'x' WHERE sequence = 3", "not what was recorded"),
    "removed": ("DELETE FROM events WHERE sequence = 3", "is missing"),
    "removed at the end": ("DELETE FROM events WHERE sequence = 5", "links are missing"),
    "swapped": (
        "UPDATE events a SET payload = b.payload FROM events b WHERE a.sequence = 2 AND b.sequence = 4",
        "not what was recorded",
    ),
    "moved": ("UPDATE events SET sequence = 9 WHERE sequence = 5", "not what was recorded"),
    "schema": ("UPDATE schemas SET text = text || ' '", "schema"),
}


@pytest.mark.parametrize(("forgery", "finding"), FORGERIES.values(), ids=FORGERIES)
async def test_whoever_gets_round_the_database_is_found_out(room: Room, forgery: str, finding: str) -> None:
    await room.processor.handle(placed([created(room.codec, number) for number in range(1, 6)]))
    assert await problem_of(room) is None
    with psycopg.connect(room.copy.url("owner"), autocommit=True) as connection:
        for table in ("events", "schemas"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only".encode())
        connection.execute(forgery.encode())
    found = await problem_of(room)
    assert found is not None
    assert finding in found
