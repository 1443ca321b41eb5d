"""Starts audit: wires the consumer of every topic, the relay of its dead letters and the gRPC server."""

from collections.abc import Callable
from functools import partial
from typing import Final

from todo_bindings.audit.callers import CALLERS
from todo_bindings.audit.clients import AccessServiceClient
from todo_bindings.audit.producers import AuditDeadLettersProducer
from todo_product.access import AccessProjection, AccessSource
from todo_runtime.auth import Authenticator, ServiceCredentials, TokenIssuer, TokenVerifier
from todo_runtime.clock import SystemClock
from todo_runtime.db import Database
from todo_runtime.db.watch import watch
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, DeadLetters, SchemaRegistry
from todo_runtime.kafka.dead_letter_rpc import DeadLetterRpc
from todo_runtime.outbox import Relay
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import RpcServer, channel
from todo_runtime.secrets import SecretStore
from todo_runtime.service import Service, backing, run_service

from services.audit.consumer import CONSUMERS, TOPICS, LogProcessor, Recorder
from services.audit.rpc.log import AuditRpc

REQUIRED: Final = ("TODO_DATABASE_URL", "TODO_DATABASE_RELAY_URL", "TODO_TARGET_CHAT_API")
BATCH: Final = 1_000


async def start(service: Service) -> None:
    """Starts everything; returns when it runs."""
    settings, clock = service.settings, SystemClock()
    secrets = (await backing(service)).secrets
    database = await _database(service)
    codec = await _codec(service)
    access = await _access(service, secrets, database)
    dead_letters = DeadLetters(settings.service, codec, clock)
    processor = LogProcessor(database, dead_letters, Recorder(codec, access, clock))
    consuming = ConsumerSettings(settings.kafka, settings.service, TOPICS, batch=BATCH, instance=settings.instance)
    relay = Relay(
        settings.database_url("relay"),
        settings.kafka,
        settings.service,
        database.signal,
        _report(service, "relay"),
    )
    service.spawn("relay", relay.run())
    service.spawn("consumer", BatchConsumer(consuming, processor, _report(service, "consumer")).run())
    pages = PageTokens.derived_from(await secrets.get("signing-key"))
    verifier = TokenVerifier(await secrets.get("jwks"), person_issuer="chat_api")
    await service.enter(
        RpcServer(
            [AuditRpc(database, access, pages), DeadLetterRpc(database, dead_letters, processor, pages)],
            Authenticator(verifier, access.session_guard),
            address=settings.grpc_address,
            callers=CALLERS,
            health=service.health,
        )
    )


async def _database(service: Service) -> Database:
    database = Database(service.settings.database_url(), name="audit")
    service.health.require("database")
    await database.open()
    service.on_stop(database.close)
    service.spawn("database", watch(database, _report(service, "database")))
    return database


async def _codec(service: Service) -> AvroCodec:
    registry = SchemaRegistry(service.settings.registry_url)
    service.on_stop(registry.close)
    codec = AvroCodec(registry, _report(service, "registry"))
    # Every event of this release is known before the first arrives, so that the registry may be away then.
    wanted = (AuditDeadLettersProducer, *CONSUMERS)
    await codec.load([(one.TOPIC, one.EVENTS) for one in wanted])
    return codec


async def _access(service: Service, secrets: SecretStore, database: Database) -> AccessProjection:
    issuer = TokenIssuer(service.settings.service, await secrets.get("signing-key"))
    chat_api = await service.enter(channel(service.settings.target("chat_api")))
    source = AccessSource(AccessServiceClient(chat_api), ServiceCredentials(issuer))
    return AccessProjection(database, source)


def _report(service: Service, component: str) -> Callable[[bool, str], None]:
    return partial(service.health.set, component)


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
