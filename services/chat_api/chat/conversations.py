"""The use cases of conversations. Each is one person's own; what a stranger asks for does not exist."""

from collections.abc import Sequence
from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import FieldViolation, InvalidArgument, NotFound
from todo_runtime.ids import uuid7
from todo_runtime.state import StateStore

from services.chat_api.chat import store
from services.chat_api.chat.memory import forget
from services.chat_api.chat.model import Conversation, Message


class ConversationService:
    """Everything that people do with conversations, besides talking."""

    def __init__(self, database: Database, state: StateStore, clock: Clock) -> None:
        self._database = database
        self._state = state
        self._clock = clock

    async def create_conversation(self, user: UUID, name: str, request_id: UUID | None) -> Conversation:
        """Begins a conversation, or returns the one that the same request began before."""

        async def create(tx: Transaction) -> Conversation:
            now = self._clock.now()
            made = await store.insert_conversation(tx, user, uuid7(), name, now, default=False, request_id=request_id)
            known = made or (await store.get_conversation_of_request(tx, user, request_id) if request_id else None)
            if known is None or (made is None and known.display_name != name):
                text = "This request_id was used for another request: take a new one."
                raise InvalidArgument(text, reason="REQUEST_ID_REUSED", violations=[FieldViolation("request_id", text)])
            return known

        return await self._database.run(create, user)

    async def get_conversation(self, user: UUID, id_: UUID) -> Conversation:
        """One conversation."""
        async with self._database.transaction(user) as tx:
            return found(await store.get_conversation(tx, user, id_), id_)

    async def list_conversations(self, user: UUID, limit: int, before: UUID | None) -> list[Conversation]:
        """Conversations, the newest first."""
        async with self._database.transaction(user) as tx:
            return await store.list_conversations(tx, user, limit, before)

    async def delete_conversation(self, user: UUID, id_: UUID) -> None:
        """Deletes a conversation with its messages and what it remembers."""
        async with self._database.transaction(user) as tx:
            if not await store.delete_conversation(tx, user, id_):
                raise missing(id_)
        await forget(self._state, id_)

    async def list_messages(self, user: UUID, id_: UUID, limit: int, before: UUID | None) -> Sequence[Message]:
        """Messages, the newest first."""
        async with self._database.transaction(user) as tx:
            found(await store.get_conversation(tx, user, id_), id_)
            return await store.list_messages(tx, user, id_, limit, before)


def found(conversation: Conversation | None, id_: UUID) -> Conversation:
    """The conversation. Raises NotFound where there is none."""
    if conversation is None:
        raise missing(id_)
    return conversation


def missing(id_: UUID) -> NotFound:
    """There is no such conversation."""
    return NotFound(f"There is no conversation conversations/{id_}.")
