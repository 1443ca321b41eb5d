"""Conversations, messages and the messages that were sent, in the database. Everything is one person's own.

Lock order: a conversation, then what was sent in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb
from todo_runtime.db import Transaction
from todo_runtime.idempotency import RequestKey, request_id_reused

from services.chat_api.chat.interpreter import Memory
from services.chat_api.chat.model import Author, Conversation, Message
from services.chat_api.chat.plan import MessagePlan, memory_from_json, memory_to_json, plan_from_json, plan_to_json

_INSERT_CONVERSATION = """
INSERT INTO conversations (user_id, id, display_name, is_default, request_id, created_at, updated_at)
VALUES (%(user)s, %(id)s, %(name)s, %(default)s, %(request)s, %(now)s, %(now)s)
    ON CONFLICT DO NOTHING
RETURNING id, display_name, created_at, updated_at
"""
_CONVERSATION = "SELECT id, display_name, created_at, updated_at FROM conversations WHERE user_id = %s"
_GET_CONVERSATION = f"{_CONVERSATION} AND id = %s"
_GET_DEFAULT_CONVERSATION = f"{_CONVERSATION} AND is_default"
_GET_CONVERSATION_OF_REQUEST = f"{_CONVERSATION} AND request_id = %s"
_LIST_CONVERSATIONS = """
SELECT id, display_name, created_at, updated_at FROM conversations
 WHERE user_id = %(user)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
_TOUCH_CONVERSATION = """
UPDATE conversations
   SET updated_at = greatest(updated_at, %s), display_name = CASE display_name WHEN '' THEN %s ELSE display_name END
 WHERE user_id = %s AND id = %s RETURNING true
"""
_DELETE_CONVERSATION = "DELETE FROM conversations WHERE user_id = %s AND id = %s RETURNING true"
_INSERT_MESSAGE = """
INSERT INTO messages (user_id, conversation_id, id, author, text, tasks, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_LIST_MESSAGES = """
SELECT id, author, text, tasks, created_at FROM messages
 WHERE user_id = %(user)s AND conversation_id = %(conversation)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
