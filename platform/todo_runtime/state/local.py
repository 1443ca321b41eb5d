"""The store in the service's own database (table `state`)."""

from datetime import timedelta
from typing import Final

from todo_runtime.db import Database
from todo_runtime.state.interface import StateValue, changed

# An etag is compared as text: one that this store never issued counts as outdated.
_CURRENT: Final = "key = %s AND etag::text = %s AND (expires_at IS NULL OR expires_at > now())"
_GET: Final = "SELECT value, etag FROM state WHERE key = %s AND (expires_at IS NULL OR expires_at > now())"
_SET: Final = """
INSERT INTO state AS s (key, value, expires_at) VALUES (%s, %s, now() + %s::interval)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, etag = s.etag + 1
"""
_REPLACE: Final = f"""
UPDATE state SET value = %s, expires_at = now() + %s::interval, etag = etag + 1 WHERE {_CURRENT} RETURNING 1
"""  # noqa: S608 - of constants
_DELETE: Final = "DELETE FROM state WHERE key = %s"
_DELETE_CURRENT: Final = f"DELETE FROM state WHERE {_CURRENT} RETURNING 1"  # noqa: S608 - of constants


class LocalState:
    """Stores values in the database of the service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> StateValue | None:
        """The value of a key; None if there is none or it has expired."""
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(_GET, (key,))
        return StateValue(bytes(row[0]), str(row[1])) if row else None

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> None:
        """Writes a value. Raises Aborted if `etag` is given and is not that of the value."""
        async with self._database.transaction() as tx:
            if etag is None:
                await tx.execute(_SET, (key, value, ttl))
            elif await tx.fetch_one(_REPLACE, (value, ttl, key, etag)) is None:
                raise changed(key)

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Removes a value, if there is one. Raises Aborted if `etag` is given and is not that of the value."""
        async with self._database.transaction() as tx:
            if etag is None:
                await tx.execute(_DELETE, (key,))
            elif await tx.fetch_one(_DELETE_CURRENT, (key, etag)) is None:
                raise changed(key)
