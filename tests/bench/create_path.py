"""Authenticated gRPC CreateTask through the running service, beside the bare two-insert transaction and a gRPC echo.

The floor writes the same tables with the same indexes, constraints and policies, in a database of its own, from 8
connections; the product is the whole path, its relay publishing at the same time. Client and server share the cores.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import grpc
import psycopg
from grpc_health.v1 import health_pb2, health_pb2_grpc
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient
from todo_runtime.ids import uuid7
from todo_stack.databases import ServiceDatabase

from tests.bench.house import House
from tests.bench.people import Person
from tests.bench.rates import Once, Path, loop_of
from tests.bench.report import Target

TARGET = Target(least=0.4)
FLOOR_CLIENTS = 8
Connection = psycopg.AsyncConnection[tuple[object, ...]]
_TASK = """
INSERT INTO tasks (workspace_id, id, title, notes, status, priority, tags, position, due_date, due_time, due_zone,
                   due_at, reminders, created_at, created_by, updated_at, updated_by, revision)
VALUES (%s, %s, 'buy milk', '', 'open', 4, '{"home"}', %s, '2027-01-01', '09:00', 'Europe/Berlin', %s, '[]', %s, %s,
        %s, %s, 1)
"""
_EVENT = """
INSERT INTO outbox (topic, key, sequence, event_id, type, subject, time, payload)
VALUES ('task-events', %s, %s, %s, 'todo.task_events.v1.TaskCreated', 'x', %s, %s)
"""
_CHANGE = """
UPDATE tasks SET title = 'buy milk ' || revision, updated_at = %s, updated_by = %s, revision = revision + 1
 WHERE workspace_id = %s AND id = %s
"""
_PAYLOAD = b"x" * 320


async def measure(house: House, title: str) -> None:
    """The floors, and the product with 32 and 128 concurrent callers."""
    people = await house.people()
    async with _floor(house.floor) as bare:
        transaction, echo, *products = await house.interleaved(
            {
                "two-insert transaction, 8 clients (floor)": bare,
                "gRPC call that does nothing, 32 concurrent (floor)": loop_of([health(house.channel)] * 32),
                "gRPC CreateTask, 32 concurrent": creating(house.channel, people, 32),
                "gRPC CreateTask, 128 concurrent": creating(house.channel, people, 128),
            }
        )
    house.report.rates(title, (transaction, *products), TARGET)
    house.report.rate(echo)
    for product in products:
        house.report.rate(product, echo, TARGET, f"{product.name}, of the echo")


def creating(channel: grpc.aio.Channel, people: list[Person], concurrent: int) -> Path:
    """Callers who create task after task."""
    client = TaskServiceClient(channel)

    async def caller(place: int, end: float) -> int:
        person = people[place % len(people)]
        done = 0
        while time.perf_counter() < end:
            await client.create_task(_request(person), metadata=person.metadata, timeout=30)
            done += 1
        return done

    async def run(seconds: float) -> tuple[int, float]:
        started = time.perf_counter()
        done = await asyncio.gather(*(caller(place, started + seconds) for place in range(concurrent)))
        return sum(done), time.perf_counter() - started

    return run


def health(channel: grpc.aio.Channel) -> Once:
    """A call that does nothing: the health check of the same server."""
    stub = health_pb2_grpc.HealthStub(channel)

    async def once() -> None:
        await stub.Check(health_pb2.HealthCheckRequest())

    return once


def _request(person: Person) -> task_service_pb2.CreateTaskRequest:
    return task_service_pb2.CreateTaskRequest(
        parent=person.parent,
        request_id=str(uuid4()),
        task=task_pb2.Task(
            title="buy milk",
            priority=task_pb2.PRIORITY_HIGH,
            tags=["home"],
            due=task_pb2.LocalTime(date="2027-01-01", time="09:00", time_zone="Europe/Berlin"),
        ),
    )


@asynccontextmanager
async def _floor(database: ServiceDatabase) -> AsyncIterator[Path]:
    async with AsyncExitStack() as stack:
        yield loop_of([await stack.enter_async_context(floor_once(database)) for _ in range(FLOOR_CLIENTS)])


@asynccontextmanager
async def floor_once(database: ServiceDatabase) -> AsyncIterator[Once]:
    """One client of the floor: a person with a workspace, and a connection that writes a task and its event."""
    async with _client(database) as (connection, user, workspace):

        async def once() -> None:
            now, id_ = datetime.now(UTC), uuid7()
            async with connection.transaction():
                await connection.execute(_TASK, (workspace, id_, id_.hex, now, now, user, now, user))
                await connection.execute(_EVENT, (workspace, 1, uuid7(), now, _PAYLOAD))

        yield once


@asynccontextmanager
async def changing_once(database: ServiceDatabase) -> AsyncIterator[Once]:
    """The same client, which changes one task and writes an event."""
    async with _client(database) as (connection, user, workspace):
        id_, made = uuid7(), datetime.now(UTC)
        await connection.execute("SELECT set_config('todo.actor', %s, false)", (str(user),))
        await connection.execute(_TASK, (workspace, id_, id_.hex, made, made, user, made, user))
        await connection.commit()

        async def once() -> None:
            now = datetime.now(UTC)
            async with connection.transaction():
                await connection.execute(_CHANGE, (now, user, workspace, id_))
                await connection.execute(_EVENT, (workspace, 1, uuid7(), now, _PAYLOAD))

        yield once


@asynccontextmanager
async def _client(database: ServiceDatabase) -> AsyncIterator[tuple[Connection, UUID, UUID]]:
    """A connection, a person, and their workspace."""
    user, workspace = uuid4(), uuid4()
    async with await psycopg.AsyncConnection.connect(database.url("owner"), autocommit=True) as owner:
        await _prepare(owner, user, workspace)
    async with await psycopg.AsyncConnection.connect(database.url(), prepare_threshold=1) as connection:
        yield connection, user, workspace


async def _prepare(owner: Connection, user: object, workspace: object) -> None:
    """A person with a workspace, written past the policies: the floor starts where the product has got to."""
    for table in ("users", "workspaces", "members"):
        await owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
    await owner.execute(
        "INSERT INTO users VALUES (%s, %s, 'x', 'a', 'UTC', 'en', %s, 0, null, now())", (user, str(user), workspace)
    )
    await owner.execute("INSERT INTO workspaces VALUES (%s, 'w', 'personal', 1, now(), now())", (workspace,))
    await owner.execute("INSERT INTO members VALUES (%s, %s, 'owner', now())", (workspace, user))
    for table in ("users", "workspaces", "members"):
        await owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY".encode())
