"""From the call of CreateTask to the frame in a WebSocket client, beside the sum of the floors of its legs.

The legs: a gRPC call that does nothing (health), the bare two-insert transaction, Kafka from produce to consume with
nothing to wait for, and a WebSocket ping. All are measured one at a time, in turns with the product.
"""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import grpc
import websockets
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient

from tests.bench.create_path import floor_once, health
from tests.bench.house import House
from tests.bench.messages import new_topic, producer
from tests.bench.people import Person
from tests.bench.rates import Once
from tests.bench.report import Report, Target

COUNT = 200


@dataclass(frozen=True)
class Latency:
    """Milliseconds of one path."""

    name: str
    p50: float
    p99: float


async def measure(house: House) -> None:
    """The legs and the product, one at a time, in turns; nothing happens to the second person."""
    person, idle = await house.people(2)
    plan = house.stack.blueprint
    sync_url = f"ws://127.0.0.1:{plan.ports['sync_http']}/v1/sync"
    async with AsyncExitStack() as stack:
        paths: dict[str, Once] = {
            "gRPC call that does nothing": health(house.channel),
            "two-insert transaction": await stack.enter_async_context(floor_once(house.floor)),
            "Kafka produce to consume": await stack.enter_async_context(_kafka(plan.kafka_bootstrap)),
            "WebSocket ping": await stack.enter_async_context(_ping(idle, sync_url)),
            "CreateTask → frame": await stack.enter_async_context(_product(house.channel, person, sync_url)),
        }
        times: dict[str, list[float]] = {name: [] for name in paths}
        for _ in range(COUNT):
            for name, once in paths.items():
                started = time.perf_counter()
                await once()
                times[name].append((time.perf_counter() - started) * 1000)
    _report(house.report, [_latency(name, found) for name, found in times.items()])


def _latency(name: str, times: list[float]) -> Latency:
    return Latency(name, statistics.median(times), sorted(times)[int(len(times) * 0.99) - 1])


def _report(report: Report, latencies: Sequence[Latency]) -> None:
    """The legs, their sum, and the product as a multiple of it."""
    *legs, product = latencies
    total = Latency("sum of the floors", sum(leg.p50 for leg in legs), sum(leg.p99 for leg in legs))
    report.title("create → frame", "p50 ms", "p99 ms", "")
    for leg in (*legs, total):
        report.line(leg.name, (leg.p50, leg.p99))
    report.line(f"{product.name}, p50", (product.p50, product.p99), product.p50 / total.p50, Target(most=2))
    report.line(f"{product.name}, p99", (product.p50, product.p99), product.p99 / total.p99, Target(most=3))


@asynccontextmanager
async def _kafka(bootstrap: str) -> AsyncIterator[Once]:
    topic, sending = await asyncio.to_thread(new_topic, bootstrap), producer(bootstrap)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": str(uuid4()), "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])

    def pass_one() -> None:
        sending.produce(topic, b"x" * 320, partition=0)
        sending.poll(0)
        while consumer.poll(1.0) is None:
            sending.poll(0)

    async def once() -> None:
        await asyncio.to_thread(pass_one)

    try:
        yield once
    finally:
        sending.flush()
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
