"""Authenticated gRPC UpdateTask and CompleteTask through the running service, beside a bare transaction of two writes.

The floor changes a row of the same table and inserts its event, in a database of its own, from 8 connections; the
product is the whole path, with its journal and its relay. Every caller has a task of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from uuid import uuid4

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo.task.v1.client import TaskServiceClient
from todo_stack.databases import ServiceDatabase

from tests.bench.create_path import FLOOR_CLIENTS, changing_once
from tests.bench.house import House
from tests.bench.people import Person
from tests.bench.rates import Path, loop_of

Change = Callable[[TaskServiceClient, Person, str, int], Awaitable[object]]
CONCURRENT = 32


async def measure(house: House) -> None:
    """The floor, updates, and completing and reopening in turns."""
    people = await house.people()
    toggling = f"gRPC CompleteTask and ReopenTask, {CONCURRENT} concurrent"
    async with _floor(house.floor) as bare:
        rates = await house.interleaved(
            {
                "update and insert in a transaction, 8 clients (floor)": bare,
                f"gRPC UpdateTask, {CONCURRENT} concurrent": await _product(house.channel, people, _update),
                toggling: await _product(house.channel, people, _toggle),
            }
        )
    house.report.rates("changes, chat_api and its relay alone", rates)


@asynccontextmanager
async def _floor(database: ServiceDatabase) -> AsyncIterator[Path]:
    async with AsyncExitStack() as stack:
        yield loop_of([await stack.enter_async_context(changing_once(database)) for _ in range(FLOOR_CLIENTS)])


async def _product(channel: grpc.aio.Channel, people: list[Person], change: Change) -> Path:
    client = TaskServiceClient(channel)

    async def caller(person: Person) -> Callable[[], Awaitable[None]]:
        request = pb.CreateTaskRequest(parent=person.parent, task=task_pb2.Task(title="buy milk"))
        name = (await client.create_task(request, metadata=person.metadata, timeout=30)).name
        turns = cycle(range(2))

        async def once() -> None:
            await change(client, person, name, next(turns))

        return once

    return loop_of(await asyncio.gather(*(caller(person) for _, person in zip(range(CONCURRENT), cycle(people)))))


async def _update(client: TaskServiceClient, person: Person, name: str, turn: int) -> None:
    request = pb.UpdateTaskRequest(
        task=task_pb2.Task(name=name, title=f"buy milk {turn}"),
        update_mask=FieldMask(paths=["title"]),
        request_id=str(uuid4()),
    )
    await client.update_task(request, metadata=person.metadata, timeout=30)


async def _toggle(client: TaskServiceClient, person: Person, name: str, turn: int) -> None:
    id_ = str(uuid4())
    if turn:
        await client.reopen_task(pb.ReopenTaskRequest(name=name, request_id=id_), metadata=person.metadata, timeout=30)
    else:
        await client.complete_task(
            pb.CompleteTaskRequest(name=name, request_id=id_), metadata=person.metadata, timeout=30
        )
