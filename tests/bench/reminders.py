"""Reminders that are all due at once, fired by the scheduler, beside a bare claim with SKIP LOCKED and its
outbox insert, in one transaction a batch.

Two reminders a workspace, as on a morning; both paths work on the same rows, made anew for each run. How late the
last but one per cent fires is told by when so few are left, looked at every 50 ms.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
from todo_bindings.chat_api.producers import RemindersProducer, TaskEventsProducer
from todo_runtime.clock import SystemClock
from todo_runtime.db import Database
from todo_runtime.kafka import AvroCodec, SchemaRegistry
from todo_stack.databases import ServiceDatabase

from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.reminders.scheduler import (
    BATCH,
    ReminderScheduler,
)
from tests.bench.house import House
from tests.bench.rates import Path
from tests.bench.report import Target

Connection = psycopg.AsyncConnection[tuple[object, ...]]
Drain = Callable[[], Awaitable[None]]
"""Fires what is due; may go on afterwards, until it is cancelled."""
_LONGEST = 240.0
_LOOK = 0.05
_WORKSPACES = """
INSERT INTO workspaces (id, display_name, kind, created_at, updated_at)
SELECT md5('workspace' || n)::uuid, '', 'personal', now(), now() FROM generate_series(1, %s) n
"""
_TASKS = """
INSERT INTO tasks (workspace_id, id, title, notes, status, priority, tags, position, due_date, due_time, due_zone,
                   due_at, reminders, created_at, created_by, updated_at, updated_by, revision)
SELECT md5('workspace' || 1 + n / 2)::uuid, md5('task' || n)::uuid, 'buy milk ' || n, '', 'open', 4, '{"home"}',
       'a' || n, current_date, '09:00', 'Europe/Berlin', now(), '[]', now(), md5('user' || n)::uuid, now(),
       md5('user' || n)::uuid, 1
  FROM generate_series(0, %s - 1) n
"""
_DUE = """
INSERT INTO reminders (workspace_id, task_id, id, recipient_id, fires_at)
SELECT workspace_id, id, gen_random_uuid(), created_by, now() - interval '1 s' FROM tasks LIMIT %s
"""
_LEFT = "SELECT count(*) FROM (SELECT FROM reminders WHERE fired_at IS NULL LIMIT %s) AS unfired"
_CLAIM = """
WITH due AS (
  SELECT workspace_id, task_id, id FROM reminders WHERE fired_at IS NULL AND fires_at <= now()
   ORDER BY fires_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE reminders r SET fired_at = now() FROM due
 WHERE r.workspace_id = due.workspace_id AND r.task_id = due.task_id AND r.id = due.id
RETURNING r.workspace_id, r.id
"""
_INSERT = """
INSERT INTO outbox (topic, key, sequence, event_id, type, subject, time, payload)
SELECT 'reminders', key, 1, event_id, 'todo.reminders.v1.ReminderDue', 'x', now(), payload
  FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) AS m (key, event_id, payload)
"""
_PAYLOAD = b"x" * 320


async def measure(house: House) -> None:
    """Reminders a second, and how late they are when very many are due."""
    many, few = house.sizes.due, min(house.sizes.due, house.sizes.messages)
    with house.stack.database("chat_api") as copy:
        async with _superuser(house, copy, many) as superuser, _scheduler(house, copy) as scheduler:
            bare = _claiming(copy)
            rates = await house.interleaved(
                {
                    f"bare claim and outbox insert, {BATCH} a batch (floor)": _fired(superuser, bare, few),
                    "scheduler": _fired(superuser, scheduler, few),
                }
            )
            house.report.rates(f"reminders, {few:,} due at once", rates, Target(least=0.5))
            late = [await _lateness(superuser, drain, many) for drain in (bare, scheduler)]
    house.report.title(f"lateness, {many:,} reminders due at once", "p99 s", "", "")
    house.report.line("bare claim and outbox insert (floor)", late[:1])
    house.report.line("scheduler", late[1:], late[1] / late[0], Target(most=2))


@asynccontextmanager
async def _superuser(house: House, copy: ServiceDatabase, many: int) -> AsyncIterator[Connection]:
    url = house.stack.blueprint.postgres_url(copy.name)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(_WORKSPACES, (many // 2 + 1,))
        await connection.execute(_TASKS, (many,))
        await connection.execute("VACUUM ANALYZE tasks, workspaces")
        yield connection


@asynccontextmanager
async def _scheduler(house: House, copy: ServiceDatabase) -> AsyncIterator[Drain]:
    async with (
        SchemaRegistry(house.stack.blueprint.registry_url) as registry,
        Database(copy.url("scheduler"), max_size=2) as database,
    ):
        codec = AvroCodec(registry)
        await codec.load([(one.TOPIC, one.EVENTS) for one in (TaskEventsProducer, RemindersProducer)])
        events = TaskEvents(TaskEventsProducer(codec), RemindersProducer(codec))
        yield lambda: ReminderScheduler(database, events, SystemClock()).run()


def _claiming(copy: ServiceDatabase) -> Drain:
    async def drain() -> None:
        async with await psycopg.AsyncConnection.connect(copy.url("scheduler"), autocommit=True) as connection:
            while await _claim(connection):
                pass

    return drain


async def _claim(connection: Connection) -> int:
    """Fires one batch in a transaction, from a client that has to bring the payloads; how many there were."""
    async with connection.transaction():
        claimed = await (await connection.execute(_CLAIM, (BATCH,), prepare=True, binary=True)).fetchall()
        columns = ([row[0] for row in claimed], [row[1] for row in claimed], [_PAYLOAD] * len(claimed))
        await connection.execute(_INSERT, columns, prepare=True)
    return len(claimed)


def _fired(superuser: Connection, drain: Drain, count: int) -> Path:
    async def run(_seconds: float) -> tuple[int, float]:
        return count, await _seconds_until(superuser, drain, count, left=0)

    return run


async def _lateness(superuser: Connection, drain: Drain, count: int) -> float:
    """The p99 in seconds."""
    return await _seconds_until(superuser, drain, count, left=count // 100)


async def _seconds_until(superuser: Connection, drain: Drain, count: int, *, left: int) -> float:
    await superuser.execute("TRUNCATE reminders, outbox")
    await superuser.execute(_DUE, (count,))
    await superuser.execute("VACUUM ANALYZE reminders")
    started = time.perf_counter()
    working = asyncio.ensure_future(drain())
    try:
        async with asyncio.timeout(_LONGEST):
            while await _left(superuser, left + 1) > left:
                if (await asyncio.wait({working}, timeout=_LOOK))[0]:
                    await working
        return time.perf_counter() - started
    finally:
        working.cancel()
        await asyncio.wait({working})


async def _left(superuser: Connection, most: int) -> int:
    row = await (await superuser.execute(_LEFT, (most,), prepare=True)).fetchone()
    return int(str(row[0])) if row else 0
