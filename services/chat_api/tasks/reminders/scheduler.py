"""Fires reminders when they are due: claims them and appends their events, in one transaction a batch.

Guarantees: a reminder fires once, also across restarts and replicas; one that fell due while no process ran fires
at the next start; one whose event would break its contract is left out and told in the log; a workspace that is being
changed is left for the next round and delays no other, however much is due there.
"""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import PermanentlyBad, RetryLater
from todo_runtime.outbox import Outgoing, append_locked, lock_streams
from todo_runtime.telemetry import metrics, spans

from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.reminders import store
from services.chat_api.tasks.reminders.store import DueReminder

BATCH = 500
_LONGEST_SLEEP = 15.0
_PAUSE = 0.05
_FAULT_PAUSE = 1.0
_MEASURED = 5.0
_log = structlog.get_logger(__name__)


class ReminderScheduler:
    """The scheduler of this process; `database` is of the role that sees every workspace's reminders."""

    def __init__(self, database: Database, events: TaskEvents, clock: Clock) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._wake = asyncio.Event()
        self._next: datetime | None = None

    def expect(self, fires_at: datetime) -> None:
        """A reminder was written that fires then: do not sleep past it."""
        if self._next is None or fires_at < self._next:
            self._next = fires_at
            self._wake.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                await self._drain()
                await self._sleep()
            except RetryLater as error:
                _log.warning("reminder_scheduler_retry", reason=error.message)
                await asyncio.sleep(_FAULT_PAUSE)

    async def measure(self) -> None:
        """Tells operators how late the first one is, whether `run` gets on or not; works until cancelled."""
        while True:
            try:
                metrics.REMINDER_OVERDUE.set(await self.overdue())
            except RetryLater as error:
                _log.warning("reminder_overdue_unknown", reason=error.message)
            await asyncio.sleep(_MEASURED)

    async def overdue(self) -> float:
        """Seconds since the first reminder that has not fired was due; 0 when none is due."""
        async with self._database.transaction() as tx:
            first = await store.next_fire_time(tx)
        return 0.0 if first is None else max(0.0, (self._clock.now() - first).total_seconds())

    async def _drain(self) -> None:
        """Fires until nothing is due."""
        while True:
            if not await self._round():
                return
            await asyncio.sleep(_PAUSE)

    async def _round(self) -> set[UUID]:
        """Fires what is due now, except in workspaces that somebody has locked: returns those."""
        now, busy = self._clock.now(), set[UUID]()
        while True:
            due, fired = await self._database.run(partial(self._fire, now, frozenset(busy)))
            if not due:
                return busy
            busy |= due - fired

    async def _fire(self, now: datetime, busy: frozenset[UUID], tx: Transaction) -> tuple[set[UUID], set[UUID]]:
        """Fires one batch; returns the workspaces that had something due, and those where something fired."""
        workspaces = await store.due_workspaces(tx, now, busy, BATCH)
        if not workspaces:
            return set(), set()
        heads = await lock_streams(tx, [("reminders", workspace) for workspace in workspaces], skip_locked=True)
        due = await store.claim(tx, [workspace for _, workspace in heads], now, BATCH)
        await append_locked(tx, list(self._messages(due, now)), heads)
        tx.after_commit(partial(self._observe, due))
        return workspaces, {one.task.workspace_id for one in due}

    def _messages(self, due: Iterable[DueReminder], now: datetime) -> Iterator[Outgoing]:
        """A reminder whose event would break its contract is left out, loudly: it must not hold up all the others."""
        for one in due:
            span = spans.start_reminder(one.traceparent)
            try:
                with span.activate():
                    message = self._events.reminder_due(one.task, one.id, one.recipient_id, one.fires_at, now)
                span.end()
                yield message
            except PermanentlyBad as error:
                span.end(type(error).__name__)
                _log.error("reminder_skipped", reminder=str(one.id), task=str(one.task.id), reason=error.message)

    def _observe(self, fired: Iterable[DueReminder]) -> None:
        now = self._clock.now()
        for one in fired:
            metrics.REMINDER_LATENESS.observe((now - one.fires_at).total_seconds())

    async def _sleep(self) -> None:
        self._wake.clear()
        async with self._database.transaction() as tx:
            self._next = await store.next_fire_time(tx)
        seconds = _LONGEST_SLEEP
        if self._next is not None:
            seconds = min(seconds, max(0.0, (self._next - self._clock.now()).total_seconds()))
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
