"""Clients that never give up: each create is repeated with its request id until it is acknowledged."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import grpc
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient

from tests.bench.people import sign_up

PASSING = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
RECURRING_EVERY = 20


@dataclass(frozen=True)
class Client:
    """A signed-up person at a connection."""

    workspace: UUID
    metadata: tuple[tuple[str, str], ...]


@dataclass
class Acknowledged:
    """What the system has promised to keep: task ids by workspace, and the completed tasks that repeat."""

    tasks: dict[UUID, list[UUID]] = field(default_factory=dict)
    completed: list[UUID] = field(default_factory=list)
    repeats: int = 0

    @property
    def count(self) -> int:
        """How many creates were acknowledged."""
        return sum(len(ids) for ids in self.tasks.values())


async def connected(target: str, count: int) -> list[Client]:
    """That many people who have just signed up."""
    async with grpc.aio.insecure_channel(target) as channel:
        return [Client(person.workspace, person.metadata) for person in await sign_up(channel, count)]


async def create_all(target: str, clients: Sequence[Client], count: int, done: Acknowledged) -> None:
    """Creates `count` tasks, spread over the clients; every twentieth repeats daily and is completed."""
    async with grpc.aio.insecure_channel(target) as channel:
        service = TaskServiceClient(channel)
        numbers = iter(range(count))
        await asyncio.gather(*(_work(service, client, numbers, done) for client in clients))


async def _work(service: TaskServiceClient, client: Client, numbers: Iterator[int], done: Acknowledged) -> None:
    for number in numbers:
        task = task_pb2.Task(title=f"task {number}")
        recurring = number % RECURRING_EVERY == 0
        if recurring:
            task.due.date = "2027-01-01"
            task.recurrence.rule = "FREQ=DAILY"
        created = await create(service, client, task, done)
        done.tasks.setdefault(client.workspace, []).append(_id(created))
        if recurring:
            await _complete(service, client, created.name, done)
            done.completed.append(_id(created))


async def create(service: TaskServiceClient, client: Client, task: task_pb2.Task, done: Acknowledged) -> task_pb2.Task:
    """Creates one task, however often it has to be asked for; `done` counts the repeats."""
    request = task_service_pb2.CreateTaskRequest(
        parent=f"workspaces/{client.workspace}", task=task, request_id=str(uuid4())
    )
    while True:
        try:
            return await service.create_task(request, metadata=client.metadata, timeout=15)
        except grpc.aio.AioRpcError as error:
            await _again(error, done)


async def _complete(service: TaskServiceClient, client: Client, name: str, done: Acknowledged) -> None:
    request = task_service_pb2.CompleteTaskRequest(name=name, request_id=str(uuid4()))
    while True:
        try:
            await service.complete_task(request, metadata=client.metadata, timeout=15)
        except grpc.aio.AioRpcError as error:
            await _again(error, done)
        else:
            return


async def _again(error: grpc.aio.AioRpcError, done: Acknowledged) -> None:
    if error.code() not in PASSING:
        raise error
    done.repeats += 1
    await asyncio.sleep(0.05)


def _id(task: task_pb2.Task) -> UUID:
    return UUID(task.name.rpartition("/")[2])
