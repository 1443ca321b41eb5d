"""Events to many WebSocket clients of one workspace, beside ready frames that a bare server writes to as many.

The events come from Kafka as the relay sends them, so that sync alone works: it decodes each, makes its frame and
writes it to all. The same clients count on both sides. The memory of a connection is what sync grew by for it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from uuid import UUID

import grpc
import orjson
from todo.task_events.v1 import TaskCreated
from todo.workspace.v1 import workspace_service_pb2 as pb
from todo.workspace.v1.client import WorkspaceServiceClient
from todo_runtime.kafka import AvroCodec, SchemaRegistry

from services.sync.websocket.edge import PATH, SUBPROTOCOL
from tests.bench import raw_frames
from tests.bench.house import House
from tests.bench.messages import TOPIC, producer, send, task_created
from tests.bench.people import Person
from tests.bench.processes import memory, program
from tests.bench.rates import Path
from tests.bench.report import Target
from tests.bench.sockets import Count, Listener, upgrade

WAVE = 25
_EACH = 50
"""Connections of one person: the most that sync lets one have."""
_AT_ONCE = 25
Publish = Callable[[], Awaitable[None]]


async def measure(house: House) -> None:
    """Frames a second, and KiB a connection."""
    members = await house.people(max(2, house.sizes.connections // _EACH))
    connections = len(members) * _EACH
    workspace = await _shared(house.channel, members)
    async with (
        program(raw_frames.__name__) as port,
        _raw(port, connections) as bare,
        _followed(house, workspace, members) as (product, kibibytes),
    ):
        rates = await house.interleaved(
            {"ready frames, a bare asyncio server (floor)": bare, "sync: event to frames": product}
        )
    house.report.rates(f"fan-out, frames to {connections:,} connections", rates, Target(least=0.6))
    house.report.title("memory of a connection", "KiB", "", "")
    house.report.line("sync", (kibibytes,), kibibytes / 20, Target(most=1))


async def _shared(channel: grpc.aio.Channel, members: Sequence[Person]) -> UUID:
    """A workspace with these members."""
    client = WorkspaceServiceClient(channel)
    owner, *others = members
    request = pb.CreateWorkspaceRequest(workspace=pb.Workspace(display_name="fan-out"))
    name = (await client.create_workspace(request, metadata=owner.metadata)).name
    for other in others:
        invitation = pb.Invitation(email=other.email, role=pb.ROLE_EDITOR)
        asked = pb.CreateInvitationRequest(parent=name, invitation=invitation)
        code = (await client.create_invitation(asked, metadata=owner.metadata)).code
        await client.accept_invitation(pb.AcceptInvitationRequest(code=code), metadata=other.metadata)
    return UUID(name.rpartition("/")[2])


@asynccontextmanager
async def _raw(port: int, connections: int) -> AsyncIterator[Path]:
    counted = Count()
    opened = await _connections(lambda: Listener(counted), port, connections)

    async def publish() -> None:
        opened[0].write(b"%d\n" % WAVE)

    try:
        yield _waves(publish, counted, connections)
    finally:
        for listener in opened:
            listener.close()


@asynccontextmanager
async def _followed(house: House, workspace: UUID, members: Sequence[Person]) -> AsyncIterator[tuple[Path, float]]:
    """The product, and the KiB that a connection took: those of the first person are there before it is weighed."""
    counted, process = Count(), house.stack.pid("sync")
    port = house.stack.blueprint.ports["sync_http"]
    listeners = await _follow(port, workspace, members[:1], counted)
    before = memory(process)
    listeners += await _follow(port, workspace, members[1:], counted)
    kibibytes = (memory(process) - before) / 1024 / (len(listeners) - _EACH)
    try:
        async with _events(house, workspace) as publish:
            yield _waves(publish, counted, len(listeners)), kibibytes
    finally:
        for listener in listeners:
            listener.close()


async def _follow(port: int, workspace: UUID, members: Sequence[Person], counted: Count) -> list[Listener]:
    """The connections of some people, each behind its `ready`."""
    listeners = []
    for member in members:
        hello = {"type": "auth", "token": member.token, "streams": [f"workspaces/{workspace}"]}
        make = partial(Listener, counted, upgrade(PATH, SUBPROTOCOL), orjson.dumps(hello))
        for _ in range(_EACH // _AT_ONCE):
            ready = counted.frames + _AT_ONCE
            listeners += await _connections(make, port, _AT_ONCE)
            await counted.reached(ready)
    return listeners


async def _connections(make: Callable[[], Listener], port: int, number: int) -> list[Listener]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(make, "127.0.0.1", port))[1] for _ in range(number)]


@asynccontextmanager
async def _events(house: House, workspace: UUID) -> AsyncIterator[Publish]:
    """Sends a wave of events of the workspace, which has had none before."""
    plan = house.stack.blueprint
    async with SchemaRegistry(plan.registry_url) as registry:
        codec = AvroCodec(registry)
        await codec.load([(TOPIC, [TaskCreated])])
        payload = codec.encode(task_created(workspace), TOPIC)
    sending, numbers = producer(plan.kafka_bootstrap), count(1)

    async def publish() -> None:
        await send(sending, TOPIC, payload, [(workspace, next(numbers)) for _ in range(WAVE)])

    yield publish


def _waves(publish: Publish, counted: Count, connections: int) -> Path:
    """Sends waves, each when the one before the last has come, so that there is always one to work on."""
    size = WAVE * connections

    async def run(seconds: float) -> tuple[int, float]:
        first, sent, started = counted.frames, 0, time.perf_counter()
        while time.perf_counter() < started + seconds:
            await publish()
            sent += size
            await counted.reached(first + sent - size)
        await counted.reached(first + sent)
        return sent, time.perf_counter() - started

    return run
