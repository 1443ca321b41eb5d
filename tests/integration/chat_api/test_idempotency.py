"""One effect and one answer for a request, however often and however concurrently it comes."""

import asyncio
from uuid import uuid4

import pytest
from todo_runtime.errors import InvalidArgument

from services.chat_api.access.model import (
    Role,
)
from services.chat_api.tasks.domain.model import (
    Status,
)

from .conftest import Room, draft, fresh, request_of

EVENTS = "SELECT count(*) FROM outbox WHERE topic = 'task-events' AND key = %s"


async def test_the_same_create_twenty_times_at_once_has_one_effect_and_one_answer(room: Room) -> None:
    ada = await room.person()
    request = request_of()
    answers = await asyncio.gather(
        *(room.tasks.create_task(ada.actor, "personal", draft(), request) for _ in range(20))
    )
    assert len({answer.id for answer in answers}) == 1
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(1,)]
    assert await room.all_rows(EVENTS, ada.workspace) == [(1,)]


async def test_the_same_change_twenty_times_at_once_has_one_effect_and_one_answer(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft())
    request = request_of(method="CompleteTask")
    answers = await asyncio.gather(
        *(room.tasks.complete_task(ada.actor, ada.names(task), request=request) for _ in range(20))
    )
    assert {(answer.status, answer.revision) for answer in answers} == {(Status.COMPLETED, 2)}
    assert await room.all_rows(EVENTS, ada.workspace) == [(2,)]


async def test_a_repeat_gets_the_first_answer_whatever_happened_since(room: Room) -> None:
    ada = await room.person()
    request = request_of()
    first = await room.tasks.create_task(ada.actor, "personal", draft(), request)
    await room.tasks.complete_task(ada.actor, ada.names(first))
    assert await room.tasks.create_task(ada.actor, "personal", draft(), request) == first


async def test_a_repeat_gets_the_first_answer_also_when_its_assignee_left(room: Room) -> None:
    ada, bob = await room.person(), await room.person()
    house = str(fresh(await room.workspaces.create_workspace(ada.id, "House")).id)
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", bob.id)
    await room.workspaces.add_member(ada.id, house, email, Role.EDITOR)
    wanted, request = draft(assignee_id=bob.id), request_of()
    first = await room.tasks.create_task(ada.actor, house, wanted, request)
    await room.workspaces.remove_member(bob.id, house, bob.id)
    assert await room.tasks.create_task(ada.actor, house, wanted, request) == first
    with pytest.raises(InvalidArgument, match="not a member"):
        await room.tasks.create_task(ada.actor, house, wanted, request_of())


async def test_the_same_id_with_another_body_is_refused(room: Room) -> None:
    ada = await room.person()
    id_ = uuid4()
    await room.tasks.create_task(ada.actor, "personal", draft(), request_of(b"one", id_))
    with pytest.raises(InvalidArgument, match="request_id"):
        await room.tasks.create_task(ada.actor, "personal", draft("other"), request_of(b"two", id_))
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(1,)]


async def test_two_people_may_use_the_same_id(room: Room) -> None:
    ada, eve = await room.person(), await room.person()
    id_ = uuid4()
    for person in (ada, eve):
        await room.tasks.create_task(person.actor, "personal", draft(), request_of(b"", id_))
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(2,)]


async def test_a_sign_up_is_repeated_with_the_password_only(room: Room) -> None:
    from todo_runtime.errors import AlreadyExists

    from services.chat_api.identity.model import SignUp

    command = SignUp(f"{uuid4()}@example.com", "correct horse battery", "", "UTC", "en", uuid4())
    first, _ = await room.identity.sign_up(command)
    again, _ = await room.identity.sign_up(command)
    assert again.id == first.id
    with pytest.raises(AlreadyExists):
        await room.identity.sign_up(SignUp(command.email, "another password", "", "UTC", "en", command.request_id))
