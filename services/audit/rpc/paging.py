"""Page tokens: a position, bound to the request that it belongs to (AIP-158)."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any, Final

import orjson
from google.protobuf.message import Message
from todo_runtime.errors import FieldViolation, InvalidArgument

DEFAULT_SIZE: Final = 50
_PAGING: Final = ("page_size", "page_token")


def page_size(request: Any) -> int:
    """How many to return at most."""
    return int(request.page_size) or DEFAULT_SIZE


def page_token(request: Message, position: Sequence[object]) -> str:
    """The token for going on at a position, made of what JSON can hold."""
    return base64.urlsafe_b64encode(orjson.dumps([_digest(request), *position])).decode().rstrip("=")


def position_of(request: Any) -> list[Any] | None:
    """The position in a request's page token; None on the first page. InvalidArgument for a foreign token."""
    token: str = request.page_token
    if not token:
        return None
    try:
        digest: object
        position: list[Any]
        digest, *position = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise _foreign() from None
    if digest != _digest(request):
        raise _foreign()
    return position


def _digest(request: Message) -> str:
    """What must be the same in all requests for pages of one list."""
    copy = type(request)()
    copy.CopyFrom(request)
    for field in _PAGING:
        if field in copy.DESCRIPTOR.fields_by_name:
            copy.ClearField(field)
    return hashlib.sha256(copy.SerializeToString(deterministic=True)).hexdigest()[:16]


def _foreign() -> InvalidArgument:
    violation = FieldViolation("page_token", "is not one that an earlier page of the same list brought")
    return InvalidArgument("The page token does not belong to this request.", violations=[violation])
