"""The data half of the runtime on the real stack: a consumer's database, a codec, events to send."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from todo.dead_letters.v1 import DeadLetter
from todo.task_events.v1 import TaskCreated
from todo.types.v1 import Priority, Task, TaskStatus
from todo_bindings.recurring_task.consumers import TaskEventsConsumer
from todo_runtime.clock import SystemClock
from todo_runtime.config import KafkaAccess
from todo_runtime.db import Database
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, DeadLetters, EventProcessor, SchemaRegistry
from todo_runtime.outbox import Outgoing, Relay, outgoing
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

TOPIC = "task-events"
SERVICE = "recurring_task"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass
class Bench:
    """One consumer's world; what it starts is stopped at the end of the test."""

    database: Database
    codec: AvroCodec
    dead_letters: DeadLetters
    copy: ServiceDatabase
    bootstrap: str
    group: str = field(default_factory=lambda: f"test-{uuid4()}")
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    reports: list[tuple[str, bool, str]] = field(default_factory=list)

    def relay(self) -> asyncio.Task[None]:
        relay = Relay(
            self.copy.url("relay"), KafkaAccess(self.bootstrap), SERVICE, self.database.signal, self.report("relay")
        )
        return self.start(relay.run())

    def processor(self, *consumers: TaskEventsConsumer) -> EventProcessor:
        return EventProcessor("test", self.database, self.dead_letters, self.codec, consumers)

    def consumer(self, consumer: TaskEventsConsumer, **settings: float) -> asyncio.Task[None]:
        processor = self.processor(consumer)
        chosen = ConsumerSettings(KafkaAccess(self.bootstrap), self.group, processor.topics, **settings)  # type: ignore[arg-type]
        return self.start(BatchConsumer(chosen, processor, self.report("consumer")).run())

    def start(self, work: object) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self.tasks.append(task)
        return task  # type: ignore[no-any-return]

    def report(self, name: str) -> Callable[[bool, str], None]:
        return lambda ok, reason: self.reports.append((name, ok, reason))

    def message(self, key: UUID, title: str = "buy milk") -> Outgoing:
        return outgoing(self.codec, TOPIC, created(key, title), key=key, subject=title, time=NOW)

    async def value(self, query: str, *params: object) -> Any:
        async with self.database.transaction() as tx:
            row = await tx.fetch_one(query, params)
        return row[0] if row else None

    async def stop(self, task: asyncio.Task[None]) -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def created(workspace: UUID, title: str) -> TaskCreated:
    task = Task(
        id=uuid4(),
        workspace_id=workspace,
        title=title,
        notes="",
        status=TaskStatus.OPEN,
        priority=Priority.NONE,
        tags=[],
        position="a0",
        reminders=[],
        created_at=NOW,
        created_by=workspace,
        updated_at=NOW,
        updated_by=workspace,
        etag="1",
    )
    return TaskCreated(task=task, changed_fields=["title"], actor_id=workspace)


class Recorder(TaskEventsConsumer):
    """Writes what it sees into the table `seen`."""

    async def on_task_created(self, tx, event, meta) -> None:  # type: ignore[no-untyped-def]
        await tx.execute(
            "INSERT INTO seen (key, sequence, title) VALUES (%s, %s, %s)", (meta.key, meta.sequence, event.task.title)
        )


@pytest.fixture
async def bench(stack: HostedStack, database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[Bench]:
    copy = database_of(SERVICE)
    with psycopg.connect(copy.url("owner"), autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE seen (place bigint GENERATED ALWAYS AS IDENTITY, key uuid, sequence bigint, title text)"
        )
        connection.execute(f"GRANT ALL ON seen TO {SERVICE}_app".encode())
        connection.execute(f"GRANT SELECT ON outbox TO {SERVICE}_app".encode())
    registry = SchemaRegistry(stack.blueprint.registry_url)
    codec = AvroCodec(registry)
    await codec.load([(TOPIC, TaskEventsConsumer.EVENTS), ("recurring-task-dead-letters", [DeadLetter])])
    database = Database(copy.url())
    await database.open()
    made = Bench(database, codec, DeadLetters(SERVICE, codec, SystemClock()), copy, stack.blueprint.kafka_bootstrap)
    yield made
    for task in made.tasks:
        await made.stop(task)
    await database.close()
    await registry.close()
