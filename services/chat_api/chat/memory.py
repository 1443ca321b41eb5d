"""What conversations remember between messages, in the state store, for a month after the last message.

Guarantees: each part of it (the numbered list, the tasks mentioned, the open question) is that of the newest message
that had one, in whatever order and however often messages are remembered: doing it again changes nothing, a late
repeat of an old message never replaces what a newer one has shown, and of two at the same time neither is lost.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import orjson
from todo_runtime.errors import Aborted, RetryLater
from todo_runtime.state import StateStore

from services.chat_api.chat.interpreter import Memory, TaskRef
from services.chat_api.chat.plan import memory_from_json, memory_to_json

_KEPT: Final = timedelta(days=30)
_ATTEMPTS: Final = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Register(Generic[T]):
    """A value of which the newest message decides: a last-writer-wins register. 0 is before all messages."""

    value: T
    sequence: int = 0

    def merge(self, other: "Register[T]") -> "Register[T]":
        """The newer one of both."""
        return other if other.sequence > self.sequence else self


@dataclass(frozen=True, slots=True)
class VersionedMemory:
    """A memory, and which message each part of it is from."""

    listed: Register[tuple[TaskRef, ...]] = Register(())
    mentioned: Register[tuple[TaskRef, ...]] = Register(())
    pending: Register[str] = Register("")

    @property
    def memory(self) -> Memory:
        """Without the versions."""
        return Memory(self.listed.value, self.mentioned.value, self.pending.value)

    @property
    def sequence(self) -> int:
        """Of the newest message that is remembered."""
        return max(self.listed.sequence, self.mentioned.sequence, self.pending.sequence)

    def merge(self, update: Memory, sequence: int) -> "VersionedMemory":
        """With what one message adds. A list or a mention that is empty changes nothing; a question is open or not."""
        return VersionedMemory(
            self.listed.merge(Register(update.listed, sequence)) if update.listed else self.listed,
            self.mentioned.merge(Register(update.mentioned, sequence)) if update.mentioned else self.mentioned,
            self.pending.merge(Register(update.pending, sequence)),
        )


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a conversation remembers, as it was read: the etag is None where nothing is stored."""

    memory: VersionedMemory = VersionedMemory()
    etag: str | None = None


async def recall(state: StateStore, conversation: UUID) -> Recalled:
    """What a conversation remembers; nothing at first."""
    stored = await state.get(_key(conversation))
    return Recalled() if stored is None else Recalled(_from_json(orjson.loads(stored.value)), stored.etag)


async def remember(
    state: StateStore, conversation: UUID, update: Memory, sequence: int, recalled: Recalled | None = None
) -> None:
    """Adds what the message with this sequence number adds; `recalled` saves the first look where it is up to date.

    Raises RetryLater while others keep changing it.
    """
    # Without an etag nothing guards the write, so the look must be fresh: the store has no "create if absent".
    known = recalled if recalled is not None and recalled.etag is not None else await recall(state, conversation)
    for _attempt in range(_ATTEMPTS):
        merged = known.memory.merge(update, sequence)
        if merged == known.memory:
            return
        try:
            await state.set(_key(conversation), orjson.dumps(_to_json(merged)), etag=known.etag, ttl=_KEPT)
        except Aborted:
            known = await recall(state, conversation)
        else:
            return
    raise RetryLater("Other messages of this conversation are being answered just now.")


async def delete_memory(state: StateStore, conversation: UUID) -> None:
    """Deletes what a conversation remembers."""
    await state.delete(_key(conversation))


def _to_json(memory: VersionedMemory) -> dict[str, Any]:
    sequences = [memory.listed.sequence, memory.mentioned.sequence, memory.pending.sequence]
    return {**memory_to_json(memory.memory), "sequences": sequences}


def _from_json(stored: dict[str, Any]) -> VersionedMemory:
    memory = memory_from_json(stored)
    # A release before this one wrote no sequences.
    listed, mentioned, pending = stored.get("sequences", (0, 0, 0))
    return VersionedMemory(
        Register(memory.listed, listed), Register(memory.mentioned, mentioned), Register(memory.pending, pending)
    )


def _key(conversation: UUID) -> str:
    return f"conversation/{conversation}"
