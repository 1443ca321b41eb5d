"""Small values by key behind one interface: here in PostgreSQL, in a cluster in whatever Dapr's state API stands on.

Promises: with an etag, a write succeeds only on the version that was read.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from todo_runtime.db import Database, Transaction
from todo_runtime.errors import Aborted


@dataclass(frozen=True, slots=True)
class StateValue:
    """A value and its version."""

    value: bytes
    etag: str


class StateStore(Protocol):
    """Where a service keeps small values. Raises RetryLater while the store is down."""

    async def get(self, key: str) -> StateValue | None:
        """The value under a key; None when there is none or it has expired."""
        ...

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> str:
        """Writes a value and returns its etag. Raises Aborted when `etag` is given and is not the current one."""
        ...

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Removes a value, if it is there. Raises Aborted when `etag` is given and is not the current one."""
        ...


_GET = "SELECT value, etag FROM state WHERE key = %s AND (expires_at IS NULL OR expires_at > now())"
_SET = """
INSERT INTO state AS s (key, value, expires_at) VALUES (%s, %s, now() + %s::interval)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, etag = s.etag + 1
RETURNING etag
"""
_REPLACE = """
UPDATE state SET value = %s, expires_at = now() + %s::interval, etag = etag + 1
 WHERE key = %s AND etag = %s RETURNING etag
"""


class LocalState:
    """The store in the service's own database (table `state`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> StateValue | None:
        """The value under a key; None when there is none or it has expired."""
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(_GET, (key,))
        return StateValue(bytes(row[0]), str(row[1])) if row else None

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> str:
        """Writes a value and returns its etag. Raises Aborted when `etag` is given and is not the current one."""
        async with self._database.transaction() as tx:
            return await self._write(tx, key, value, etag, ttl)

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Removes a value, if it is there. Raises Aborted when `etag` is given and is not the current one."""
        async with self._database.transaction() as tx:
            if etag is None:
                await tx.execute("DELETE FROM state WHERE key = %s", (key,))
                return
            row = await tx.fetch_one("DELETE FROM state WHERE key = %s AND etag = %s RETURNING 1", (key, int(etag)))
            if row is None:
                raise Aborted(f"The value {key} was changed meanwhile.")

    async def _write(self, tx: Transaction, key: str, value: bytes, etag: str | None, ttl: timedelta | None) -> str:
        if etag is None:
            row = await tx.fetch_one(_SET, (key, value, ttl))
        else:
            row = await tx.fetch_one(_REPLACE, (value, ttl, key, int(etag)))
        if row is None:
            raise Aborted(f"The value {key} was changed meanwhile.")
        return str(row[0])
