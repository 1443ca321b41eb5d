"""Measures the outbox: the number of rows and the age of the oldest, whether or not a relay is running."""

import asyncio

import psycopg

from todo_runtime.telemetry import metrics

INTERVAL = 5.0
"""Seconds between two measurements."""

MAX_COUNTED = 100_000
"""The most rows that are counted: a larger exact number is not worth its cost."""

_MEASURE = f"""
SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT {MAX_COUNTED}) AS rows),
       coalesce((SELECT greatest(0, extract(epoch FROM now() - time)) FROM outbox ORDER BY id LIMIT 1), 0)::float8
"""  # noqa: S608 - a number of this module


async def measure(dsn: str) -> None:
    """Measures periodically until cancelled; keeps the last values while the database is unavailable."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=5) as connection:
                await _measure(connection)
        except psycopg.OperationalError:
            await asyncio.sleep(INTERVAL)  # the database reports this in the health of the service


async def _measure(connection: psycopg.AsyncConnection[tuple[int, float]]) -> None:
    while True:
        row = await (await connection.execute(_MEASURE.encode(), prepare=True)).fetchone()
        if row is not None:
            metrics.OUTBOX_ROWS.set(row[0])
            metrics.OUTBOX_AGE.set(row[1])
        await asyncio.sleep(INTERVAL)
