"""Publishes the outbox: the only writer of domain events to Kafka.

Guarantees: every committed row is published at least once, in the order of the ids; only acknowledged rows are deleted,
and of each stream only a contiguous prefix; after an error all rows are read again and published by a new producer, so
that none is retried after a later row. One relay per database is the leader (it holds a session-level advisory lock);
the others forward wake-ups by NOTIFY and take over when it is gone.
Rows are never found with a cursor over ids: it would skip a transaction that commits late.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import structlog

from todo_runtime.back_off import BackOff
from todo_runtime.config import KafkaAccess
from todo_runtime.db.signal import OutboxSignal
from todo_runtime.health import Report
from todo_runtime.outbox.backlog import measure
from todo_runtime.outbox.publisher import OutboxRow, Published, Publisher, PublishError
from todo_runtime.telemetry import metrics

BATCH = 2_000
CHANNEL = "todo_outbox"
_LOCK = 7_270_312
_POLL = 1.0
_NOTIFY_GAP = 0.005
_MIN_ROUND = 0.01
"""The shortest round under load, in seconds, so that batches are not tiny; an idle relay starts at once."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_FETCH = """
SELECT id, topic, key, sequence, event_id, type, subject, time, correlation_id, causation_id, traceparent, payload
  FROM outbox WHERE id <> ALL (%s::bigint[]) ORDER BY id LIMIT %s
"""
_log = structlog.get_logger(__name__)


class Relay:
    """The relay of one database. The role of `dsn` may read and delete the outbox."""

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
        self._back_off = BackOff(_FIRST_PAUSE, _LONGEST_PAUSE)

    async def run(self) -> None:
        """Publishes until cancelled. Rows in flight are abandoned: they are still in the table."""
        try:
            async with _background(measure(self._dsn)):
                while True:
                    await self._run_once()
        finally:
            await self._close()

    async def _run_once(self) -> None:
        try:
            await self._run_as_leader()
        except (psycopg.OperationalError, PublishError, _PublishFailed) as error:
            pause = self._back_off.next_pause()
            self._report(False, f"The relay is retrying: {error}")
            metrics.RELAY_WAITS.inc()
            _log.warning("outbox_relay_retry", reason=str(error), pause=pause)
            await asyncio.sleep(pause)

    async def _run_as_leader(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5) as connection:
            await self._acquire_leadership(connection)
            with metrics.RELAY_LEADS.track_inprogress():
                await self._publish_all(connection)

    async def _acquire_leadership(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        """Waits until no other relay holds the lock, and forwards wake-ups until then."""
        while True:
            row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,))).fetchone()
            if row and row[0]:
                return
            if await self._signal.wait(_POLL):
                await connection.execute(f"NOTIFY {CHANNEL}".encode())
                await asyncio.sleep(_NOTIFY_GAP)

    async def _publish_all(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        loop = asyncio.get_running_loop()
        await self._replace_publisher(loop)
        async with _background(self._listen()):
            while True:
                started = loop.time()
                rows = await self._fetch(connection, [])
                while rows:
                    rows = await self._publish(connection, rows)
                if await self._signal.wait(_POLL):
                    await asyncio.sleep(started + _MIN_ROUND - loop.time())

    async def _fetch(
        self, connection: psycopg.AsyncConnection[tuple[object, ...]], in_flight: list[int]
    ) -> list[OutboxRow]:
        cursor = await connection.execute(_FETCH, (in_flight, BATCH), binary=True, prepare=True)
        return [OutboxRow._make(row) for row in await cursor.fetchall()]

    async def _publish(
        self, connection: psycopg.AsyncConnection[tuple[object, ...]], rows: list[OutboxRow]
    ) -> list[OutboxRow]:
        """Publishes a batch; after a full one, returns the next, which was read in the meantime.

        It holds all rows that are not in flight, also those with lower ids: a transaction that committed late comes
        before its successors.
        """
        loop = asyncio.get_running_loop()
        publishing = loop.run_in_executor(self._thread, self._current_publisher.publish, rows)
        next_rows = await self._fetch(connection, [row.id for row in rows]) if len(rows) == BATCH else []
        await self._finish(connection, rows, await publishing)
        return next_rows

    async def _finish(
        self, connection: psycopg.AsyncConnection[tuple[object, ...]], rows: list[OutboxRow], published: Published
    ) -> None:
        if published.acknowledged:
            await connection.execute("DELETE FROM outbox WHERE id = ANY(%s)", (published.acknowledged,), prepare=True)
        self._observe(rows, published)
        if published.error is not None:
            raise _PublishFailed(published.error)
        self._back_off.reset()
        self._report(True, "")

    def _observe(self, rows: list[OutboxRow], published: Published) -> None:
        metrics.RELAY_PUBLISHED.inc(len(published.acknowledged))
        metrics.RELAY_BATCH.observe(len(rows))

    @property
    def _current_publisher(self) -> Publisher:
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
        """Turns NOTIFY from other replicas into the signal; without a connection the poll is the fallback."""
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}".encode())
                    async for _ in connection.notifies():
                        self._signal.set()
            await asyncio.sleep(_POLL)

    async def _close(self) -> None:
        if self._publisher is not None:
            self._publisher.stop()
        await asyncio.to_thread(self._thread.shutdown)


@contextlib.asynccontextmanager
async def _background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs a task in the background while a block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class _PublishFailed(Exception):
    """The broker refused a row; all rows are read again."""
