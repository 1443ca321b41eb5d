"""Deletes what a service keeps for a stated time only.

Guarantees: nothing is deleted before its time; a transaction deletes a bounded number of rows; a backlog is worked off
with pauses, so that people's own work comes first; a purge that has to be retried does not hold up the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import RetryLater

BATCH: Final = 2_000
"""Rows that one purge deletes at most in a transaction."""

_INTERVAL: Final = 600.0
_PAUSE: Final = 0.2
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Purge:
    """One kind of thing, which is kept at least for a time.

    `delete` is given a timestamp and a limit; it deletes what is older, at most so many, and returns how many.
    """

    kept: timedelta
    delete: Callable[[Transaction, datetime, int], Awaitable[int]]


class RetentionWorker:
    """The worker of one process; `database` is of a role that may delete, and need not be able to read the rest."""

    def __init__(self, database: Database, clock: Clock, purges: Sequence[Purge]) -> None:
        self._database = database
        self._clock = clock
        self._purges = purges

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            more = await self.purge()
            await asyncio.sleep(_PAUSE if more else _INTERVAL)

    async def purge(self) -> bool:
        """Deletes one batch of each kind; whether there may be more to delete at once."""
        return any([await self._purge(one) for one in self._purges])

    async def _purge(self, purge: Purge) -> bool:
        before = self._clock.now() - purge.kept
        try:
            return await self._database.run(lambda tx: purge.delete(tx, before, BATCH)) >= BATCH
        except RetryLater as error:
            _log.warning("retention_retry", reason=error.message)
            return False
