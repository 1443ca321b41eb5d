"""From the call of CreateTask to the frame in a WebSocket client, beside the sum of the floors of its legs.

The legs: a gRPC call that does nothing (health), the bare two-insert transaction, Kafka from produce to consume with
nothing to wait for, and a WebSocket ping. All are measured one at a time, in turns with the product.
"""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import grpc
import websockets
from confluent_kafka import Consumer, Producer, TopicPartition
from grpc_health.v1 import health_pb2, health_pb2_grpc
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient
from todo_stack.databases import ServiceDatabase

from tests.bench.create_path import floor_once
from tests.bench.people import Person

TOPIC = "identity-events"
Once = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Latency:
    """Milliseconds of one path."""

    name: str
    p50: float
    p99: float


async def measure(
    channel: grpc.aio.Channel,
    person: Person,
    idle: Person,
    sync_url: str,
    bootstrap: str,
    floor: ServiceDatabase,
    count: int,
) -> list[Latency]:
    """The legs and the product, `count` times each, in turns; nothing happens to the `idle` person."""
    async with AsyncExitStack() as stack:
        paths: dict[str, Once] = {
            "gRPC call that does nothing": _health(channel),
            "two-insert transaction": await stack.enter_async_context(floor_once(floor)),
            "Kafka produce to consume": await stack.enter_async_context(_kafka(bootstrap)),
            "WebSocket ping": await stack.enter_async_context(_ping(idle, sync_url)),
            "CreateTask → frame": await stack.enter_async_context(_product(channel, person, sync_url)),
        }
        times: dict[str, list[float]] = {name: [] for name in paths}
        for _ in range(count):
            for name, once in paths.items():
                started = time.perf_counter()
                await once()
                times[name].append((time.perf_counter() - started) * 1000)
    return [_latency(name, found) for name, found in times.items()]


def _latency(name: str, times: list[float]) -> Latency:
    return Latency(name, statistics.median(times), sorted(times)[int(len(times) * 0.99) - 1])


def _health(channel: grpc.aio.Channel) -> Once:
    stub = health_pb2_grpc.HealthStub(channel)

    async def once() -> None:
        await stub.Check(health_pb2.HealthCheckRequest())

    return once


@asynccontextmanager
async def _kafka(bootstrap: str) -> AsyncIterator[Once]:
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 0})
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": str(uuid4()), "enable.auto.commit": False})
    _, high = consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), timeout=10)
    consumer.assign([TopicPartition(TOPIC, 0, high)])

    def pass_one() -> None:
        producer.produce(TOPIC, b"x" * 320, partition=0)
        producer.poll(0)
        while consumer.poll(1.0) is None:
            producer.poll(0)

    async def once() -> None:
        await asyncio.to_thread(pass_one)

    try:
        yield once
    finally:
        producer.flush()
        consumer.close()


@asynccontextmanager
async def _socket(person: Person, url: str) -> AsyncIterator[websockets.ClientConnection]:
    protocol = websockets.Subprotocol("todo.v1.json")
    async with websockets.connect(url, subprotocols=[protocol], compression=None) as socket:
        await socket.send(json.dumps({"type": "auth", "token": person.token}))
        while json.loads(await socket.recv())["type"] != "ready":
            pass
        yield socket


@asynccontextmanager
async def _ping(person: Person, url: str) -> AsyncIterator[Once]:
    async with _socket(person, url) as socket:

        async def once() -> None:
            await (await socket.ping())

        yield once


@asynccontextmanager
async def _product(channel: grpc.aio.Channel, person: Person, url: str) -> AsyncIterator[Once]:
    client = TaskServiceClient(channel)
    async with _socket(person, url) as socket:

        async def once() -> None:
            title = str(uuid4())
            request = task_service_pb2.CreateTaskRequest(parent=person.parent, task=task_pb2.Task(title=title))
            call = asyncio.ensure_future(client.create_task(request, metadata=person.metadata))
            while title not in str(await socket.recv()):
                pass
            await call

        yield once
