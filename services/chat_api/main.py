"""Composition root of chat_api: reads the settings, builds everything once, runs it."""

import hashlib

from todo_bindings.chat_api.callers import CALLERS
from todo_bindings.chat_api.gateway import FORWARDED
from todo_bindings.chat_api.producers import (
    IdentityEventsProducer,
    RemindersProducer,
    TaskEventsProducer,
    WorkspaceEventsProducer,
)
from todo_product.people import PERSON_ISSUER
from todo_runtime.auth import TokenIssuer
from todo_runtime.clock import Clock, SystemClock
from todo_runtime.db import Database
from todo_runtime.kafka import AvroCodec
from todo_runtime.paging import PageTokens
from todo_runtime.retention import RetentionWorker
from todo_runtime.rpc import RpcServer, Servicer
from todo_runtime.service import Service, run_service
from todo_runtime.state import StateStore

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
from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.reminders.scheduler import ReminderScheduler
from services.chat_api.tasks.wiring import TaskFeature
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


async def start(service: Service) -> None:
    """Builds and starts the parts, in the order in which they depend on each other."""
    service.health.require("registry", "looking its schemas up")
    clock, signing_key = SystemClock(), await service.secret("signing-key")
    people = await service.database("people", max_size=12)
    scheduling = await service.database_as("scheduler", max_size=3)
    codec = await service.codec([(producer.TOPIC, producer.EVENTS) for producer in PRODUCERS])
    service.relay()
    access = AccessCache(people)
    events = TaskEvents(TaskEventsProducer(codec), RemindersProducer(codec))
    scheduler = ReminderScheduler(scheduling, events, clock)
    tasks = TaskFeature.build(people, access, events, clock, scheduler.expect)
    pages = await service.page_tokens()
    state = (await service.backing()).state(people)
    service.spawn("scheduler", scheduler.run())
    service.spawn("overdue", scheduler.measure())
    service.spawn("retention", RetentionWorker(scheduling, clock, PURGES).run())
    servicers = [
        *tasks.servicers(access, pages),
        TransferRpc(TransferService(people, access, tasks.units), access, clock),
        *_people(people, access, codec, clock, await service.token_issuer(), pages, signing_key),
        _chat(people, access, tasks, state, clock, pages),
    ]
    authenticator = await service.authenticator(access.session_guard, person_issuer=PERSON_ISSUER)
    await _serve(service, service.rpc_server(servicers, authenticator, CALLERS))


def _people(
    database: Database,
    access: AccessCache,
    codec: AvroCodec,
    clock: Clock,
    issuer: TokenIssuer,
    pages: PageTokens,
    signing_key: str,
) -> list[Servicer]:
    """The servicers of people and of the workspaces that they share."""
    workspace_events = WorkspaceEvents(WorkspaceEventsProducer(codec))
    unit_of_work = WorkspaceUnitOfWork(database, access, clock)
    workspaces = WorkspaceService(database, access, unit_of_work, workspace_events, clock)
    codes = InvitationCodes(_derived(signing_key, b"invitations\0"))
    invitations = InvitationService(database, access, unit_of_work, workspace_events, codes, clock)
    identity_events = IdentityEvents(IdentityEventsProducer(codec))
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
    people: Database, access: AccessCache, tasks: TaskFeature, state: StateStore, clock: Clock, pages: PageTokens
) -> ChatRpc:
    return ChatRpc(
        ChatService(people, access, tasks.tasks, tasks.undos, state, clock),
        ConversationService(people, state, clock),
        access,
        pages,
    )


async def _serve(service: Service, server: RpcServer) -> None:
    """HTTP first: who sees the gRPC server serve can use both."""
    settings = service.settings
    channels = {name: await service.channel(name) for name in {target for target, _ in FORWARDED.values()}}
    app = build_app(
        server, channels, public_url=settings.public_http_url or "", sync_url=settings.public_sync_url or ""
    )
    await service.enter(HttpServer(app, settings.bind_host, settings.http_port or 0))
    await service.enter(server)


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
