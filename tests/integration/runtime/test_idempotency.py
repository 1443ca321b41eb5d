"""A request has one effect and one answer, in the tables of the services as they are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import InvalidArgument
from todo_runtime.idempotency import Replay, Request, RequestKey, RequestTable
from todo_stack.databases import ServiceDatabase

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TABLES = {
    "chat_api": (RequestTable("scope", "actor_id", serialize=True), "scheduler", 2),
    "notification": (RequestTable("user_id", serialize=True), "deliverer", 1),
}


@dataclass
class Desk:
    """Answers requests with a number that goes up."""

    table: RequestTable
    database: Database
    purger: Database
    parts: int
    worked: int = 0

    def owner(self) -> tuple[UUID, ...]:
        """The person comes last, as the policies of both tables want it."""
        return tuple(uuid4() for _ in range(self.parts))

    async def answer(
        self, owner: tuple[UUID, ...], request: Request[int] | None, *, at: datetime = NOW, fails: bool = False
    ) -> int | Replay:
        async def work() -> int:
            self.worked += 1
            if fails:
                raise RuntimeError
            return self.worked

        async def run(tx: Transaction) -> int | Replay:
            return await self.table.once(tx, owner, request, at, work)

        return await self.database.run(run, owner[-1])

    async def purge(self, before: datetime, limit: int = 10) -> int:
        async with self.purger.transaction() as tx:
            return await self.table.purge_expired(tx, before, limit)


@pytest.fixture(params=TABLES)
async def desk(request: pytest.FixtureRequest, database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[Desk]:
    table, role, parts = TABLES[request.param]
    copy = database_of(request.param)
    async with Database(copy.url()) as database, Database(copy.url(role)) as purger:
        yield Desk(table, database, purger, parts)


def asked(id_: UUID | None = None, method: str = "Count", body: bytes = b"hash") -> Request[int]:
    return Request(RequestKey(id_ or uuid4(), method, body), lambda number: str(number).encode())


async def test_a_repeat_does_nothing_and_gets_the_first_answer(desk: Desk) -> None:
    owner, request = desk.owner(), asked()
    assert await desk.answer(owner, request) == 1
    assert await desk.answer(owner, request) == Replay(b"1")
    assert desk.worked == 1


async def test_a_request_without_an_id_is_worked_on_each_time(desk: Desk) -> None:
    owner = desk.owner()
    assert [await desk.answer(owner, None) for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("other", [{"method": "Another"}, {"body": b"another"}])
async def test_an_id_that_comes_with_another_request_is_refused(desk: Desk, other: dict[str, str]) -> None:
    owner, first = desk.owner(), asked()
    await desk.answer(owner, first)
    with pytest.raises(InvalidArgument) as refused:
        await desk.answer(owner, asked(first.key.request_id, **other))  # type: ignore[arg-type]
    assert refused.value.reason == "REQUEST_ID_REUSED"
    assert [one.field for one in refused.value.violations] == ["request_id"]
    assert desk.worked == 1


async def test_another_owner_may_use_the_same_id(desk: Desk) -> None:
    request = asked()
    assert [await desk.answer(desk.owner(), request) for _ in range(2)] == [1, 2]


async def test_work_that_fails_keeps_no_answer(desk: Desk) -> None:
    owner, request = desk.owner(), asked()
    with pytest.raises(RuntimeError):
        await desk.answer(owner, request, fails=True)
    assert await desk.answer(owner, request) == 2


async def test_repeats_at_the_same_time_wait_for_the_first(desk: Desk) -> None:
    owner, request = desk.owner(), asked()
    answers = await asyncio.gather(*(desk.answer(owner, request) for _ in range(5)))
    assert answers.count(1) == 1
    assert answers.count(Replay(b"1")) == 4


async def test_a_purge_deletes_what_is_older_and_no_more_than_the_limit(desk: Desk) -> None:
    owner, kept = desk.owner(), asked()
    for days in (3, 3, 2):
        await desk.answer(owner, asked(), at=NOW - timedelta(days=days))
    await desk.answer(owner, kept)
    assert await desk.purge(NOW - timedelta(days=1), limit=2) == 2
    assert await desk.purge(NOW - timedelta(days=1), limit=2) == 1
    assert await desk.purge(NOW - timedelta(days=1), limit=2) == 0
    assert await desk.answer(owner, kept) == Replay(b"4")