_GET_SENT_MESSAGE = """
SELECT conversation_id, body_hash, premises, coalesce(sequence, 0), answer, memory FROM sent_messages
 WHERE user_id = %s AND request_id = %s
"""
# After a restore of this database alone the state store may remember messages that the sequence has not counted yet.
_INSERT_SENT_MESSAGE = """
INSERT INTO sent_messages (user_id, request_id, conversation_id, body_hash, premises, created_at, sequence)
VALUES (%s, %s, %s, %s, %s, %s, greatest(nextval('sent_messages_sequence'), %s + 1))
    ON CONFLICT DO NOTHING RETURNING sequence
"""
_KEEP_ANSWER = """
UPDATE sent_messages SET answer = %s, memory = %s
 WHERE user_id = %s AND request_id = %s AND answer IS NULL RETURNING true
"""
_PURGE_EXPIRED = """
DELETE FROM sent_messages s
 USING (SELECT user_id, request_id FROM sent_messages WHERE created_at < %s LIMIT %s) AS old
 WHERE (s.user_id, s.request_id) = (old.user_id, old.request_id)
"""


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """The encoded response to a message, and what it adds to the conversation's memory.

    `memory` is None where the release before has answered.
    """

    response: bytes
    memory: Memory | None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that was sent: its plan, its number in the order of all of them, and its answer once there is one."""

    conversation: UUID
    plan: MessagePlan
    sequence: int
    answer: SentAnswer | None = None


async def insert_conversation(
    tx: Transaction, user: UUID, id_: UUID, name: str, now: datetime, *, default: bool, request_id: UUID | None
) -> Conversation | None:
    """Adds a conversation; None when the person has a default one, or the request has made one, already."""
    values = {"user": user, "id": id_, "name": name, "default": default, "request": request_id, "now": now}
    row = await tx.fetch_one(_INSERT_CONVERSATION, values)
    return None if row is None else Conversation(*row)


async def get_conversation(tx: Transaction, user: UUID, id_: UUID | None) -> Conversation | None:
    """One conversation; without an id the default one, which messages without a conversation belong to."""
    query, values = (_GET_DEFAULT_CONVERSATION, (user,)) if id_ is None else (_GET_CONVERSATION, (user, id_))
    row = await tx.fetch_one(query, values)
    return None if row is None else Conversation(*row)


async def get_conversation_of_request(tx: Transaction, user: UUID, request_id: UUID) -> Conversation | None:
    """The conversation that a request has made."""
    row = await tx.fetch_one(_GET_CONVERSATION_OF_REQUEST, (user, request_id))
    return None if row is None else Conversation(*row)


async def list_conversations(tx: Transaction, user: UUID, limit: int, before: UUID | None) -> list[Conversation]:
    """Conversations, the newest first, those older than `before`."""
    rows = await tx.fetch_all(_LIST_CONVERSATIONS, {"user": user, "limit": limit, "before": before})
    return [Conversation(*row) for row in rows]


async def touch_conversation(tx: Transaction, user: UUID, id_: UUID, name: str, now: datetime) -> bool:
    """Notes the time of a message, and names a conversation that has no name yet; False when it does not exist."""
    return await tx.fetch_one(_TOUCH_CONVERSATION, (now, name, user, id_)) is not None


async def delete_conversation(tx: Transaction, user: UUID, id_: UUID) -> bool:
    """Deletes a conversation with its messages; False when it does not exist."""
    return await tx.fetch_one(_DELETE_CONVERSATION, (user, id_)) is not None


async def insert_message(tx: Transaction, user: UUID, conversation: UUID, message: Message) -> None:
    """Adds a message."""
    values = (message.id, message.author.value, message.text, list(message.tasks), message.created_at)
    await tx.execute(_INSERT_MESSAGE, (user, conversation, *values))


async def list_messages(
    tx: Transaction, user: UUID, conversation: UUID, limit: int, before: UUID | None
) -> Sequence[Message]:
    """Messages, the newest first, those older than `before`."""
    values = {"user": user, "conversation": conversation, "limit": limit, "before": before}
    rows = await tx.fetch_all(_LIST_MESSAGES, values)
    return [Message(row[0], Author(row[1]), row[2], tuple(row[3]), row[4]) for row in rows]


async def get_sent_message(tx: Transaction, user: UUID, key: RequestKey) -> SentMessage | None:
    """The message that a request has sent. Raises InvalidArgument when its id came with another message."""
    row = await tx.fetch_one(_GET_SENT_MESSAGE, (user, key.request_id))
    if row is None:
        return None
    conversation, body_hash, plan, sequence, response, memory = row
    if bytes(body_hash) != key.body_hash:
        raise request_id_reused()
    answer = None
    if response is not None:
        answer = SentAnswer(bytes(response), None if memory is None else memory_from_json(memory))
    return SentMessage(conversation, plan_from_json(plan), sequence, answer)


async def insert_sent_message(
    tx: Transaction, user: UUID, key: RequestKey, conversation: UUID, plan: MessagePlan, after: int
) -> SentMessage | None:
    """Keeps a message with its plan, numbered after `after`; None when the same request has done so already."""
    values = (user, key.request_id, conversation, key.body_hash, Jsonb(plan_to_json(plan)), plan.sent_at, after)
    row = await tx.fetch_one(_INSERT_SENT_MESSAGE, values)
    return None if row is None else SentMessage(conversation, plan, row[0])


async def keep_answer(tx: Transaction, user: UUID, request_id: UUID, answer: SentAnswer) -> bool:
    """Keeps the answer to a message; False when it has one already."""
    memory = None if answer.memory is None else Jsonb(memory_to_json(answer.memory))
    return await tx.fetch_one(_KEEP_ANSWER, (answer.response, memory, user, request_id)) is not None


async def purge_expired(tx: Transaction, before: datetime, limit: int) -> int:
    """Deletes at most `limit` plans and answers of messages sent before a timestamp; returns how many."""
    return (await tx.execute(_PURGE_EXPIRED, (before, limit))).rowcount
