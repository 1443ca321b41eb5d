"""audit's own parts on the real PostgreSQL, broker and registry."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from todo.dead_letters.v1 import DeadLetter
from todo.events import Event
from todo_product.access import (
    ACCESS_EVENTS,
    Access,
    AccessProjection,
    AccessSource,
    Membership,
    Profile,
    Role,
    Snapshot,
)
from todo_runtime.clock import SystemClock
from todo_runtime.config import KafkaAccess
from todo_runtime.db import Database
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, DeadLetters, SchemaRegistry
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from services.audit.consumer import TOPICS, LogProcessor, Recorder
from tests.integration.audit.messages import TASK_EVENTS, USER, WORKSPACE


class ToldAccess(AccessSource):
    """Stands for chat_api: knows what it was told."""

    def __init__(self) -> None:
        self.people: dict[UUID, Access] = {
            USER: Access(
                USER,
                complete=True,
                profile=Profile(1, "UTC", "en", WORKSPACE),
                memberships={WORKSPACE: Membership(1, Role.OWNER)},
            )
        }

    async def fetch(self, user: UUID) -> Snapshot | None:
        """As AccessSource."""
        return Snapshot(self.people[user], {}) if user in self.people else None


@dataclass
class Room:
    """A fresh log and what works on it."""

    copy: ServiceDatabase
    database: Database
    codec: AvroCodec
    source: ToldAccess
    access: AccessProjection
    dead_letters: DeadLetters
    processor: LogProcessor
    bootstrap: str
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def consume(self, group: str | None = None) -> asyncio.Task[None]:
        """Starts a consumer of all topics."""
        settings = ConsumerSettings(KafkaAccess(self.bootstrap), group or f"test-{uuid4()}", TOPICS)
        task = asyncio.create_task(BatchConsumer(settings, self.processor).run())
        self._tasks.append(task)
        return task

    async def rows(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """The rows of a query, as the service itself sees them."""
        async with self.database.transaction() as tx:
            return await tx.fetch_all(query, params)

    async def value(self, query: str, *params: object) -> Any:
        """The first value of the first row."""
        return (await self.rows(query, *params))[0][0]

    async def close(self) -> None:
        """Stops what was started."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@pytest.fixture
async def room(stack: HostedStack, database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[Room]:
    copy = database_of("audit")
    registry = SchemaRegistry(stack.blueprint.registry_url)
    codec = AvroCodec(registry)
    await codec.load(_schemas())
    database = Database(copy.url())
    await database.open()
    source = ToldAccess()
    access = AccessProjection(database, source)
    dead_letters = DeadLetters("audit", codec, SystemClock())
    processor = LogProcessor(database, dead_letters, Recorder(codec, access, SystemClock()))
    bootstrap = stack.blueprint.kafka_bootstrap
    made = Room(copy, database, codec, source, access, dead_letters, processor, bootstrap)
    yield made
    await made.close()
    await database.close()
    await registry.close()


def _schemas() -> Sequence[tuple[str, Sequence[type[Event]]]]:
    return [
        ("audit-dead-letters", [DeadLetter]),
        ("task-events", TASK_EVENTS),
        *((event.SCHEMA.topics[0], [event]) for event in ACCESS_EVENTS),
    ]
