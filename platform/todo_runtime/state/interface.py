"""What a store of small values promises, wherever it keeps them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from todo_runtime.errors import Aborted


@dataclass(frozen=True, slots=True)
class StateValue:
    """A value and its version."""

    value: bytes
    etag: str


class StateStore(Protocol):
    """Where a service keeps small values. Raises RetryLater while the store is down.

    A key has no `||`, which Dapr puts between a service's name and its keys, and is not `.` or `..`, a step in a path.
    """

    async def get(self, key: str) -> StateValue | None:
        """The value under a key; None when there is none or it has expired."""
        ...

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> None:
        """Writes a value, to be forgotten after `ttl` (counted in whole seconds, at least one).

        Raises Aborted when `etag` is given and is not that of the value.
        """
        ...

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Removes a value, if it is there. Raises Aborted when `etag` is given and is not that of the value."""
        ...


def changed(key: str) -> Aborted:
    """An etag is out of date."""
    return Aborted(f"The value {key} was changed meanwhile.")
