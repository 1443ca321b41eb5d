"""The connection pool and transactions.

Guarantees: a `transaction` is committed as a whole or not at all; a lost connection, a timeout of the pool and a
cancelled statement raise RetryLater; row-level security sees the actor of the transaction; a transaction that appended
to the outbox wakes the relay after the commit, never before.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Self, TypeVar
from uuid import UUID

import orjson
import psycopg
from psycopg import errors
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from todo_runtime.back_off import BackOff
from todo_runtime.bounded_cache import BoundedCache
from todo_runtime.db.pools import POOLS
from todo_runtime.db.signal import OutboxSignal
from todo_runtime.errors import RetryLater
from todo_runtime.telemetry.tracing import child_span

Row = tuple[Any, ...]
Params = Sequence[Any] | Mapping[str, Any] | None
T = TypeVar("T")

MAX_ATTEMPTS = 5
_MAX_KNOWN_STREAMS = 50_000
_RETRY_AFTER = timedelta(seconds=1)
_RETRIED = (errors.SerializationFailure, errors.DeadlockDetected)
_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its constructor untyped

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


def compiled(clause: Any) -> tuple[str, Mapping[str, Any]]:
    """The text and the parameters of a SQLAlchemy statement or expression."""
    result = clause.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return str(result), result.params


class Transaction:
    """One open transaction. `known_streams` have rows that the process has seen committed; none is ever deleted."""

    __slots__ = ("_after_commit", "_wakes_relay", "connection", "known_streams")

    def __init__(
        self, connection: psycopg.AsyncConnection[Row], known_streams: BoundedCache[tuple[str, UUID], bool]
    ) -> None:
        self.connection = connection
        self.known_streams = known_streams
        self._wakes_relay = False
        self._after_commit: list[Callable[[], None]] = []

    async def execute(self, query: str, params: Params = None) -> psycopg.AsyncCursor[Row]:
        """Runs one statement; results are transferred in binary format."""
        return await self.connection.execute(query.encode(), params, binary=True)

    async def fetch_all(self, query: str, params: Params = None) -> list[Row]:
        """All rows of a statement."""
        return await (await self.execute(query, params)).fetchall()

    async def fetch_one(self, query: str, params: Params = None) -> Row | None:
        """The first row of a statement; None if there is none."""
        return await (await self.execute(query, params)).fetchone()

    async def select(self, statement: Executable) -> list[Row]:
        """All rows of a SQLAlchemy Core statement."""
        return await self.fetch_all(*compiled(statement))

    async def act_for(self, person: UUID) -> None:
        """Names the person whom the next statements act for, as row-level security is to see them."""
        await self.execute("SELECT set_config('todo.actor', %s, true)", (str(person),))

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Registers a callback for after the commit; it is not called after a rollback."""
        self._after_commit.append(callback)

    def committed(self) -> None:
        """Runs the callbacks; called by `Database` after the commit."""
        for callback in self._after_commit:
            callback()

    def wake_relay(self) -> None:
        """Wakes the relay after the commit: there are rows to publish."""
        self._wakes_relay = True

    @property
    def wakes_relay(self) -> bool:
        """Whether the relay is to be woken after the commit."""
        return self._wakes_relay


class Database:
    """A connection pool of one role. Open it once, close it at the end of the process.

    `max_size` is the largest number of connections. In seconds: `wait` limits the wait for a free connection,
    `statement_timeout` a statement, `lock_timeout` the wait for a lock.
    """

    def __init__(
        self,
        dsn: str,
        *,
        name: str = "database",
        max_size: int = 8,
        wait: float = 5.0,
        statement_timeout: float = 30.0,
        lock_timeout: float = 20.0,
        signal: OutboxSignal | None = None,
    ) -> None:
        self.signal = signal or OutboxSignal()
        self._known_streams: BoundedCache[tuple[str, UUID], bool] = BoundedCache(_MAX_KNOWN_STREAMS)
        self._attributes = {"db.system.name": "postgresql", "todo.db.pool": name}
        options = (
            f"-c statement_timeout={int(statement_timeout * 1000)} -c lock_timeout={int(lock_timeout * 1000)}"
            " -c idle_in_transaction_session_timeout=60000 -c jit=off"
        )
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Row]] = AsyncConnectionPool(
            dsn,
            name=name,
            min_size=1,
            max_size=max_size,
            timeout=wait,
            kwargs={"options": options, "prepare_threshold": 2, "connect_timeout": 5},
            open=False,
        )

    async def __aenter__(self) -> Self:
        """Opens the pool."""
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Opens the pool; it connects in the background."""
        await self._pool.open(wait=False)
        POOLS.add(self._pool)

    async def close(self) -> None:
        """Closes all connections."""
        await self._pool.close(timeout=5.0)

    async def check(self) -> None:
        """Makes one round trip. Raises RetryLater if the database does not answer."""
        async with self.transaction() as tx:
            await tx.execute("SELECT 1")

    @asynccontextmanager
    async def transaction(self, actor: UUID | None = None) -> AsyncIterator[Transaction]:
        """One transaction, committed at the end, rolled back by any exception.

        `actor` is the user for row-level security. Deadlocks and serialization failures are raised as they are: `run`
        retries them.
        """
        try:
            with child_span("transaction", **self._attributes):
                async with self._pool.connection() as connection:
                    tx = Transaction(connection, self._known_streams)
                    if actor is not None:
                        await tx.act_for(actor)
                    yield tx
        except _RETRIED:
            raise
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise RetryLater("The database does not answer.", _RETRY_AFTER) from error
        if tx.wakes_relay:
            self.signal.set()
        tx.committed()

    async def run(self, work: Callable[[Transaction], Awaitable[T]], actor: UUID | None = None) -> T:
        """Runs `work` in a transaction, and retries it after a deadlock or a serialization failure.

        Raises RetryLater after five attempts.
        """
        back_off = BackOff(0.01, 0.16, jitter=1.0)
        for _ in range(MAX_ATTEMPTS):
            try:
                async with self.transaction(actor) as tx:
                    return await work(tx)
            except _RETRIED:
                await asyncio.sleep(back_off.next_pause())
        raise RetryLater("Too many concurrent changes to the same data.", _RETRY_AFTER)


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed if it is retried."""
    return isinstance(error, RetryLater | psycopg.OperationalError | PoolTimeout | TimeoutError | ConnectionError)
