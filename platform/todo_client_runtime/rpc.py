"""What the generated RPC clients are built on: the type of call metadata, the default deadline, request ids."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol, Self, TypeVar
from uuid import uuid4

Metadata = Sequence[tuple[str, str | bytes]]

DEFAULT_TIMEOUT = 10.0
"""Seconds that a call may take unless its caller sets a timeout."""


class _Mutation(Protocol):
    request_id: str

    def CopyFrom(self, other_msg: Self) -> None: ...  # noqa: N802


_M = TypeVar("_M", bound=_Mutation)


def with_request_id(request: _M) -> _M:
    """The request itself if it has a `request_id`, else a copy with a new one (AIP-155).

    So a retried call has one effect; the request that was passed in is never changed.
    """
    if request.request_id:
        return request
    copy = type(request)()
    copy.CopyFrom(request)
    copy.request_id = str(uuid4())
    return copy


async def first_with_request_id(requests: AsyncIterator[_M]) -> AsyncIterator[_M]:
    """The requests of one streaming call, of which the first names its `request_id`."""
    first = True
    async for request in requests:
        yield with_request_id(request) if first else request
        first = False
