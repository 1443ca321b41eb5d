"""CreateTask while the relay publishes, beside CreateTask while it stands still.

It stands still while somebody else holds the lock that lets one relay of a database work. What piles up meanwhile is
published before the next round with the relay begins.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from todo_runtime.outbox.relay import _LOCK

from tests.bench.create_path import creating
from tests.bench.house import House
from tests.bench.rates import Path
from tests.bench.report import Target

CONCURRENT = 32
_TAKE = """
SELECT pg_terminate_backend(pid) FROM pg_locks
 WHERE locktype = 'advisory' AND objid = %s AND granted AND pid <> %s
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_LONGEST_DRAIN = 60.0
Connection = psycopg.AsyncConnection[tuple[object, ...]]


async def measure(house: House) -> None:
    """Without the relay first."""
    people = await house.people()
    path = creating(house.channel, people, CONCURRENT)
    url = house.stack.blueprint.postgres_url("chat_api")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as superuser:
        rates = await house.interleaved(
            {
                "gRPC CreateTask, no relay (floor)": _without_relay(path, url, superuser),
                "gRPC CreateTask, the relay at work": _drained(path, superuser),
            }
        )
    house.report.rates("create rate beside the relay", rates, Target(least=0.9))


def _without_relay(path: Path, url: str, superuser: Connection) -> Path:
    async def run(seconds: float) -> tuple[int, float]:
        async with _relay_stopped(url, superuser):
            return await path(seconds)

    return run


@asynccontextmanager
async def _relay_stopped(url: str, superuser: Connection) -> AsyncIterator[None]:
    """Takes the relay's lock away; it gets it again when this is over."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as holder:
        locking = asyncio.ensure_future(holder.execute("SELECT pg_advisory_lock(%s)", (_LOCK,)))
        while not (await asyncio.wait({locking}, timeout=0.05))[0]:
            await superuser.execute(_TAKE, (_LOCK, holder.info.backend_pid))
        await locking
        yield


def _drained(path: Path, superuser: Connection) -> Path:
    async def run(seconds: float) -> tuple[int, float]:
        async with asyncio.timeout(_LONGEST_DRAIN):
            while await _has_rows(superuser):
                await asyncio.sleep(0.05)
        return await path(seconds)

    return run


async def _has_rows(superuser: Connection) -> bool:
    row = await (await superuser.execute("SELECT EXISTS (SELECT FROM outbox)")).fetchone()
    return bool(row and row[0])
