"""The service itself, killed in the middle of its work: every message is recorded, once, and the chains hold."""

import asyncio
from functools import partial
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

from confluent_kafka import Producer
from todo_runtime.kafka import AvroCodec
from todo_runtime.testing import eventually
from todo_stack.hosted import HostedStack

from services.audit import service
from tests.integration.audit.conftest import Room
from tests.integration.audit.messages import created
from tests.integration.service_process import ServiceProcess

WORKSPACES = 8
EACH = 400
KILLS = 2
SESSION = 10
"""Seconds after which the broker gives up a member that says nothing."""


async def test_nothing_is_lost_or_doubled_when_it_is_killed(stack: HostedStack, room: Room, tmp_path: Path) -> None:
    databases = {"TODO_DATABASE_URL": room.copy.url(), "TODO_DATABASE_RELAY_URL": room.copy.url("relay")}
    service = ServiceProcess(stack, "audit", tmp_path / "audit.log", databases)
    workspaces = [uuid4() for _ in range(WORKSPACES)]
    recorded = "SELECT count(*) FROM events WHERE key = ANY(%s)"
    await service.start()
    killed = monotonic()
    try:
        for turn in range(KILLS):
            first, last = turn * EACH // KILLS + 1, (turn + 1) * EACH // KILLS
            before = await room.value(recorded, workspaces)
            await asyncio.to_thread(_send, stack, room.codec, workspaces, range(first, last + 1))
            await eventually(partial(_more_than, room, recorded, workspaces, before), within=30)
            # As a member of its group it is back before its session would have ended.
            assert monotonic() - killed < SESSION or turn == 0
            service.kill()
            killed = monotonic()
            await service.start()
        await eventually(lambda: _more_than(room, recorded, workspaces, WORKSPACES * EACH - 1), within=60)
    finally:
        assert service.stop() == 0
    await _check(room, workspaces)


async def _check(room: Room, workspaces: list[UUID]) -> None:
    streams = [("task-events", workspace) for workspace in workspaces]
    verification = await service.verify_streams(room.database, streams, None)
    for report in verification.reports:
        assert (report.problem, report.count, report.missing, report.head.sequence) == (None, EACH, 0, EACH)
    assert verification.next is None


async def _more_than(room: Room, query: str, workspaces: list[UUID], count: int) -> bool:
    return bool(await room.value(query, workspaces) > count)


def _send(stack: HostedStack, codec: AvroCodec, workspaces: list[UUID], sequences: range) -> None:
    producer = Producer({"bootstrap.servers": stack.blueprint.kafka_bootstrap, "partitioner": "murmur2_random"})
    for sequence in sequences:
        for workspace in workspaces:
            message = created(codec, sequence, workspace)
            producer.produce(message.topic, key=message.key, value=message.value, headers=list(message.headers))
    assert producer.flush(30) == 0
