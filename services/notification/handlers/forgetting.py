"""Forgets the answers to requests that were made long ago: nobody repeats them any more.

Promises: a repeat gets the first answer for `KEPT` at least; a transaction takes away a bounded number of rows; a
backlog is worked off with pauses, so that people's own work comes first.
"""

import asyncio
from datetime import timedelta

import structlog
from todo_runtime.clock import Clock
from todo_runtime.db import Database
from todo_runtime.errors import RetryLater

from services.notification import store

KEPT = timedelta(days=7)
BATCH = 2_000
_INTERVAL = 600.0
_PAUSE = 0.2
_log = structlog.get_logger(__name__)


class Forgetter:
    """The one of this process; `database` is of a role that may delete requests, and not read their answers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            more = False
            try:
                more = await self.forget()
            except RetryLater as error:
                _log.warning("retention_retry", reason=error.message)
            await asyncio.sleep(_PAUSE if more else _INTERVAL)

    async def forget(self) -> bool:
        """Forgets one batch; whether there may be more."""
        before = self._clock.now() - KEPT
        return await self._database.run(lambda tx: store.REQUESTS.purge_expired(tx, before, BATCH)) == BATCH
