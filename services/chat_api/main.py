"""Composition root of chat_api: reads the settings, builds everything once, runs it."""

import hashlib
from dataclasses import dataclass

from todo_bindings.chat_api.callers import CALLERS
from todo_bindings.chat_api.gateway import FORWARDED
from todo_bindings.chat_api.producers import (
    IdentityEventsProducer,
    RemindersProducer,
    TaskEventsProducer,
    WorkspaceEventsProducer,
)
from todo_runtime.auth import Authenticator, TokenIssuer, TokenVerifier
from todo_runtime.clock import Clock, SystemClock
from todo_runtime.db import Database
from todo_runtime.db.watch import watch
from todo_runtime.kafka import AvroCodec
from todo_runtime.outbox import OutboxSignal, Relay
from todo_runtime.paging import PageTokens
from todo_runtime.retention import RetentionWorker
from todo_runtime.rpc import RpcServer, Servicer, channel
from todo_runtime.service import Service, run_service
from todo_runtime.state import StateStore
from todo_runtime.wire.registry import SchemaRegistry

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.rpc import AccessRpc
from services.chat_api.chat.conversations import ConversationService
from services.chat_api.chat.rpc import ChatRpc
from services.chat_api.chat.service import ChatService
from services.chat_api.gateway.app import build_app
from services.chat_api.gateway.server import HttpServer
from services.chat_api.identity.events import IdentityEvents
from services.chat_api.identity.rpc import IdentityRpc
from services.chat_api.identity.service import IdentityService
from services.chat_api.retention import PURGES
from services.chat_api.shared.requests import PageTokens as OldPageTokens
from services.chat_api.tasks.reminders.scheduler import ReminderScheduler
from services.chat_api.tasks.rpc.tasks import TaskRpc
from services.chat_api.tasks.service.use_cases import TaskUseCases
from services.chat_api.tasks.writing.events import TaskEvents
from services.chat_api.transfer.rpc import TransferRpc
from services.chat_api.transfer.service import TransferService
from services.chat_api.workspaces.domain.invitations import InvitationCodes
from services.chat_api.workspaces.events import WorkspaceEvents
from services.chat_api.workspaces.rpc.invitations import InvitationRpc
from services.chat_api.workspaces.rpc.workspaces import WorkspaceRpc
from services.chat_api.workspaces.service.invitations import InvitationService
from services.chat_api.workspaces.service.unit_of_work import WorkspaceUnitOfWork
from services.chat_api.workspaces.service.workspaces import WorkspaceService

PRODUCERS = (TaskEventsProducer, RemindersProducer, WorkspaceEventsProducer, IdentityEventsProducer)
REQUIRED = ("TODO_DATABASE_URL", "TODO_DATABASE_RELAY_URL", "TODO_DATABASE_SCHEDULER_URL", "TODO_HTTP_PORT")


@dataclass(frozen=True)
class Stores:
    """What everything stands on."""

    people: Database
    scheduler: Database
    codec: AvroCodec
    signal: OutboxSignal


async def start(service: Service) -> None:
    """Builds and starts the parts, in the order in which they depend on each other."""
    stores = await _stores(service)
    clock = SystemClock()
    kept = await service.backing()
    signing_key = await kept.secrets.get("signing-key")
    access = AccessCache(stores.people)
    events = TaskEvents(TaskEventsProducer(stores.codec), RemindersProducer(stores.codec))
    scheduler = ReminderScheduler(stores.scheduler, events, clock)
    cases = TaskUseCases.build(stores.people, access, events, clock, scheduler.expect)
    pages = OldPageTokens(_derived(signing_key, b"page tokens\0"))
    service.spawn("scheduler", scheduler.run())
    service.spawn("overdue", scheduler.measure())
    service.spawn("retention", RetentionWorker(stores.scheduler, clock, PURGES).run())
    await _serve(
        service,
        Authenticator(TokenVerifier(await kept.secrets.get("jwks"), person_issuer="chat_api"), access.session_guard),
        [
            TaskRpc(cases, access, pages),
            TransferRpc(TransferService(stores.people, access, events, clock, cases.tasks.writer), access, clock),
            *_people(stores, access, clock, TokenIssuer(service.settings.service, signing_key), signing_key),
            _chat(stores.people, access, cases, kept.state(stores.people), clock, pages),
        ],
    )


def _people(stores: Stores, access: AccessCache, clock: Clock, issuer: TokenIssuer, signing_key: str) -> list[Servicer]:
    """The servicers of people and of the workspaces that they share."""
    database, pages = stores.people, PageTokens.derived_from(signing_key)
    workspace_events = WorkspaceEvents(WorkspaceEventsProducer(stores.codec))
    unit_of_work = WorkspaceUnitOfWork(database, access, clock)
    workspaces = WorkspaceService(database, access, unit_of_work, workspace_events, clock)
    codes = InvitationCodes(_derived(signing_key, b"invitations\0"))
    invitations = InvitationService(database, access, unit_of_work, workspace_events, codes, clock)
    identity_events = IdentityEvents(IdentityEventsProducer(stores.codec))
    identity = IdentityService(database, access, workspaces, identity_events, issuer, clock)
    return [
        IdentityRpc(identity, pages),
        AccessRpc(database),
        WorkspaceRpc(workspaces, pages),
        InvitationRpc(invitations, pages),
    ]


def _derived(signing_key: str, purpose: bytes) -> bytes:
    return hashlib.sha256(purpose + signing_key.encode()).digest()


def _chat(
    people: Database, access: AccessCache, cases: TaskUseCases, state: StateStore, clock: Clock, pages: OldPageTokens
) -> ChatRpc:
    return ChatRpc(
        ChatService(people, access, cases, state, clock), ConversationService(people, state, clock), access, pages
    )


async def _stores(service: Service) -> Stores:
    settings, health = service.settings, service.health
    health.require("registry", "looking its schemas up")
    signal = OutboxSignal()
    people = await service.enter(Database(settings.database_url(), name="people", max_size=12, signal=signal))
    scheduler = await service.enter(
        Database(settings.database_url("scheduler"), name="scheduler", max_size=3, signal=signal)
    )
    health.require("database")
    service.spawn("database", watch(people, lambda ok, reason: health.set("database", ok, reason)))
    registry = await service.enter(SchemaRegistry(settings.registry_url))
    codec = AvroCodec(registry, lambda ok, reason: health.set("registry", ok, reason))
    await codec.load([(producer.TOPIC, producer.EVENTS) for producer in PRODUCERS])
    relay = Relay(
        settings.database_url("relay"),
        settings.kafka,
        settings.service,
        signal,
        lambda ok, reason: health.set("relay", ok, reason),
    )
    service.spawn("relay", relay.run())
    return Stores(people, scheduler, codec, signal)


async def _serve(service: Service, authenticator: Authenticator, servicers: list[Servicer]) -> None:
    settings = service.settings
    channels = {
        name: await service.enter(channel(settings.target(name)))
        for name in {target for target, _ in FORWARDED.values()}
    }
    server = RpcServer(
        servicers,
        authenticator,
        address=settings.grpc_address,
        callers=CALLERS,
        health=service.health,
    )
    app = build_app(
        server, channels, public_url=settings.public_http_url or "", sync_url=settings.public_sync_url or ""
    )
    await service.enter(HttpServer(app, settings.bind_host, settings.http_port or 0))
    await service.enter(server)


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
