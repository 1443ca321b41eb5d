"""Idempotency (AIP-155): one effect and one answer for a request, however often it comes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from todo_runtime.idempotency import RequestKey

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """A request that may be repeated. `encode` and `decode` turn its answer into bytes and back."""

    key: RequestKey
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]
