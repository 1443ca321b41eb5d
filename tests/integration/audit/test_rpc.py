"""AuditService and DeadLetterService: what they answer, and to whom."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from todo.audit.v1 import audit_service_pb2 as pb
from todo.ops.v1 import dead_letter_service_pb2 as ops
from todo_bindings.audit.callers import CALLERS
from todo_runtime.auth import Authenticator, TokenIssuer, TokenVerifier
from todo_runtime.health import Health
from todo_runtime.kafka.dead_letter_rpc import DeadLetterRpc
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import RpcFailure, RpcServer
from todo_stack.hosted import HostedStack

from services.audit import service
from services.audit.rpc.log import AuditRpc
from tests.integration.audit.conftest import Room
from tests.integration.audit.messages import (
    TASK,
    USER,
    WORKSPACE,
    completed,
    created,
    placed,
    with_body,
    without_header,
)

HOUR = timedelta(hours=1)
PARENT = f"workspaces/{WORKSPACE}"


class Door:
    """The service's door, with tokens to knock with."""

    def __init__(self, room: Room, stack: HostedStack) -> None:
        secrets = stack.blueprint.secrets
        self._people = TokenIssuer("chat_api", (secrets.of("chat_api") / "signing-key").read_text())
        self._sync = TokenIssuer("sync", (secrets.of("sync") / "signing-key").read_text())
        verifier = TokenVerifier((secrets.of("audit") / "jwks").read_text(), person_issuer="chat_api")
        pages = PageTokens(b"key")
        self._server = RpcServer(
            [
                AuditRpc(room.database, room.access, pages),
                DeadLetterRpc(room.database, room.dead_letters, room.processor, pages),
            ],
            Authenticator(verifier, room.access.session_guard),
            address="127.0.0.1:0",
            callers=CALLERS,
            health=Health(),
        )

    def person(self, user: UUID = USER, role: str | None = None) -> str:
        return self._people.person(user, uuid4(), 0, HOUR, role)

    def operator(self) -> str:
        return self.person(role="operator")

    def sync(self) -> str:
        return self._sync.service()

    async def ask(self, method: str, request: Any, token: str, **metadata: str) -> Any:
        package = "todo.ops.v1.DeadLetterService" if "DeadLetter" in method else "todo.audit.v1.AuditService"
        headers: Mapping[str, str] = {"authorization": f"Bearer {token}", **metadata}
        return await self._server.invoke(f"/{package}/{method}", request, headers)

    async def refusal(self, method: str, request: Any, token: str) -> str:
        with pytest.raises(RpcFailure) as caught:
            await self.ask(method, request, token)
        return caught.value.code


@pytest.fixture
async def door(room: Room, stack: HostedStack) -> Door:
    return Door(room, stack)


async def fill(room: Room, count: int = 5) -> None:
    await room.processor.handle(placed([created(room.codec, number) for number in range(1, count + 1)]))


async def test_events_come_page_by_page(room: Room, door: Door) -> None:
    await fill(room)
    request = pb.ListEventsRequest(parent="workspaces/personal", page_size=2)
    numbers: list[int] = []
    while True:
        page = await door.ask("ListEvents", request, door.person())
        numbers += [event.sequence for event in page.events]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert numbers == [1, 2, 3, 4, 5]


async def test_the_newest_events_first(room: Room, door: Door) -> None:
    await fill(room)
    request = pb.ListEventsRequest(parent=PARENT, order_by="sequence desc", page_size=3, after_sequence=1)
    first = await door.ask("ListEvents", request, door.person())
    request.page_token = first.next_page_token
    second = await door.ask("ListEvents", request, door.person())
    assert [event.sequence for event in [*first.events, *second.events]] == [5, 4, 3, 2]


async def test_an_event_has_its_data_or_its_bytes(room: Room, door: Door) -> None:
    message = created(room.codec, 1)
    await room.processor.handle([message])
    ask = pb.ListEventsRequest(parent=PARENT)
    (event,) = (await door.ask("ListEvents", ask, door.person())).events
    assert event.data["task"]["title"] == "task 1"
    assert event.data["task"]["created_at"] == "2026-11-20T08:00:00Z"
    assert (event.parent, event.topic, event.link, event.payload) == (PARENT, "task-events", 1, b"")
    ask.view = pb.EVENT_VIEW_EXACT
    (event,) = (await door.ask("ListEvents", ask, door.person())).events
    assert (event.payload, event.HasField("data")) == (message.value, False)
    ask.view = pb.EVENT_VIEW_METADATA
    (event,) = (await door.ask("ListEvents", ask, door.person())).events
    assert (event.payload, event.HasField("data")) == (b"", False)


