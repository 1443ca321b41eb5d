"""Composition root of recurring_task: reads the settings, builds everything once, runs it."""

from collections.abc import Callable
from functools import partial
from typing import Final

from todo_bindings.recurring_task.callers import CALLERS
from todo_bindings.recurring_task.clients import AccessServiceClient, TaskServiceClient
from todo_bindings.recurring_task.producers import RecurringTaskDeadLettersProducer
from todo_product.access import AccessProjection, AccessSource
from todo_runtime.auth import Authenticator, ServiceCredentials, TokenIssuer, TokenVerifier
from todo_runtime.clock import SystemClock
from todo_runtime.db import Database
from todo_runtime.db.watch import watch
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, DeadLetters, EventProcessor, SchemaRegistry
from todo_runtime.kafka.dead_letter_rpc import DeadLetterRpc
from todo_runtime.outbox import Relay
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import RpcServer, channel
from todo_runtime.service import Service, backing, run_service

from services.recurring_task.consumer import Completions, IdentityAccess, WorkspaceAccess
from services.recurring_task.handlers import Occurrences
from services.recurring_task.rpc import RecurrenceRpc

REQUIRED: Final = ("TODO_DATABASE_URL", "TODO_DATABASE_RELAY_URL", "TODO_TARGET_CHAT_API")


async def start(service: Service) -> None:
    """Starts everything; returns when it runs."""
    settings = service.settings
    secrets = (await backing(service)).secrets
    signing_key = await secrets.get("signing-key")
    credentials = ServiceCredentials(TokenIssuer(settings.service, signing_key))
    chat_api = await service.enter(channel(settings.target("chat_api")))
    database = await _database(service)
    access = AccessProjection(database, AccessSource(AccessServiceClient(chat_api), credentials))
    occurrences = Occurrences(database, TaskServiceClient(chat_api), credentials, access)
    consumers = (Completions(occurrences), IdentityAccess(access), WorkspaceAccess(access))
    codec = await _codec(service)
    dead_letters = DeadLetters(settings.service, codec, SystemClock())
    processor = EventProcessor(settings.service, database, dead_letters, codec, consumers)
    _consume(service, database, processor)
    pages = PageTokens.derived_from(signing_key)
    verifier = TokenVerifier(await secrets.get("jwks"), person_issuer="chat_api")
    await service.enter(
        RpcServer(
            [RecurrenceRpc(database, access, pages), DeadLetterRpc(database, dead_letters, processor, pages)],
            Authenticator(verifier, access.session_guard),
            address=settings.grpc_address,
            callers=CALLERS,
            health=service.health,
        )
    )


async def _database(service: Service) -> Database:
    service.health.require("database")
    database = await service.enter(Database(service.settings.database_url(), name="recurring_task"))
    service.spawn("database", watch(database, _report(service, "database")))
    return database


async def _codec(service: Service) -> AvroCodec:
    registry = await service.enter(SchemaRegistry(service.settings.registry_url))
    codec = AvroCodec(registry, _report(service, "registry"))
    wanted = (RecurringTaskDeadLettersProducer, Completions, IdentityAccess, WorkspaceAccess)
    await codec.load([(one.TOPIC, one.EVENTS) for one in wanted])
    return codec


def _consume(service: Service, database: Database, processor: EventProcessor) -> None:
    settings = service.settings
    consuming = ConsumerSettings(settings.kafka, settings.service, processor.topics, instance=settings.instance)
    relay = Relay(
        settings.database_url("relay"),
        settings.kafka,
        settings.service,
        database.signal,
        _report(service, "relay"),
    )
    service.spawn("relay", relay.run())
    service.spawn("consumer", BatchConsumer(consuming, processor, _report(service, "consumer")).run())


def _report(service: Service, component: str) -> Callable[[bool, str], None]:
    return partial(service.health.set, component)


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
