"""Publishes the outbox: the only writer of domain events to Kafka.

Promises: every committed row is published at least once, in the order of the ids; only what the broker acknowledged
is deleted, and of each stream only the contiguous beginning; after an error everything is read from the table again
by a new producer, so that nothing is retried behind a later row. One relay a database works at a time (a session's
advisory lock); the others pass wake-ups on by NOTIFY and take over when it is gone.
Rows are never found by a cursor over ids: a transaction that commits late would be skipped for ever.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import structlog

from todo_runtime.config import KafkaAccess
from todo_runtime.db.signal import OutboxSignal
from todo_runtime.outbox.backlog import measure
from todo_runtime.outbox.publisher import OutboxRow, Published, Publisher, PublishError
from todo_runtime.telemetry import metrics

BATCH = 2_000
CHANNEL = "todo_outbox"
_LOCK = 7_270_312
_POLL = 1.0
_NOTIFY_GAP = 0.005
_ROUND = 0.01
"""Seconds that a round takes at least under load, so that it has more than a few rows; an idle relay starts at once."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_FETCH = """
SELECT id, topic, key, sequence, event_id, type, subject, time, correlation_id, causation_id, traceparent, payload
  FROM outbox WHERE id <> ALL (%s::bigint[]) ORDER BY id LIMIT %s
"""
_log = structlog.get_logger(__name__)
Report = Callable[[bool, str], None]


class Relay:
    """The relay of one database. `dsn` is of the role that may read and delete the outbox."""

    def __init__(
        self,
        dsn: str,
        kafka: KafkaAccess,
        service: str,
        signal: OutboxSignal,
        report: Report | None = None,
    ) -> None:
        self._dsn = dsn
        self._kafka = kafka
        self._source = f"/todo/{service}"
        self._signal = signal
        self._report = report or (lambda _ok, _reason: None)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="relay")
        self._publisher: Publisher | None = None
        self._pause = _FIRST_PAUSE

    async def run(self) -> None:
        """Works until cancelled. What is under way is let go; its rows are still in the table."""
        try:
            async with _beside(measure(self._dsn)):
                while True:
                    await self._work_or_wait()
        finally:
            await self._release()

    async def _work_or_wait(self) -> None:
        try:
            await self._work()
        except (psycopg.OperationalError, PublishError, _PublishFailed) as error:
            self._report(False, f"The relay waits: {error}")
            metrics.RELAY_WAITS.inc()
            _log.warning("outbox_relay_retry", reason=str(error), pause=self._pause)
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _work(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5) as connection:
            await self._lead(connection)
            with metrics.RELAY_LEADS.track_inprogress():
                await self._loop(connection)

    async def _lead(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        """Waits until no other relay holds the lock, and passes wake-ups on meanwhile."""
        while True:
            row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,))).fetchone()
            if row and row[0]:
                return
            if await self._signal.wait(_POLL):
                await connection.execute(f"NOTIFY {CHANNEL}".encode())
                await asyncio.sleep(_NOTIFY_GAP)

    async def _loop(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        loop = asyncio.get_running_loop()
        await self._replace_publisher(loop)
        async with _beside(self._listen()):
            while True:
                started = loop.time()
                rows = await self._fetch(connection, [])
                while rows:
                    rows = await self._publish(connection, rows)
                if await self._signal.wait(_POLL):
                    await asyncio.sleep(started + _ROUND - loop.time())

    async def _fetch(
        self, connection: psycopg.AsyncConnection[tuple[object, ...]], under_way: list[int]
    ) -> list[OutboxRow]:
        cursor = await connection.execute(_FETCH, (under_way, BATCH), binary=True, prepare=True)
        return [OutboxRow._make(row) for row in await cursor.fetchall()]

    async def _publish(
        self, connection: psycopg.AsyncConnection[tuple[object, ...]], rows: list[OutboxRow]
    ) -> list[OutboxRow]:
        """Publishes a batch; behind a full one, returns the next, which was read meanwhile.

        The next one is all that is not under way, also with lower ids: what committed late comes before its successors.
        """
        loop = asyncio.get_running_loop()
        publishing = loop.run_in_executor(self._thread, self._publisher_now.publish, rows)
        following = await self._fetch(connection, [row.id for row in rows]) if len(rows) == BATCH else []
        await self._settle(connection, rows, await publishing)
        return following

    async def _settle(
        self, connection: psycopg.AsyncConnection[tuple[object, ...]], rows: list[OutboxRow], published: Published
    ) -> None:
        if published.acknowledged:
            await connection.execute("DELETE FROM outbox WHERE id = ANY(%s)", (published.acknowledged,), prepare=True)
        self._observe(rows, published)
        if published.error is not None:
            raise _PublishFailed(published.error)
        self._pause = _FIRST_PAUSE
        self._report(True, "")

    def _observe(self, rows: list[OutboxRow], published: Published) -> None:
        metrics.RELAY_PUBLISHED.inc(len(published.acknowledged))
        metrics.RELAY_BATCH.observe(len(rows))

    @property
    def _publisher_now(self) -> Publisher:
        assert self._publisher is not None  # noqa: S101 - made before the loop
        return self._publisher

    async def _replace_publisher(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._publisher is not None:
            self._publisher.stop()

        def alive(ok: bool) -> None:
            loop.call_soon_threadsafe(self._report, ok, "" if ok else "The broker does not acknowledge events.")

        self._publisher = Publisher(self._kafka, self._source, alive)
        await loop.run_in_executor(self._thread, self._publisher.warm_up)

    async def _listen(self) -> None:
        """Turns NOTIFY from other replicas into the signal; without a connection the slow poll has to do."""
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}".encode())
                    async for _ in connection.notifies():
                        self._signal.set()
            await asyncio.sleep(_POLL)

    async def _release(self) -> None:
        if self._publisher is not None:
            self._publisher.stop()
        await asyncio.to_thread(self._thread.shutdown)


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs something else for as long as a block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class _PublishFailed(Exception):
    """A row was refused by the broker; everything is read again."""
