"""Requests that were answered: the first answer, for every repeat.

Look one up only after locking the stream that is its scope: then no other transaction is answering it.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.idempotency import RequestKey, RequestTable

REQUESTS: Final = RequestTable("scope", "actor_id")
"""The scope is what the request changes, e.g. a workspace; its stream must be locked before a request is looked up."""

_FIND = "SELECT method, body_hash, answer FROM requests WHERE scope = %s AND actor_id = %s AND request_id = %s"
_ADD = """
INSERT INTO requests (scope, actor_id, request_id, method, body_hash, answer, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


async def find(tx: Transaction, scope: UUID, actor: UUID, key: RequestKey) -> bytes | None:
    """The answer that a request got before. Raises InvalidArgument when the same id came with another request."""
    row = await tx.fetch_one(_FIND, (scope, actor, key.request_id))
    if row is None:
        return None
    method, body_hash, answer = row
    if (method, bytes(body_hash)) != (key.method, key.body_hash):
        text = "This request_id was used for another request: take a new one."
        violation = FieldViolation("request_id", text)
        raise InvalidArgument(text, reason="REQUEST_ID_REUSED", violations=[violation])
    return bytes(answer)


async def add(tx: Transaction, scope: UUID, actor: UUID, key: RequestKey, answer: bytes, now: datetime) -> None:
    """Keeps the answer to a request."""
    await tx.execute(_ADD, (scope, actor, key.request_id, key.method, key.body_hash, answer, now))
