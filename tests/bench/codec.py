"""The typed codec beside raw schemaless fastavro, on one event: a task with everything in it. Needs no stack.

Two pairs each for writing and reading: records as they are (what the codec itself costs), and Python's own values
(what the typed classes cost, beside fastavro's logical types).
"""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import fastavro
import orjson
from todo.events import Event
from todo.task_events.v1 import TaskCreated
from todo.types.v1 import TaskStatus
from todo_runtime.kafka import AvroCodec, SchemaRegistry
from todo_runtime.wire import rules

from tests.bench.messages import TOPIC, task_created
from tests.bench.rates import interleaved
from tests.bench.report import Report, Target

_BATCH = 200
RULES = "rules of an event"
Work = Callable[[], object]


class KnownIds(SchemaRegistry):
    """A registry that has every schema under the id 1, and is never called over a network."""

    async def id_of(self, subject: str, schema: str) -> int | None:  # noqa: ARG002 - as the registry is asked
        return 1


async def measure(report: Report, seconds: float, rounds: int) -> None:
    """Messages a second; in each part raw fastavro first."""
    registry = KnownIds("http://127.0.0.1:9")
    codec = AvroCodec(registry)
    events: list[tuple[str, list[type[Event]]]] = [(TOPIC, [TaskCreated])]
    await codec.load(events)
    for title, paths in _paths(codec).items():
        rates = await interleaved(paths, seconds=seconds, rounds=rounds)
        report.rates(f"codec: {title}", rates, None if title == RULES else Target(least=round(1 / 1.2, 2)))
    await registry.close()


def _paths(codec: AvroCodec) -> dict[str, dict[str, Callable[[float], Awaitable[tuple[int, float]]]]]:
    raw_schema = fastavro.parse_schema(TaskCreated.SCHEMA.wire)
    logical_schema = fastavro.parse_schema(orjson.loads(TaskCreated.SCHEMA.json))
    event = task_created()
    data = codec.encode(event, TOPIC)
    body, values = data[5:], _values(logical_schema, data[5:])
    return {
        "encode a record": {
            "fastavro, schemaless (floor)": _timed(lambda: _written(raw_schema, event.record)),
            "codec": _timed(lambda: codec.encode(event, TOPIC)),
        },
        RULES: {
            "its encoding, without them (floor)": _timed(lambda: codec.encode(event, TOPIC)),
            "rules": _timed(lambda: rules.enforce(event)),
        },
        "decode a record": {
            "fastavro, schemaless (floor)": _timed(lambda: _values(raw_schema, body)),
            "codec": _timed(lambda: codec.decode(data, TaskCreated)),
        },
        "encode Python's values": {
            "fastavro with logical types (floor)": _timed(lambda: _written(logical_schema, values)),
            "typed event, then codec": _timed(lambda: codec.encode(task_created(), TOPIC)),
        },
        "decode and read five fields": {
            "fastavro with logical types (floor)": _timed(lambda: _five_values(_values(logical_schema, body))),
            "codec, then typed event": _timed(lambda: _five_fields(codec.decode(data, TaskCreated))),
        },
    }


def _timed(work: Work) -> Callable[[float], Awaitable[tuple[int, float]]]:
    async def run(seconds: float) -> tuple[int, float]:
        done, started = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds:
            for _ in range(_BATCH):
                work()
            done += _BATCH
        await asyncio.sleep(0)
        return done, elapsed

    return run


def _written(schema: Any, record: Any) -> bytes:
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, schema, record)
    return buffer.getvalue()


def _values(schema: Any, body: bytes) -> Any:
    return fastavro.schemaless_reader(io.BytesIO(body), schema, None)


def _five_values(values: Any) -> tuple[UUID, str, datetime, str, UUID]:
    task = values["task"]
    return task["id"], task["title"], task["updated_at"], task["status"], values["actor_id"]


def _five_fields(event: TaskCreated) -> tuple[UUID, str, datetime, TaskStatus, UUID]:
    task = event.task
    return task.id, task.title, task.updated_at, task.status, event.actor_id
