"""Lists of a workspace of 20,000 tasks are read through an index, as the service's own role, past its policies."""

import asyncio
from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
from todo_runtime.db import Row, Transaction
from todo_runtime.db.database import Params
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from services.chat_api.tasks.domain.order_by import order_of
from services.chat_api.tasks.filtering import (
    FilterContext,
    filter_of,
)
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.store import queries

from .conftest import NOW, Person, Room, open_room

# One task a minute, positions in the order of the ids, due dates over some 550 days, every tenth without one.
FILL = """
INSERT INTO tasks (workspace_id, id, title, notes, status, priority, tags, position, due_date, reminders,
                   created_at, created_by, updated_at, updated_by, completed_at, revision)
SELECT %s, gen_random_uuid(), 'task ' || n, '', CASE n %% 3 WHEN 0 THEN 'completed' ELSE 'open' END, 1 + n %% 5, '{}',
       lpad(n::text, 8, '0'), CASE WHEN n %% 10 > 0 THEN date '2026-01-01' + n %% 550 END, '[]',
       moment, %s, moment, %s, CASE n %% 3 WHEN 0 THEN moment END, 1
FROM generate_series(1, 20000) AS n, LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '1 minute') AS t (moment)
"""
LISTS = [
    pytest.param("", "", id="default"),
    pytest.param("status = OPEN", "", id="status"),
    pytest.param("due >= 2026-11-01 AND due < 2026-11-08", "", id="due range"),
    pytest.param("due >= 2026-11-01 AND due < 2026-11-08", "due", id="due range, by due"),
    pytest.param("", "due", id="all by due"),
    pytest.param("", "priority desc", id="all by priority"),
    pytest.param("", "priority desc, due", id="all by priority and due"),
]


class Explained(Transaction):
    """A transaction that explains each query instead of running it, and keeps the plans."""

    __slots__ = ("plans",)

    def __init__(self, inner: Transaction) -> None:
        super().__init__(inner.connection, inner.known_streams)
        self.plans: list[str] = []

    async def fetch_all(self, query: str, params: Params = None) -> list[Row]:
        rows = await super().fetch_all(f"EXPLAIN {query}", params)
        self.plans.append("\n".join(row[0] for row in rows))
        return []


async def fill(room: Room, person: Person) -> None:
    await room.all_rows("WITH filled AS (" + FILL + " RETURNING 1) SELECT count(*) FROM filled", *_owned(person))
    async with room.superuser.transaction() as tx:
        await tx.execute("ANALYZE tasks")


def _owned(person: Person) -> Sequence[UUID]:
    return person.workspace, person.id, person.id


async def plan(room: Room, person: Person, asked: str, order: str) -> str:
    context = FilterContext(person.id, person.actor.time_zone, NOW)
    query = TaskQuery(status=None, asked=filter_of(asked, context), order=order_of(order))
    async with room.database.transaction(person.id) as tx:
        explained = Explained(tx)
        await queries.select(explained, person.workspace, query)
    (found,) = explained.plans
    return found


def scans_all(found: str) -> bool:
    return "Seq Scan on tasks" in found


@pytest.fixture(scope="module")
def filled(stack: HostedStack) -> Iterator[tuple[ServiceDatabase, Person]]:
    """A database in which two people have as many tasks each, and one of the two; it is only read."""

    async def fill_both(copy: ServiceDatabase) -> Person:
        async with open_room(stack, copy) as room:
            ada, bob = await room.person(), await room.person()
            await fill(room, ada)
            await fill(room, bob)
            return ada

    with stack.database("chat_api") as copy:
        yield copy, asyncio.run(fill_both(copy))


@pytest.mark.parametrize(("asked", "order"), LISTS)
async def test_a_list_is_read_through_an_index(
    stack: HostedStack, filled: tuple[ServiceDatabase, Person], asked: str, order: str
) -> None:
    copy, ada = filled
    async with open_room(stack, copy) as room:
        found = await plan(room, ada, asked, order)
    assert "Index" in found, found
    assert not scans_all(found), found


@pytest.mark.parametrize(
    ("indexes", "asked", "order"),
    [
        ("tasks_by_position", "", ""),
        ("tasks_by_due, tasks_by_priority", "due >= 2026-11-01 AND due < 2026-11-08", "due"),
        ("tasks_by_priority", "", "priority desc, due"),
    ],
)
async def test_without_its_index_a_list_is_seen_to_read_the_whole_table(
    room: Room, indexes: str, asked: str, order: str
) -> None:
    ada = await room.person()
    await fill(room, ada)
    assert not scans_all(await plan(room, ada, asked, order))
    async with room.superuser.transaction() as tx:
        await tx.execute(f"DROP INDEX {indexes}")
    assert scans_all(await plan(room, ada, asked, order))