async def test_an_undecodable_event_says_so(room: Room, door: Door) -> None:
    await room.processor.handle([with_body(created(room.codec, 1), b"garbage")])
    (event,) = (await door.ask("ListEvents", pb.ListEventsRequest(parent=PARENT), door.person())).events
    assert (event.HasField("data"), "wire format" in event.undecodable) == (False, True)


async def test_a_page_of_large_events_ends_early(room: Room, door: Door) -> None:
    large = [with_body(created(room.codec, number), b"x" * 300_000) for number in range(1, 6)]
    await room.processor.handle(placed(large))
    page = await door.ask("ListEvents", pb.ListEventsRequest(parent=PARENT, page_size=1000), door.person())
    assert len(page.events) == 2
    assert page.next_page_token


async def test_a_page_token_belongs_to_its_request(room: Room, door: Door) -> None:
    await fill(room)
    page = await door.ask("ListEvents", pb.ListEventsRequest(parent=PARENT, page_size=2), door.person())
    for token in (page.next_page_token, "x", "e30"):
        other = pb.ListEventsRequest(parent=PARENT, after_sequence=1, page_token=token)
        assert await door.refusal("ListEvents", other, door.person()) == "INVALID_ARGUMENT"


async def test_the_history_of_a_task(room: Room, door: Door) -> None:
    other = uuid4()
    messages = [created(room.codec, 1), created(room.codec, 2, id_=other), completed(room.codec, 3)]
    await room.processor.handle(placed(messages))
    request = pb.GetTaskHistoryRequest(name=f"{PARENT}/tasks/{TASK}")
    changes = (await door.ask("GetTaskHistory", request, door.person())).changes
    assert [(change.type, change.sequence) for change in changes] == [("created", 1), ("completed", 3)]
    assert changes[0].task.name == f"{PARENT}/tasks/{TASK}"
    assert changes[0].task.title == "task 1"
    assert list(changes[1].changed_fields) == ["status", "complete_time"]
    assert changes[1].actor == f"users/{USER}"


