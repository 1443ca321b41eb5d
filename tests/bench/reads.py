"""Reads over gRPC beside the bare SQL from 8 connections, on the same tasks; and signing in, beside the bare hash.

There is no target: the figures, and the time of a processor that each costs chat_api, are for planning.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import psycopg
from argon2 import PasswordHasher
from todo.identity.v1 import identity_service_pb2 as identity
from todo.identity.v1.client import IdentityServiceClient
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo.task.v1.client import TaskServiceClient
from todo_stack.databases import ServiceDatabase

from services.chat_api.tasks.store.columns import (
    SELECTED,
)
from tests.bench.create_path import FLOOR_CLIENTS
from tests.bench.house import House
from tests.bench.people import PASSWORD, Person
from tests.bench.processes import work
from tests.bench.rates import Once, Path, loop_of

CONCURRENT = 32
PAGE = 50
TASKS = 1_000
_AT_ONCE = 2
_WORDS = ("milk", "bread", "dentist", "garden", "holiday", "report", "present", "invoice", "window", "passport")
_GET = f"SELECT {SELECTED} FROM tasks WHERE workspace_id = %(workspace)s AND id = %(task)s"
_LIST = f"""
SELECT {SELECTED} FROM tasks WHERE workspace_id = %(workspace)s AND deleted_at IS NULL
 ORDER BY position, id LIMIT {PAGE + 1}
"""
_SEARCH = f"""
SELECT {SELECTED}, ts_rank(words, needle) AS rank FROM tasks, to_tsquery('simple', 'dentist:*') AS needle
 WHERE workspace_id = %(workspace)s AND deleted_at IS NULL AND words @@ needle ORDER BY rank DESC, id LIMIT {PAGE + 1}
"""


async def measure(house: House) -> None:
    """GetTask, ListTasks, SearchTasks, SignIn."""
    (person,) = await house.people(1)
    client = TaskServiceClient(house.channel)
    task = await _tasks(client, person)
    for name, sql, call in (
        ("GetTask", _GET, _getting(client, person, task)),
        (f"ListTasks, {PAGE} a page", _LIST, _listing(client, person)),
        (f"SearchTasks, {PAGE} a page", _SEARCH, _searching(client, person)),
    ):
        async with _bare(house, person, sql, task) as bare:
            product = loop_of([call] * CONCURRENT)
            await _measure(house, name, f"bare SQL, {FLOOR_CLIENTS} clients (floor)", bare, product)
    hashed = PasswordHasher().hash(PASSWORD)
    await _measure(
        house,
        "SignIn",
        f"bare Argon2, {_AT_ONCE} at once (floor)",
        loop_of([lambda: _verified(hashed)] * _AT_ONCE),
        loop_of([_signing_in(IdentityServiceClient(house.channel), one) for one in await house.people(2 * _AT_ONCE)]),
    )


async def _measure(house: House, name: str, floor: str, bare: Path, product: Path) -> None:
    pid, calls, seconds = house.stack.pid("chat_api"), 0, 0.0

    async def weighed(length: float) -> tuple[int, float]:
        nonlocal calls, seconds
        before = work(pid)
        done, elapsed = await product(length)
        calls, seconds = calls + done, seconds + work(pid) - before
        return done, elapsed

    rates = await house.interleaved({floor: bare, f"gRPC {name}": weighed})
    house.report.rates(f"reads, {name}" if name != "SignIn" else name, rates)
    house.report.line("ms of a processor that a call costs chat_api", (seconds / max(1, calls) * 1_000,))


async def _tasks(client: TaskServiceClient, person: Person) -> UUID:
    """Fills the person's workspace; the id of a task."""
    titles = (f"{_WORDS[place % 10]} {_WORDS[place // 10 % 10]} {place}" for place in range(TASKS))
    requests = [pb.CreateTaskRequest(parent=person.parent, task=task_pb2.Task(title=title)) for title in titles]
    request = pb.BatchCreateTasksRequest(parent=person.parent, requests=requests)
    made = await client.batch_create_tasks(request, metadata=person.metadata, timeout=60)
    return UUID(made.tasks[TASKS // 2].name.rpartition("/")[2])


@asynccontextmanager
async def _bare(house: House, person: Person, sql: str, task: UUID) -> AsyncIterator[Path]:
    """The query in the service's own database, as the service's own role."""
    url = ServiceDatabase("chat_api", "chat_api", house.stack.blueprint).url()
    async with AsyncExitStack() as opened:
        yield loop_of([await opened.enter_async_context(_query(url, person, sql, task)) for _ in range(FLOOR_CLIENTS)])


@asynccontextmanager
async def _query(url: str, person: Person, sql: str, task: UUID) -> AsyncIterator[Once]:
    given = {"workspace": person.workspace, "task": task}
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=1) as connection:
        await connection.execute("SELECT set_config('todo.actor', %s, false)", (str(person.user),))

        async def once() -> None:
            assert await (await connection.execute(sql.encode(), given, binary=True)).fetchall()

        yield once


def _getting(client: TaskServiceClient, person: Person, task: UUID) -> Once:
    request = pb.GetTaskRequest(name=f"{person.parent}/tasks/{task}")
    return _calling(lambda: client.get_task(request, metadata=person.metadata, timeout=30))


def _listing(client: TaskServiceClient, person: Person) -> Once:
    request = pb.ListTasksRequest(parent=person.parent, page_size=PAGE)
    return _calling(lambda: client.list_tasks(request, metadata=person.metadata, timeout=30))


def _searching(client: TaskServiceClient, person: Person) -> Once:
    request = pb.SearchTasksRequest(parent=person.parent, query="dentist", page_size=PAGE)
    return _calling(lambda: client.search_tasks(request, metadata=person.metadata, timeout=30))


def _signing_in(client: IdentityServiceClient, person: Person) -> Once:
    request = identity.SignInRequest(email=person.email, password=PASSWORD)
    return _calling(lambda: client.sign_in(request, timeout=60))


def _calling(call: Callable[[], Awaitable[object]]) -> Once:
    async def once() -> None:
        await call()

    return once


async def _verified(hashed: str) -> None:
    await asyncio.to_thread(PasswordHasher().verify, hashed, PASSWORD)
