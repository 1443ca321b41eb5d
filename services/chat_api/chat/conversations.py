"""What people do with conversations. Each is one person's own; to anybody else it does not exist."""

from collections.abc import Sequence
from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import NotFound
from todo_runtime.idempotency import request_id_reused
from todo_runtime.ids import uuid7
from todo_runtime.state import StateStore

from services.chat_api.chat import store
from services.chat_api.chat.memory import delete_memory
from services.chat_api.chat.model import Conversation, Message


class ConversationService:
    """Everything that people do with conversations, besides sending messages."""

    def __init__(self, database: Database, state: StateStore, clock: Clock) -> None:
        self._database = database
        self._state = state
        self._clock = clock

    async def create_conversation(self, user: UUID, name: str, request_id: UUID | None) -> Conversation:
        """Creates a conversation, or returns the one that the same request created before."""

        async def create(tx: Transaction) -> Conversation:
            now = self._clock.now()
            created = await store.insert_conversation(
                tx, user, uuid7(), name, now, default=False, request_id=request_id
            )
            known = created or (await store.get_conversation_of_request(tx, user, request_id) if request_id else None)
            if known is None or (created is None and known.display_name != name):
                raise request_id_reused()
            return known

        return await self._database.run(create, user)

    async def get_conversation(self, user: UUID, id_: UUID) -> Conversation:
        """One conversation."""
        async with self._database.transaction(user) as tx:
            return await _require_conversation(tx, user, id_)

    async def list_conversations(self, user: UUID, limit: int, before: UUID | None) -> list[Conversation]:
        """Conversations, the newest first."""
        async with self._database.transaction(user) as tx:
            return await store.list_conversations(tx, user, limit, before)

    async def delete_conversation(self, user: UUID, id_: UUID) -> None:
        """Deletes a conversation with its messages and what it remembers."""
        async with self._database.transaction(user) as tx:
            if not await store.delete_conversation(tx, user, id_):
                raise conversation_not_found(id_)
        await delete_memory(self._state, id_)

    async def list_messages(self, user: UUID, id_: UUID, limit: int, before: UUID | None) -> Sequence[Message]:
        """Messages, the newest first."""
        async with self._database.transaction(user) as tx:
            await _require_conversation(tx, user, id_)
            return await store.list_messages(tx, user, id_, limit, before)


def conversation_not_found(id_: UUID) -> NotFound:
    """The error of a conversation that does not exist, or is somebody else's."""
    return NotFound(f"There is no conversation conversations/{id_}.")


async def _require_conversation(tx: Transaction, user: UUID, id_: UUID) -> Conversation:
    conversation = await store.get_conversation(tx, user, id_)
    if conversation is None:
        raise conversation_not_found(id_)
    return conversation
