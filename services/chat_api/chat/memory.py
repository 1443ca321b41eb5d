"""What conversations remember between messages, in the state store; forgotten a month after the last message."""

from datetime import timedelta
from uuid import UUID

import orjson
from todo_runtime.state import StateStore

from services.chat_api.chat.interpreter import Memory
from services.chat_api.chat.plan import context_from_json, context_to_json

_KEPT = timedelta(days=30)


async def recall(state: StateStore, conversation: UUID) -> Memory:
    """What a conversation remembers; nothing at first."""
    stored = await state.get(_key(conversation))
    return Memory() if stored is None else context_from_json(orjson.loads(stored.value))


async def remember(state: StateStore, conversation: UUID, context: Memory) -> None:
    """Keeps what a conversation remembers."""
    await state.set(_key(conversation), orjson.dumps(context_to_json(context)), ttl=_KEPT)


async def forget(state: StateStore, conversation: UUID) -> None:
    """Drops what a conversation remembers."""
    await state.delete(_key(conversation))


def _key(conversation: UUID) -> str:
    return f"conversation/{conversation}"
