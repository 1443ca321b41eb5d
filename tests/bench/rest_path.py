"""POST of a task through the REST gateway, beside the same request to a FastAPI route that does nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import cycle
from uuid import uuid4

import orjson

from tests.bench import noop_http
from tests.bench.house import House
from tests.bench.http_client import HttpConnection, post
from tests.bench.people import Person
from tests.bench.processes import program
from tests.bench.rates import Once, Path, loop_of
from tests.bench.report import Target

CONCURRENT = 32
_TASK = orjson.dumps(
    {
        "title": "buy milk",
        "priority": "PRIORITY_HIGH",
        "tags": ["home"],
        "due": {"date": "2027-01-01", "time": "09:00", "timeZone": "Europe/Berlin"},
    }
)


async def measure(house: House) -> None:
    """The floor, and the gateway of chat_api."""
    people = await house.people()
    port = house.stack.blueprint.ports["chat_api_http"]
    async with (
        program(noop_http.__name__) as floor_port,
        _posting(floor_port, people, lambda _: noop_http.PATH) as bare,
        _posting(port, people, _create) as product,
    ):
        rates = await house.interleaved(
            {
                f"FastAPI route that does nothing, {CONCURRENT} concurrent (floor)": bare,
                f"REST create, {CONCURRENT} concurrent": product,
            }
        )
    house.report.rates("REST create, chat_api and its relay alone", rates, Target(least=0.25))


def _create(person: Person) -> str:
    return f"/v1/{person.parent}/tasks?requestId={uuid4()}"


@asynccontextmanager
async def _posting(port: int, people: list[Person], path: Callable[[Person], str]) -> AsyncIterator[Path]:
    connections = await asyncio.gather(*(HttpConnection.open(port) for _ in range(CONCURRENT)))
    try:
        yield loop_of([_once(one, person, path) for one, person in zip(connections, cycle(people))])
    finally:
        for one in connections:
            one.close()


def _once(connection: HttpConnection, person: Person, path: Callable[[Person], str]) -> Once:
    async def once() -> None:
        status = await connection.send(post(path(person), _TASK, person.token))
        assert status == 200, f"The answer is {status}."

    return once
