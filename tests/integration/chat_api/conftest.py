"""chat_api's use cases on a database of their own, without the edges: people, workspaces, tasks, events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from todo_bindings.chat_api.producers import (
    IdentityEventsProducer,
    RemindersProducer,
    TaskEventsProducer,
    WorkspaceEventsProducer,
)
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.auth import TokenIssuer
from todo_runtime.clock import FixedClock
from todo_runtime.db import Database
from todo_runtime.idempotency import Replay
from todo_runtime.kafka import AvroCodec, SchemaRegistry
from todo_runtime.retention import RetentionWorker
from todo_runtime.rpc.naming import snake_case
from todo_runtime.rpc.servicer import served_methods
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.identity.events import IdentityEvents
from services.chat_api.identity.model import SignUp
from services.chat_api.identity.passwords import Passwords
from services.chat_api.identity.service import IdentityService
from services.chat_api.retention import PURGES
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.request_table import RequestKey
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain.model import Task, TaskDraft
from services.chat_api.tasks.service.lists import TaskListHandlers
from services.chat_api.tasks.service.tasks import TaskHandlers
from services.chat_api.tasks.service.use_cases import TaskUseCases
from services.chat_api.tasks.writing.events import TaskEvents
from services.chat_api.workspaces.domain.invitations import InvitationCodes
from services.chat_api.workspaces.events import WorkspaceEvents
from services.chat_api.workspaces.service.invitations import InvitationService
from services.chat_api.workspaces.service.unit_of_work import WorkspaceUnitOfWork
from services.chat_api.workspaces.service.workspaces import WorkspaceService

PRODUCERS = (TaskEventsProducer, RemindersProducer, WorkspaceEventsProducer, IdentityEventsProducer)
T = TypeVar("T")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""People come by the hundred in these tests, and nobody guesses at their passwords."""


@dataclass(frozen=True)
class Person:
    """Somebody who signed up: as an actor, and with the personal workspace."""

    actor: Actor
    workspace: UUID

    @property
    def id(self) -> UUID:
        return self.actor.user_id

    def names(self, task: Task) -> TaskName:
        return TaskName(str(task.workspace_id), task.id)


@dataclass
class Room:
    """chat_api without its edges."""

    copy: ServiceDatabase
    database: Database
    scheduler: Database
    superuser: Database
    access: AccessCache
    cases: TaskUseCases
    identity: IdentityService
    workspaces: WorkspaceService
    invitations: InvitationService
    events: TaskEvents
    clock: FixedClock

    @property
    def tasks(self) -> TaskHandlers:
        return self.cases.tasks

    @property
    def lists(self) -> TaskListHandlers:
        return self.cases.lists

    async def person(self) -> Person:
        command = SignUp(f"{uuid4()}@example.com", "correct horse battery", "", "Europe/Berlin", "en", None)
        user, _ = await self.identity.sign_up(command)
        return Person(Actor(user.id, user.time_zone), user.personal_workspace_id)

    def tasks_on(self, database: Database) -> TaskHandlers:
        """The use cases of tasks with a pool of its own."""
        return TaskHandlers(database, AccessCache(database), self.events, self.clock)

    async def purge(self) -> bool:
        """One round of retention; whether there may be more to delete."""
        return await RetentionWorker(self.scheduler, self.clock, PURGES).purge()

    async def rows(self, query: str, *params: object, actor: UUID | None = None) -> list[tuple[Any, ...]]:
        async with self.database.transaction(actor) as tx:
            return await tx.fetch_all(query, params)

    async def all_rows(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """As the superuser, past row-level security."""
        async with self.superuser.transaction() as tx:
            return await tx.fetch_all(query, params)


def fresh(result: T | Replay) -> T:
    """The result of a request that was not answered before."""
    assert not isinstance(result, Replay)
    return result


def merged(*servicers: TaskServiceServicer) -> TaskServiceServicer:
    """The methods of several partial servicers on one."""
    whole = TaskServiceServicer()
    for method in served_methods(*servicers):
        setattr(whole, snake_case(method.descriptor.name), method.handler)
    return whole


def request_of(body: bytes = b"", id_: UUID | None = None, method: str = "CreateTask") -> Request[Task]:
    """A request whose answer is the task's title and revision, so that a test sees which answer it got."""
    answers: dict[bytes, Task] = {}

    def encode(task: Task) -> bytes:
        answers[task.id.bytes] = task
        return task.id.bytes

    return Request(RequestKey(id_ or uuid4(), method, body), encode, lambda answer: answers[answer])


def draft(title: str = "buy milk", **fields: Any) -> TaskDraft:
    return TaskDraft(title=title, **fields)


_codecs: dict[str, AvroCodec] = {}
"""By the registry's URL: hundreds of rooms write with the same schemas."""


async def _codec(registry_url: str) -> AvroCodec:
    if registry_url not in _codecs:
        async with SchemaRegistry(registry_url) as registry:
            codec = AvroCodec(registry)
            await codec.load([(producer.TOPIC, producer.EVENTS) for producer in PRODUCERS])
        _codecs[registry_url] = codec
    return _codecs[registry_url]


@asynccontextmanager
async def open_room(stack: HostedStack, copy: ServiceDatabase) -> AsyncIterator[Room]:
    """chat_api's use cases on a database of their own."""
    secrets = stack.blueprint.config.data.secrets / "chat_api" / "signing-key"
    clock = FixedClock(NOW)
    async with (
        Database(copy.url(), max_size=20) as database,
        Database(copy.url("scheduler"), max_size=4) as scheduler,
        Database(stack.blueprint.postgres_url(copy.name), max_size=2) as superuser,
    ):
        codec = await _codec(stack.blueprint.registry_url)
        access = AccessCache(database)
        events = TaskEvents(TaskEventsProducer(codec), RemindersProducer(codec))
        workspace_events = WorkspaceEvents(WorkspaceEventsProducer(codec))
        unit_of_work = WorkspaceUnitOfWork(database, access, clock)
        workspaces = WorkspaceService(database, access, unit_of_work, workspace_events, clock)
        issuer = TokenIssuer("chat_api", await asyncio.to_thread(secrets.read_text))
        yield Room(
            copy=copy,
            database=database,
            scheduler=scheduler,
            superuser=superuser,
            access=access,
            cases=TaskUseCases.build(database, access, events, clock),
            identity=IdentityService(
                database, access, workspaces, IdentityEvents(IdentityEventsProducer(codec)), issuer, clock, QUICK
            ),
            workspaces=workspaces,
            invitations=InvitationService(
                database, access, unit_of_work, workspace_events, InvitationCodes(b"a key"), clock
            ),
            events=events,
            clock=clock,
        )


@pytest.fixture
async def room(stack: HostedStack, database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[Room]:
    async with open_room(stack, database_of("chat_api")) as opened:
        yield opened
