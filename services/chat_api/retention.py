"""Forgets what is no longer anybody's: answers to requests and messages of long ago, changes that are too old to be
undone, deleted tasks that can't be brought back any more, and deleted workspaces.

Promises: a repeat gets the first answer for `KEPT` at least; a transaction takes away a bounded number of rows; a
backlog is worked off with pauses, so that people's own work comes first.
"""

import asyncio
from datetime import timedelta

import structlog
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import RetryLater

from services.chat_api.chat import store as conversations
from services.chat_api.shared import request_table as requests
from services.chat_api.tasks.service.undo import KEPT as UNDOABLE
from services.chat_api.tasks.store import bulk_update as task_changes
from services.chat_api.tasks.store import journal
from services.chat_api.workspaces.store import workspaces

KEPT = timedelta(days=7)
UNDELETABLE = timedelta(days=30)
"""How long a deleted task can be undeleted, as in todo/task/v1/task_service.proto."""
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
        """Forgets one batch of each kind; whether there may be more."""
        now = self._clock.now()
        before = now - KEPT

        async def work(tx: Transaction) -> int:
            return max(
                await requests.forget(tx, before, BATCH),
                await conversations.purge_expired(tx, before, BATCH),
                await journal.forget(tx, now - UNDOABLE, BATCH),
                await task_changes.forget_deleted(tx, now - UNDELETABLE, BATCH),
                await workspaces.purge_deleted(tx, BATCH),
            )

        return await self._database.run(work) == BATCH
