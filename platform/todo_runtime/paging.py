"""Lists in pages (AIP-158): where a page begins, where it ends, and the token that leads to the next one.

Guarantees: a token is read by the list, with the arguments, and for the caller that it was made for, and by nobody
else; whatever was altered, even in its spelling, is refused with INVALID_ARGUMENT and the reason PAGE_TOKEN. What a
token says is signed and not secret.

A method takes one item more than a page has, to see whether another page follows:

    asked = self._pages.asked(request, call)
    found = await self._things.list(call.person, asked.after, asked.limit)
    page = asked.cut(found, lambda thing: str(thing.id))
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Self, TypeVar
from uuid import UUID, uuid5

from google.protobuf.message import Message

from todo_runtime.auth.principal import Principal
from todo_runtime.errors import InvalidArgument
from todo_runtime.rpc.call import Call

DEFAULT_SIZE: Final = 50

_TAG_BYTES: Final = 12
_PAGING: Final = frozenset({"page_token", "page_size"})
_SERVICES: Final = UUID("4140e4d3-6c24-4c4b-9b6b-84659075c9a2")
"""The namespace of the ids that stand for services which call for no person."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of one page; `next_token` is empty on the last."""

    items: Sequence[T]
    next_token: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The page that a request asks for: `size` items after the one with the sort key `after`; None: from the start."""

    size: int
    after: Any
    token_of: Callable[[object], str]
    """Makes the token of the page after a sort key, which is something that JSON can hold."""

    @property
    def limit(self) -> int:
        """How many items to look for: one more than a page has."""
        return self.size + 1

    def cut(self, found: Sequence[T], key_of: Callable[[T], object]) -> Page[T]:
        """The page, of at most `limit` items that were found; `key_of` gives the sort key of one."""
        items = found[: self.size]
        return Page(items, self.token_of(key_of(items[-1])) if len(found) > self.size else "")


class PageTokens:
    """Makes and reads the page tokens of one service. All its replicas must have the same key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def derived_from(cls, secret: str) -> Self:
        """Those of a service that has a secret already, and needs none for this alone."""
        return cls(hashlib.sha256(b"page tokens\0" + secret.encode()).digest())

    def asked(self, request: Any, call: Call, max_size: int | None = None) -> PageRequest:
        """What a request for a page asks for. Raises InvalidArgument for a token that is not from this list."""
        size = getattr(request, "page_size", 0) or DEFAULT_SIZE
        caller = _caller(call.principal)
        after = self._read(request, caller) if request.page_token else None
        return PageRequest(
            size if max_size is None else min(size, max_size),
            after,
            lambda sort_key: self._make(request, caller, sort_key),
        )

    def _make(self, request: Message, caller: UUID, sort_key: object) -> str:
        body = json.dumps(sort_key, separators=(",", ":")).encode()
        return _text(self._sign(request, caller, body) + body)

    def _read(self, request: Any, caller: UUID) -> Any:
        data = _bytes(request.page_token)
        tag, body = data[:_TAG_BYTES], data[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._sign(request, caller, body)):
            raise _refused()
        return json.loads(body)

    def _sign(self, request: Message, caller: UUID, body: bytes) -> bytes:
        question = type(request)()
        question.CopyFrom(request)
        for name in _PAGING.intersection(question.DESCRIPTOR.fields_by_name):
            question.ClearField(name)
        asked = question.SerializeToString(deterministic=True)
        method = request.DESCRIPTOR.name.removesuffix("Request").encode()  # each has a message of its own
        material = caller.bytes + method + b"\0" + asked + b"\0" + body
        return hmac.new(self._key, material, hashlib.sha256).digest()[:_TAG_BYTES]


def _caller(principal: Principal) -> UUID:
    """The person for whom the call is made, else the service that makes it."""
    return principal.user_id or uuid5(_SERVICES, principal.service or "")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(token: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise _refused() from None
    # The decoder leaves out what is not base64, and bits that don't count: a token has one spelling.
    if _text(data) != token:
        raise _refused()
    return data


def _refused() -> InvalidArgument:
    text = "The page token is not from this list: take next_page_token as it came, with the same arguments."
    return InvalidArgument.at("page_token", text, reason="PAGE_TOKEN")
