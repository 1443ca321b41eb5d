"""chat_api's use cases on a database of their own, without the edges: people, workspaces, tasks, events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from types import SimpleNamespace
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
from todo_runtime.auth import TokenIssuer
from todo_runtime.clock import FixedClock
from todo_runtime.db import Database
from todo_runtime.idempotency import Replay, Request, RequestKey
from todo_runtime.kafka import AvroCodec, SchemaRegistry
from todo_runtime.paging import PageTokens
from todo_runtime.retention import RetentionWorker
from todo_runtime.rpc import served_methods, snake_case
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.identity.events import IdentityEvents
from services.chat_api.identity.model import SignUp
from services.chat_api.identity.passwords import Passwords
from services.chat_api.identity.service import IdentityService
from services.chat_api.retention import PURGES
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain.model import Task, TaskDraft
from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.wiring import TaskFeature
from services.chat_api.transfer.rpc import TransferRpc
from services.chat_api.transfer.service import TransferService
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
    identity: IdentityService
    workspaces: WorkspaceService
    invitations: InvitationService
    feature: TaskFeature
    events: TaskEvents
    clock: FixedClock

    @property
    def tasks(self) -> Any:
        return FirstAnswers(self.feature.tasks)

    @property
    def batches(self) -> Any:
        return FirstAnswers(self.feature.batches)

    @property
    def moves(self) -> Any:
        return FirstAnswers(self.feature.moves)

    @property
    def undos(self) -> Any:
        return FirstAnswers(self.feature.undos)

    @property
    def lists(self) -> Any:
        return FirstAnswers(self.feature.lists)

    @property
    def task_service(self) -> Any:
        """TaskService as the RPC server serves it: each method by the servicer that has it."""
        servicers = [
            *self.feature.servicers(self.access, PageTokens(b"key")),
            TransferRpc(TransferService(self.database, self.access, self.feature.units), self.access, self.clock),
        ]
        methods = {snake_case(method.descriptor.name): method.handler for method in served_methods(*servicers)}
        return SimpleNamespace(**methods)

    async def person(self) -> Person:
        command = SignUp(f"{uuid4()}@example.com", "correct horse battery", "", "Europe/Berlin", "en", None)
        user, _ = await self.identity.sign_up(command)
        return Person(Actor(user.id, user.time_zone), user.personal_workspace_id)

    def tasks_on(self, database: Database) -> Any:
        """The use cases of tasks with a pool of its own."""
        return FirstAnswers(TaskFeature.build(database, AccessCache(database), self.events, self.clock).tasks)

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


class FirstAnswers:
    """A service whose replays are decoded, as the edge does it: by what `request_of` has encoded."""

    def __init__(self, service: object) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._service, name)
        if not iscoroutinefunction(method):
            return method

        async def call(*args: Any, **options: Any) -> Any:
            result = await method(*args, **options)
            return _ANSWERS[result.answer] if isinstance(result, Replay) else result

        return call


_ANSWERS: dict[bytes, Task] = {}


def request_of(body: bytes = b"", id_: UUID | None = None, method: str = "CreateTask") -> Request[Task]:
    """A request whose answer is the task as it was, so that a test sees which answer it got."""

    def encode(task: Task) -> bytes:
        answer = b"%s %d" % (task.id.bytes, task.revision)
        _ANSWERS[answer] = task
        return answer

    return Request(RequestKey(id_ or uuid4(), method, body), encode)


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
            identity=IdentityService(
                database, access, workspaces, IdentityEvents(IdentityEventsProducer(codec)), issuer, clock, QUICK
            ),
            feature=TaskFeature.build(database, access, events, clock),
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
