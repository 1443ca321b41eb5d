"""Answers of requests that may be repeated: the first one is kept as bytes, and a repeat gets those."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.requests import request_of

T = TypeVar("T")
M = TypeVar("M", bound=Message)


class Answered(Exception):
    """A request was answered before: `answer` is that answer, as bytes."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("answered before")
        self.answer = answer


def repeatable(request: Message, method: str, message_of: Callable[[T], Message]) -> Request[T] | None:
    """The identity of a request whose result `message_of` turns into its answer; None when it has no request_id."""
    return request_of(request, method, lambda result: message_of(result).SerializeToString(), answered)


async def answer(work: Awaitable[T], message_of: Callable[[T], M], message_type: type[M]) -> M:
    """The answer to a request: of its work, or the one that it got before."""
    try:
        return message_of(await work)
    except Answered as before:
        return message_type.FromString(before.answer)


def nothing(_result: None) -> Empty:
    """The answer of a method that has none."""
    return Empty()


def answered(answer: bytes) -> Any:
    """Ends the work of a request that was answered before."""
    raise Answered(answer)
