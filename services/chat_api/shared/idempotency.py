"""Idempotency (AIP-155): one effect and one answer for a request, however often it comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.idempotency import RequestKey

from services.chat_api.shared import request_table as store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """A request that may be repeated. `encode` and `decode` turn its answer into bytes and back."""

    key: RequestKey
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]


async def once(
    tx: Transaction,
    scope: UUID,
    actor: UUID,
    request: Request[T] | None,
    now: datetime,
    work: Callable[[], Awaitable[T]],
) -> T:
    """The first answer to the request, or the work's, which is kept. The scope's stream must be locked."""
    if request is None:
        return await work()
    answer = await store.find(tx, scope, actor, request.key)
    if answer is not None:
        return request.decode(answer)
    result = await work()
    await store.add(tx, scope, actor, request.key, request.encode(result), now)
    return result
