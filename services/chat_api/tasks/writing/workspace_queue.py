"""A queue for each workspace: changes of a locked workspace wait in line, with one connection for all of them.

Guarantees: a queue has a bound, so that one locked workspace fills no memory and holds no other workspace up.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary

from todo_runtime.errors import ResourceExhausted

MAX_WAITING = 1_000


class _Queue:
    __slots__ = ("__weakref__", "length", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.length = 0


class WorkspaceQueue:
    """Lets one change of a workspace at a time go on to the database, first come, first served."""

    def __init__(self, max_waiting: int = MAX_WAITING) -> None:
        self._max_waiting = max_waiting
        self._queues: WeakValueDictionary[UUID, _Queue] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, workspace: UUID) -> AsyncIterator[None]:
        """Waits for the changes before. Raises ResourceExhausted when too many are waiting already."""
        queue = self._queues.setdefault(workspace, _Queue())
        if queue.length >= self._max_waiting:
            raise queue_full("Too many changes of this workspace are waiting: try again in a second.")
        queue.length += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.length -= 1


def queue_full(message: str) -> ResourceExhausted:
    """The error for a queue that is full, with the seconds after which to come again."""
    return ResourceExhausted(message, reason="TOO_MANY_WAITING", metadata={"retry_after_seconds": "1"})