async def test_a_log_is_verified_in_steps(room: Room, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_VERIFIED_LINKS", 2)
    monkeypatch.setattr(service, "_CHUNK", 2)
    await fill(room)
    request = pb.VerifyLogRequest(parent=PARENT)
    counted = 0
    while True:
        answer = await door.ask("VerifyLog", request, door.person())
        assert answer.intact
        counted += answer.event_count
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert counted == 5


async def test_operators_verify_everything(room: Room, door: Door) -> None:
    await room.processor.handle(placed([created(room.codec, 1, uuid4()) for _ in range(7)]))
    answer = await door.ask("VerifyLog", pb.VerifyLogRequest(), door.operator())
    assert (answer.intact, answer.event_count, len(answer.streams)) == (True, 7, 7)
    assert await door.refusal("VerifyLog", pb.VerifyLogRequest(), door.person()) == "PERMISSION_DENIED"


REQUESTS: dict[str, Callable[[str], Any]] = {
    "ListEvents": lambda parent: pb.ListEventsRequest(parent=parent),
    "VerifyLog": lambda parent: pb.VerifyLogRequest(parent=parent),
    "GetTaskHistory": lambda parent: pb.GetTaskHistoryRequest(name=f"{parent}/tasks/{TASK}"),
}


@pytest.mark.parametrize("method", REQUESTS)
async def test_other_peoples_streams_look_as_if_they_were_not_there(room: Room, door: Door, method: str) -> None:
    await fill(room)
    stranger = uuid4()
    room.source.people[stranger] = replace(room.source.people[USER], user_id=stranger, memberships={})
    for parent in (PARENT, f"workspaces/{uuid4()}", "workspaces/x"):
        assert await door.refusal(method, REQUESTS[method](parent), door.person(stranger)) == "NOT_FOUND"


async def test_a_persons_own_streams_are_their_own(door: Door) -> None:
    mine = pb.ListEventsRequest(parent="users/me", topic="identity-events")
    assert list((await door.ask("ListEvents", mine, door.person())).events) == []
    theirs = pb.ListEventsRequest(parent=f"users/{uuid4()}", topic="identity-events")
    assert await door.refusal("ListEvents", theirs, door.person()) == "NOT_FOUND"


async def test_sync_reads_any_stream_and_nothing_else(room: Room, door: Door) -> None:
    await fill(room)
    page = await door.ask("ListEvents", pb.ListEventsRequest(parent=PARENT, after_sequence=3), door.sync())
    assert [event.sequence for event in page.events] == [4, 5]
    assert await door.refusal("VerifyLog", pb.VerifyLogRequest(), door.sync()) == "PERMISSION_DENIED"


async def test_a_service_that_acts_for_a_person_sees_what_the_person_sees(room: Room, door: Door) -> None:
    stranger = uuid4()
    room.source.people[stranger] = replace(room.source.people[USER], user_id=stranger, memberships={})
    with pytest.raises(RpcFailure) as caught:
        await door.ask(
            "ListEvents", pb.ListEventsRequest(parent=PARENT), door.sync(), **{"x-todo-on-behalf-of": str(stranger)}
        )
    assert caught.value.code == "NOT_FOUND"


async def test_an_unknown_topic_names_the_field(door: Door) -> None:
    request = pb.ListEventsRequest(parent=PARENT, topic="notifications")
    assert await door.refusal("ListEvents", request, door.person()) == "INVALID_ARGUMENT"


async def test_what_is_not_served_yet_says_so(room: Room) -> None:
    with pytest.raises(Exception, match="not served"):
        await AuditRpc(room.database, room.access, PageTokens(b"")).get_checkpoint(pb.GetCheckpointRequest(), None)  # type: ignore[arg-type]


async def test_dead_letters_come_page_by_page_the_newest_first(room: Room, door: Door) -> None:
    await room.processor.handle(
        placed([without_header(created(room.codec, number), "ce_id") for number in range(1, 5)])
    )
    request, pages = ops.ListDeadLettersRequest(page_size=2), []
    while True:
        page = await door.ask("ListDeadLetters", request, door.operator())
        pages.append([letter.source_offset for letter in page.dead_letters])
        if not (token := page.next_page_token):
            break
        request.page_token = token
    assert [len(page) for page in pages] == [2, 2]
    offsets = [offset for page in pages for offset in page]
    assert offsets == sorted(offsets, reverse=True)


async def test_dead_letters_are_for_operators(room: Room, door: Door) -> None:
    broken = without_header(created(room.codec, 1), "ce_id")
    await room.processor.handle([broken])
    listed = await door.ask("ListDeadLetters", ops.ListDeadLettersRequest(), door.operator())
    (letter,) = listed.dead_letters
    assert (letter.state, letter.reason) == (ops.DeadLetter.STATE_PENDING, ops.DeadLetter.REASON_INVALID_HEADERS)
    assert not letter.HasField("value")
    whole = await door.ask("GetDeadLetter", ops.GetDeadLetterRequest(name=letter.name), door.operator())
    assert (whole.key, whole.value) == (broken.key, broken.value)
    assert [(one.name, one.value) for one in whole.headers] == broken.headers
    redrive = ops.RedriveDeadLetterRequest(name=letter.name)
    assert await door.refusal("RedriveDeadLetter", redrive, door.operator()) == "FAILED_PRECONDITION"
    discard = ops.DiscardDeadLetterRequest(name=letter.name)
    for _ in range(2):
        discarded = await door.ask("DiscardDeadLetter", discard, door.operator())
        assert (discarded.state, discarded.resolver) == (ops.DeadLetter.STATE_DISCARDED, f"users/{USER}")
    for method, request in [
        ("ListDeadLetters", ops.ListDeadLettersRequest()),
        ("GetDeadLetter", ops.GetDeadLetterRequest(name=letter.name)),
        ("RedriveDeadLetter", redrive),
        ("DiscardDeadLetter", discard),
    ]:
        assert await door.refusal(method, request, door.person()) == "PERMISSION_DENIED"
    missing = ops.GetDeadLetterRequest(name=f"deadLetters/{uuid4()}")
    assert await door.refusal("GetDeadLetter", missing, door.operator()) == "NOT_FOUND"
