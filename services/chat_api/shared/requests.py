"""What the edge takes from every request: its identity, its pages, its masks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Collection
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.idempotency import RequestKey

from services.chat_api.shared.idempotency import Request

DEFAULT_PAGE = 50
_TAG_BYTES = 12
T = TypeVar("T")


def request_of(
    message: Any, method: str, encode: Callable[[T], bytes], decode: Callable[[bytes], T]
) -> Request[T] | None:
    """The request's identity; None when it has no request_id."""
    if not message.request_id:
        return None
    body: bytes = message.SerializeToString(deterministic=True)
    key = RequestKey(UUID(message.request_id), method, hashlib.sha256(body).digest())
    return Request(key, encode, decode)


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


def masked_fields(
    mask: FieldMask | None, resource: Message, allowed: Collection[str], present: Callable[[str], bool]
) -> set[str]:
    """The fields that an update names (AIP-134): those of the mask, all for `*`, those that are set without a mask.

    What only the server sets is left out (AIP-161), so that the mask of a read does for a write. Raises
    InvalidArgument, naming the path at fault.
    """
    paths = list(mask.paths) if mask is not None else []
    if not paths:
        return {name for name in allowed if present(name)}
    if paths == ["*"]:
        return set(allowed)
    named = set(paths) - _of_the_server(resource.DESCRIPTOR)
    for path in paths:
        if path in named and path not in allowed:
            text = f"The update mask names {path[:80]!r}: it can name {', '.join(sorted(allowed))} or *."
            raise InvalidArgument(text, violations=[FieldViolation("update_mask", text)])
    return named


@cache
def _of_the_server(resource: Descriptor) -> frozenset[str]:
    """The fields of a resource that say which one it is, or that the server alone sets."""
    own = {field_behavior_pb2.OUTPUT_ONLY, field_behavior_pb2.IDENTIFIER}
    marked = {
        field.name
        for field in resource.fields
        if own & set(field.GetOptions().Extensions[field_behavior_pb2.field_behavior])
    }
    return frozenset(marked | {"etag"})


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
