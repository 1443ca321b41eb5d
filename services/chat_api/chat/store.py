"""Conversations, messages and the messages that were sent, in the database. Everything is one person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from todo_runtime.db import Row, Transaction

from services.chat_api.chat.model import Author, Conversation, Message

_ADD = """
INSERT INTO conversations (user_id, id, display_name, is_default, request_id, created_at, updated_at)
VALUES (%(user)s, %(id)s, %(name)s, %(default)s, %(request)s, %(now)s, %(now)s)
    ON CONFLICT DO NOTHING
RETURNING id, display_name, created_at, updated_at
"""
_GET = "SELECT id, display_name, created_at, updated_at FROM conversations WHERE user_id = %s AND id = %s"
_DEFAULT = "SELECT id, display_name, created_at, updated_at FROM conversations WHERE user_id = %s AND is_default"
_OF_REQUEST = (
    "SELECT id, display_name, created_at, updated_at FROM conversations WHERE user_id = %s AND request_id = %s"
)
_LIST = """
SELECT id, display_name, created_at, updated_at FROM conversations
 WHERE user_id = %(user)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
_SPOKEN_IN = """
UPDATE conversations
   SET updated_at = greatest(updated_at, %s), display_name = CASE display_name WHEN '' THEN %s ELSE display_name END
 WHERE user_id = %s AND id = %s
"""
_DELETE = "DELETE FROM conversations WHERE user_id = %s AND id = %s RETURNING id"
_ADD_MESSAGE = """
INSERT INTO messages (user_id, conversation_id, id, author, text, tasks, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_MESSAGES = """
SELECT id, author, text, tasks, created_at FROM messages
 WHERE user_id = %(user)s AND conversation_id = %(conversation)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
_SENT = "SELECT conversation_id, body_hash, premises, answer FROM sent_messages WHERE user_id = %s AND request_id = %s"
_ADD_SENT = """
INSERT INTO sent_messages (user_id, request_id, conversation_id, body_hash, premises, created_at)
VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING RETURNING true
"""
_ANSWER = """
UPDATE sent_messages SET answer = %s WHERE user_id = %s AND request_id = %s AND answer IS NULL RETURNING true
"""
_FORGET_SENT = """
DELETE FROM sent_messages s
 USING (SELECT user_id, request_id FROM sent_messages WHERE created_at < %s LIMIT %s) AS old
 WHERE (s.user_id, s.request_id) = (old.user_id, old.request_id)
"""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that was sent: what it was understood from, and its answer once there is one."""

    conversation: UUID
    body_hash: bytes
    premises: dict[str, Any]
    answer: bytes | None = None


async def insert_conversation(
    tx: Transaction, user: UUID, id_: UUID, name: str, now: datetime, *, default: bool, request_id: UUID | None
) -> Conversation | None:
    """Adds a conversation; None when the person has that default one, or the request has made one, already."""
    values = {"user": user, "id": id_, "name": name, "default": default, "request": request_id, "now": now}
    row = await tx.fetch_one(_ADD, values)
    return None if row is None else Conversation(*row)


async def get_conversation(tx: Transaction, user: UUID, id_: UUID) -> Conversation | None:
    """One conversation."""
    return _conversation(await tx.fetch_one(_GET, (user, id_)))


async def get_default_conversation(tx: Transaction, user: UUID) -> Conversation | None:
    """The conversation that messages without one belong to."""
    return _conversation(await tx.fetch_one(_DEFAULT, (user,)))


async def get_conversation_of_request(tx: Transaction, user: UUID, request_id: UUID) -> Conversation | None:
    """The conversation that a request has made."""
    return _conversation(await tx.fetch_one(_OF_REQUEST, (user, request_id)))


async def list_conversations(tx: Transaction, user: UUID, limit: int, before: UUID | None) -> list[Conversation]:
    """Conversations, the newest first, from behind one on."""
    rows = await tx.fetch_all(_LIST, {"user": user, "limit": limit, "before": before})
    return [Conversation(*row) for row in rows]


async def touch_conversation(tx: Transaction, user: UUID, id_: UUID, name: str, now: datetime) -> None:
    """Notes that something was said; a conversation without a name gets one."""
    await tx.execute(_SPOKEN_IN, (now, name, user, id_))


async def delete_conversation(tx: Transaction, user: UUID, id_: UUID) -> bool:
    """Deletes a conversation with its messages; False when there is none."""
    return await tx.fetch_one(_DELETE, (user, id_)) is not None


async def insert_message(tx: Transaction, user: UUID, conversation: UUID, message: Message) -> None:
    """Adds a message."""
    values = (message.id, message.author.value, message.text, list(message.tasks), message.created_at)
    await tx.execute(_ADD_MESSAGE, (user, conversation, *values))


async def list_messages(
    tx: Transaction, user: UUID, conversation: UUID, limit: int, before: UUID | None
) -> Sequence[Message]:
    """Messages, the newest first, from behind one on."""
    values = {"user": user, "conversation": conversation, "limit": limit, "before": before}
    rows = await tx.fetch_all(_MESSAGES, values)
    return [Message(row[0], Author(row[1]), row[2], tuple(row[3]), row[4]) for row in rows]


async def get_sent_message(tx: Transaction, user: UUID, request_id: UUID) -> SentMessage | None:
    """What is known of a message that was sent."""
    row = await tx.fetch_one(_SENT, (user, request_id))
    return (
        None if row is None else SentMessage(row[0], bytes(row[1]), row[2], None if row[3] is None else bytes(row[3]))
    )


async def insert_sent_message(tx: Transaction, user: UUID, request_id: UUID, sent: SentMessage, now: datetime) -> bool:
    """Keeps what a message is understood from; False when another has done so for the same request."""
    values = (user, request_id, sent.conversation, sent.body_hash, Jsonb(sent.premises), now)
    return await tx.fetch_one(_ADD_SENT, values) is not None


async def keep_answer(tx: Transaction, user: UUID, request_id: UUID, given: bytes) -> bool:
    """Keeps the answer; False when there is one already."""
    return await tx.fetch_one(_ANSWER, (given, user, request_id)) is not None


async def purge_expired(tx: Transaction, before: datetime, limit: int) -> int:
    """Takes away what messages sent before a moment were understood from, and their answers; returns how many."""
    return (await tx.execute(_FORGET_SENT, (before, limit))).rowcount


def _conversation(row: Row | None) -> Conversation | None:
    return None if row is None else Conversation(*row)
