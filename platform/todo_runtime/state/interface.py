"""The interface of all stores of small values."""

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
    """A store of small values. Methods raise RetryLater while the store is down.

    A key must not contain `||`, which Dapr puts between the name of a service and its keys, nor be `.` or `..`.
    """

    async def get(self, key: str) -> StateValue | None:
        """The value of a key; None if there is none or it has expired."""
        ...

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> None:
        """Writes a value that expires after `ttl` (whole seconds, at least one).

        Raises Aborted if `etag` is given and is not that of the value.
        """
        ...

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Removes a value, if there is one. Raises Aborted if `etag` is given and is not that of the value."""
        ...


def changed(key: str) -> Aborted:
    """The error for an outdated etag."""
    return Aborted(f"The value {key} was changed in the meantime.")
