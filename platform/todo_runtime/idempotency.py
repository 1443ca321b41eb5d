"""Idempotent requests (AIP-155): one effect and one answer for a request, however often it arrives.

Guarantees: a request that is repeated changes nothing and gets the bytes of its first answer, as a `Replay`; an id that
arrives with another request is refused. The answer is kept in the transaction of the work, so that neither is there
without the other.

An edge makes a `Request` of a message with `request_of`, the transaction runs `RequestTable.once`, and the edge turns
the outcome into the response with `reply`.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from todo_runtime.db import Transaction
from todo_runtime.errors import InvalidArgument

KEPT: Final = timedelta(days=7)
"""How long a repeat gets the first answer, at least."""

T = TypeVar("T")
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What identifies a request: its id, its method, and the hash of everything in it."""

    request_id: UUID
    method: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """A request that may be repeated; `encode` turns its result into the answer that repeats get."""

    key: RequestKey
    encode: Callable[[T], bytes]


@dataclass(frozen=True, slots=True)
class Replay:
    """The request was answered before, with these bytes."""

    answer: bytes


class RequestTable:
    """A table of answered requests: the columns of `owner`, request_id, method, body_hash, answer, created_at.

    Its primary key is `owner` with request_id. Repeats that run at the same time must wait for each other before they
    look: the caller holds a lock that orders them (that of a stream), or `serialize` makes `find` take one.
    """

    def __init__(self, *owner: str, table: str = "requests", serialize: bool = False) -> None:
        key = (*owner, "request_id")
        columns = ", ".join(key)
        values = ", ".join(["%s"] * (len(key) + 4))
        self._serialize = serialize
        # Only names that the service wrote itself are put into the statements.
        self._find = f"SELECT method, body_hash, answer FROM {table} WHERE ({columns}) = ({_places(key)})"  # noqa: S608
        self._keep = f"INSERT INTO {table} ({columns}, method, body_hash, answer, created_at) VALUES ({values})"  # noqa: S608
        self._purge = (
            f"DELETE FROM {table} r USING (SELECT {columns} FROM {table} WHERE created_at < %s LIMIT %s) AS old"  # noqa: S608
            f" WHERE ({_columns('r', key)}) = ({_columns('old', key)})"
        )

    async def find(self, tx: Transaction, owner: tuple[UUID, ...], key: RequestKey) -> Replay | None:
        """The answer that a request got before. Raises InvalidArgument when its id came with another request."""
        if self._serialize:
            name = "/".join(str(part) for part in (*owner, key.request_id))
            await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))
        row = await tx.fetch_one(self._find, (*owner, key.request_id))
        if row is None:
            return None
        method, body_hash, answer = row
        if (method, bytes(body_hash)) != (key.method, key.body_hash):
            raise request_id_reused()
        return Replay(bytes(answer))

    async def keep(
        self, tx: Transaction, owner: tuple[UUID, ...], key: RequestKey, answer: bytes, now: datetime
    ) -> None:
        """Keeps the answer to a request."""
        await tx.execute(self._keep, (*owner, key.request_id, key.method, key.body_hash, answer, now))

    async def once(
        self,
        tx: Transaction,
        owner: tuple[UUID, ...],
        request: Request[T] | None,
        now: datetime,
        work: Callable[[], Awaitable[T]],
    ) -> T | Replay:
        """Does the work and keeps its answer, unless the request was answered before. None: one without an id."""
        if request is None:
            return await work()
        replay = await self.find(tx, owner, request.key)
        if replay is not None:
            return replay
        result = await work()
        await self.keep(tx, owner, request.key, request.encode(result), now)
        return result

    async def purge_expired(self, tx: Transaction, before: datetime, limit: int) -> int:
        """Deletes at most `limit` requests that were answered before a timestamp; returns how many."""
        return (await tx.execute(self._purge, (before, limit))).rowcount


def request_of(message: Any, method: str, message_of: Callable[[T], Message]) -> Request[T] | None:
    """The identity of a request whose result `message_of` turns into the response; None when it has no request_id.

    The contract's rules have ensured that request_id is a UUID.
    """
    if not message.request_id:
        return None
    body: bytes = message.SerializeToString(deterministic=True)
    key = RequestKey(UUID(message.request_id), method, hashlib.sha256(body).digest())
    return Request(key, lambda result: message_of(result).SerializeToString())


def reply(result: T | Replay, message_of: Callable[[T], M], message_type: type[M]) -> M:
    """The response to a request: that of its work, or the one that it got before."""
    if isinstance(result, Replay):
        return message_type.FromString(result.answer)
    return message_of(result)


def empty(_result: None) -> Empty:
    """The response of a method whose result is nothing."""
    return Empty()


def request_id_reused() -> InvalidArgument:
    """The refusal of an id that was used for another request."""
    text = "This request_id was used for another request: take a new one."
    return InvalidArgument.at("request_id", text, reason="REQUEST_ID_REUSED")


def _places(columns: tuple[str, ...]) -> str:
    return ", ".join(["%s"] * len(columns))


def _columns(table: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)
