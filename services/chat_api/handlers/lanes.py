"""A lane a workspace for changes: those that wait for a locked workspace wait in line, with one connection in all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary


class Lanes:
    """Lets one change of a workspace at a time go on to the database, in the order of their coming."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, workspace: UUID) -> AsyncIterator[None]:
        """Waits for the change before, if there is one."""
        lock = self._locks.setdefault(workspace, asyncio.Lock())
        async with lock:
            yield
