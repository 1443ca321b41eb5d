"""Measures the outbox for operators: rows and the age of the oldest, whether its relay works or not."""

import asyncio

import psycopg

from todo_runtime.telemetry import metrics

EVERY = 5.0
"""Seconds between two looks."""

MOST = 100_000
"""Rows that are counted: an exact figure of more would cost more than it says."""

_LOOK = f"""
SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT {MOST}) AS waiting),
       coalesce((SELECT greatest(0, extract(epoch FROM now() - time)) FROM outbox ORDER BY id LIMIT 1), 0)::float8
"""  # noqa: S608 - a number of this module


async def measure(dsn: str) -> None:
    """Looks again and again until cancelled; keeps the last figures while the database is away."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=5) as connection:
                await _look(connection)
        except psycopg.OperationalError:
            await asyncio.sleep(EVERY)  # the health of the database tells it already


async def _look(connection: psycopg.AsyncConnection[tuple[int, float]]) -> None:
    while True:
        row = await (await connection.execute(_LOOK.encode(), prepare=True)).fetchone()
        if row is not None:
            metrics.OUTBOX_ROWS.set(row[0])
            metrics.OUTBOX_AGE.set(row[1])
        await asyncio.sleep(EVERY)
