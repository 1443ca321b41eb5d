"""What a conversation remembers, where the state store fails, repeats come late and messages come together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from todo_runtime.errors import NotFound, RetryLater
from todo_runtime.idempotency import Replay, Request, RequestKey
from todo_runtime.state import LocalState, StateStore, StateValue

from services.chat_api.chat.conversations import ConversationService
from services.chat_api.chat.service import ChatResponse, ChatService, IncomingMessage
from services.chat_api.shared.resource_names import PERSONAL
from services.chat_api.tasks.filtering.queries import TaskQuery
from tests.integration.chat_api.conftest import Person, Room, draft

Hook = Callable[[], Awaitable[None]]


async def fail() -> None:
    """The state store is down."""
    raise RetryLater("The state store does not answer just now.")


@dataclass
class HookedState:
    """The local store; a hook runs once, before the next call of its kind."""

    store: StateStore
    hooks: dict[str, Hook] = field(default_factory=dict)

    async def get(self, key: str) -> StateValue | None:
        await self._run("get")
        return await self.store.get(key)

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> None:
        await self._run("set")
        await self.store.set(key, value, etag=etag, ttl=ttl)

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        await self.store.delete(key, etag=etag)

    async def _run(self, call: str) -> None:
        hook = self.hooks.pop(call, None)
        if hook is not None:
            await hook()


@dataclass
class Talk:
    """A person who talks to the assistant in one conversation."""

    room: Room
    person: Person
    state: HookedState
    service: ChatService
    conversation: UUID

    async def say(self, text: str, id_: UUID | None = None) -> str:
        """Sends a message and returns the reply."""
        key = RequestKey(id_ or uuid4(), "SendMessage", text.encode())
        message = IncomingMessage(text, self.conversation, PERSONAL, "")
        request: Request[ChatResponse] = Request(key, lambda response: response.answer.reply.encode())
        result = await self.service.send_message(self.person.actor, message, request)
        return result.answer.decode() if isinstance(result, Replay) else result.answer.reply

    async def open_titles(self) -> set[str]:
        tasks = await self.room.tasks.list_tasks(self.person.actor, PERSONAL, TaskQuery())
        return {task.title for task in tasks}


@pytest.fixture
async def talk(room: Room) -> Talk:
    """Somebody with two tasks, who was shown both: milk is number 1."""
    person = await room.person()
    state = HookedState(LocalState(room.database))
    service = ChatService(room.database, room.access, room.feature.tasks, room.feature.undos, state, room.clock)
    conversations = ConversationService(room.database, state, room.clock)
    conversation = await conversations.create_conversation(person.id, "", None)
    for title, tags in (("milk", ()), ("eggs", ("home",))):
        await room.tasks.create_task(person.actor, PERSONAL, draft(title, tags=tags))
    talk = Talk(room, person, state, service, conversation.id)
    assert "1. milk" in await talk.say("list")
    return talk


async def test_a_repeat_remembers_the_list_that_the_first_could_not(talk: Talk) -> None:
    request_id = uuid4()
    talk.state.hooks["set"] = fail
    with pytest.raises(RetryLater):
        await talk.say("list #home", request_id)
    assert "1. eggs" in await talk.say("list #home", request_id)
    await talk.say("done 1")
    assert await talk.open_titles() == {"milk"}


async def test_a_repeat_does_what_was_done_only_once(talk: Talk) -> None:
    request_id = uuid4()
    talk.state.hooks["set"] = fail
    with pytest.raises(RetryLater):
        await talk.say("add bread", request_id)
    assert await talk.say("add bread", request_id) == "Added “bread”."
    await talk.say("done it")
    assert await talk.open_titles() == {"milk", "eggs"}


async def test_a_late_repeat_does_not_replace_a_newer_list(talk: Talk) -> None:
    request_id = uuid4()
    talk.state.hooks["set"] = fail
    with pytest.raises(RetryLater):
        await talk.say("list #home", request_id)
    await talk.say("list")
    assert "1. eggs" in await talk.say("list #home", request_id)
    await talk.say("done 1")
    assert await talk.open_titles() == {"eggs"}


async def test_a_late_repeat_adds_what_newer_messages_had_nothing_of(talk: Talk) -> None:
    request_id = uuid4()
    talk.state.hooks["set"] = fail
    with pytest.raises(RetryLater):
        await talk.say("list #home", request_id)
    await talk.say("add bread")
    await talk.say("list #home", request_id)
    await talk.say("done 1")
    assert await talk.open_titles() == {"milk", "bread"}


async def test_of_two_messages_at_the_same_time_neither_is_forgotten(talk: Talk) -> None:
    async def say_another() -> None:
        await talk.say("add bread")

    talk.state.hooks["set"] = say_another
    await talk.say("list #home")
    await talk.say("rename it to rye bread")
    await talk.say("done 1")
    assert await talk.open_titles() == {"milk", "rye bread"}


async def test_the_same_message_many_times_at_once_is_remembered_once(talk: Talk) -> None:
    request_id = uuid4()
    replies = await asyncio.gather(*(talk.say("list #home", request_id) for _ in range(10)))
    assert len(set(replies)) == 1
    await talk.say("done 1")
    assert await talk.open_titles() == {"milk"}


async def test_nothing_is_done_while_the_state_store_is_down(talk: Talk) -> None:
    talk.state.hooks["get"] = fail
    with pytest.raises(RetryLater):
        await talk.say("done 1")
    assert await talk.open_titles() == {"milk", "eggs"}


async def test_messages_go_on_where_the_state_store_knows_more_than_the_database(talk: Talk) -> None:
    """As after a restore of the database alone."""
    await talk.room.all_rows("SELECT setval('sent_messages_sequence', 1, false)")
    assert "1. eggs" in await talk.say("list #home")
    await talk.say("done 1")
    assert await talk.open_titles() == {"milk"}


async def test_what_the_release_before_remembers_is_read_and_replaced(talk: Talk) -> None:
    eggs = await talk.room.tasks.search_tasks(talk.person.actor, PERSONAL, "eggs", 1)
    name = f"workspaces/{talk.person.workspace}/tasks/{eggs[0][0].id}"
    old = f'{{"listed":[["{name}","eggs"]],"mentioned":[],"pending":""}}'
    await talk.state.set(f"conversation/{talk.conversation}", old.encode())
    await talk.say("done 1")
    assert await talk.open_titles() == {"milk"}
    await talk.say("list")
    await talk.say("done 1")
    assert await talk.open_titles() == set()


async def test_a_conversation_that_is_deleted_meanwhile_does_not_exist(talk: Talk) -> None:
    conversations = ConversationService(talk.room.database, talk.state, talk.room.clock)

    async def delete() -> None:
        await conversations.delete_conversation(talk.person.id, talk.conversation)

    talk.state.hooks["get"] = delete
    with pytest.raises(NotFound):
        await talk.say("list")
