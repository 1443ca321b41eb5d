"""What the edge takes from every request: its identity, its pages, its masks."""

import base64
import hashlib
import hmac
import json
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message
from todo_runtime.errors import FieldViolation, InvalidArgument

DEFAULT_PAGE = 50
_TAG_BYTES = 12
T = TypeVar("T")


def page_size(message: Any) -> int:
    """How many to return."""
    return int(message.page_size) or DEFAULT_PAGE


class PageTokens:
    """Opaque page tokens: where the page before ended, bound to the method, its arguments and the person, signed."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, method: str, request: Message, place: object, person: UUID) -> str:
        """The token behind a place, which is JSON."""
        body = json.dumps(place, separators=(",", ":")).encode()
        return _text(self._sign(method, request, body, person) + body)

    def read(self, method: str, request: Any, person: UUID) -> Any:
        """The place in a request's token; None without one. Raises InvalidArgument for a token that is not ours."""
        if not request.page_token:
            return None
        data = _bytes(request.page_token)
        tag, body = data[:_TAG_BYTES], data[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._sign(method, request, body, person)):
            raise _bad_token()
        return json.loads(body)

    def _sign(self, method: str, request: Message, body: bytes, person: UUID) -> bytes:
        question = type(request)()
        question.CopyFrom(request)
        for name in ("page_token", "page_size"):
            question.ClearField(name)
        asked = question.SerializeToString(deterministic=True)
        material = person.bytes + method.encode() + b"\0" + asked + b"\0" + body
        return hmac.new(self._key, material, hashlib.sha256).digest()[:_TAG_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(token: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise _bad_token() from None
    # The decoder leaves out what is no base64, and bits that don't count: a token has one spelling.
    if _text(data) != token:
        raise _bad_token()
    return data


def _bad_token() -> InvalidArgument:
    text = "The page token is not from this list: take next_page_token as it came, with the same arguments."
    return InvalidArgument(text, reason="PAGE_TOKEN", violations=[FieldViolation("page_token", text)])
