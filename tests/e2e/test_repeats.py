"""The same request over connections that break: one effect, one answer."""

import asyncio
import contextlib
from uuid import uuid4

import grpc
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient
from todo_stack.hosted import HostedStack

from tests.bench.people import Person, sign_up

REPEATS = 20


async def answer_of(target: str, person: Person, request: task_service_pb2.CreateTaskRequest) -> str:
    """Sends the request over a connection of its own; returns the name of the task in the answer."""
    async with grpc.aio.insecure_channel(target, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        answer = await TaskServiceClient(channel).create_task(request, metadata=person.metadata)
        return answer.name


async def cut_off(target: str, person: Person, request: task_service_pb2.CreateTaskRequest) -> None:
    """Sends the request and cuts the connection before the answer."""
    channel = grpc.aio.insecure_channel(target, options=[("grpc.use_local_subchannel_pool", 1)])
    await channel.channel_ready()
    call = asyncio.create_task(TaskServiceClient(channel).create_task(request, metadata=person.metadata))
    await asyncio.sleep(0)
    await channel.close()
    with contextlib.suppress(asyncio.CancelledError, grpc.RpcError):
        await call


async def test_a_request_over_broken_connections_has_one_effect(running_system: HostedStack) -> None:
    target = f"127.0.0.1:{running_system.blueprint.ports['chat_api_grpc']}"
    async with grpc.aio.insecure_channel(target) as channel:
        (person,) = await sign_up(channel, 1)
        request = task_service_pb2.CreateTaskRequest(
            parent=person.parent, task=task_pb2.Task(title="once"), request_id=str(uuid4())
        )
        await asyncio.gather(*(cut_off(target, person, request) for _ in range(REPEATS)))
        answers = await asyncio.gather(*(answer_of(target, person, request) for _ in range(REPEATS)))
        listed = await TaskServiceClient(channel).list_tasks(
            task_service_pb2.ListTasksRequest(parent=person.parent), metadata=person.metadata
        )
    assert set(answers) == {listed.tasks[0].name}
    assert len(listed.tasks) == 1
