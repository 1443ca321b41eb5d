"""A lane a workspace for changes: those that wait for a locked workspace wait in line, with one connection in all.

Promises: a lane has a bound, so one locked workspace fills no memory, and is nobody else's trouble.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary

from todo_runtime.errors import ResourceExhausted

MAX_IN_LANE = 1_000


class _Lane:
    __slots__ = ("__weakref__", "inside", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.inside = 0


class Lanes:
    """Lets one change of a workspace at a time go on to the database, in the order of their coming."""

    def __init__(self, most: int = MAX_IN_LANE) -> None:
        self._most = most
        self._lanes: WeakValueDictionary[UUID, _Lane] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, workspace: UUID) -> AsyncIterator[None]:
        """Waits for the change before, if there is one. Raises ResourceExhausted when too many wait already."""
        lane = self._lanes.setdefault(workspace, _Lane())
        if lane.inside >= self._most:
            raise crowded("Too many changes of this workspace are waiting: try again in a second.")
        lane.inside += 1
        try:
            async with lane.lock:
                yield
        finally:
            lane.inside -= 1


def crowded(message: str) -> ResourceExhausted:
    """The error for a queue that is full, with the seconds after which to come again."""
    return ResourceExhausted(message, reason="TOO_MANY_WAITING", metadata={"retry_after_seconds": "1"})
