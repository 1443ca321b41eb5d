"""Composition root of notification: reads the settings, builds everything once, runs it."""

from collections.abc import Callable
from functools import partial
from typing import Final

from todo_bindings.notification.callers import CALLERS
from todo_bindings.notification.clients import AccessServiceClient
from todo_bindings.notification.producers import NotificationDeadLettersProducer, NotificationsProducer
from todo_product.access import AccessProjection, AccessSource
from todo_runtime.auth import Authenticator, ServiceCredentials, TokenIssuer, TokenVerifier
from todo_runtime.clock import SystemClock
from todo_runtime.db import Database
from todo_runtime.db.watch import watch
from todo_runtime.idempotency import KEPT
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, DeadLetters, EventProcessor, SchemaRegistry
from todo_runtime.kafka.dead_letter_rpc import DeadLetterRpc
from todo_runtime.outbox import OutboxSignal, Relay
from todo_runtime.paging import PageTokens
from todo_runtime.retention import Purge, RetentionWorker
from todo_runtime.rpc import RpcServer, channel
from todo_runtime.service import Service, backing, run_service

from services.notification.consumer import IdentityAccess, Reminders, WorkspaceAccess
from services.notification.handlers.delivery import DeliveryWorker
from services.notification.handlers.events import NotificationEvents
from services.notification.handlers.guard import OutgoingGuard
from services.notification.handlers.notifications import NotificationHandlers
from services.notification.handlers.seal import Seal
from services.notification.handlers.sending import AppriseSender
from services.notification.rpc import NotificationRpc
from services.notification.store import REQUESTS

PURGES: Final = (Purge(KEPT, REQUESTS.purge_expired),)
REQUIRED: Final = (
    "TODO_DATABASE_URL",
    "TODO_DATABASE_RELAY_URL",
    "TODO_DATABASE_DELIVERER_URL",
    "TODO_TARGET_CHAT_API",
)


async def start(service: Service) -> None:
    """Starts everything; returns when it runs."""
    settings, clock = service.settings, SystemClock()
    secrets = (await backing(service)).secrets
    signing_key = await secrets.get("signing-key")
    signal = OutboxSignal()
    database = await _database(service, signal)
    access = await _access(service, database, signing_key)
    codec = await _codec(service)
    events = NotificationEvents(NotificationsProducer(codec))
    seal = Seal(await secrets.get("channel-key"))
    guard = OutgoingGuard(allow_private=settings.outgoing_allow_private)
    sending = await service.enter(
        Database(settings.database_url("deliverer"), name="deliverer", max_size=4, signal=signal)
    )
    sender = AppriseSender(allow_private=settings.outgoing_allow_private)
    service.on_stop(sender.close)
    worker = DeliveryWorker(sending, events, seal, guard, clock, sender.send)
    notifications = NotificationHandlers(database, access, events, seal, guard, clock, worker.wake)
    dead_letters = DeadLetters(settings.service, codec, clock)
    consumers = (Reminders(notifications), IdentityAccess(access), WorkspaceAccess(access))
    processor = EventProcessor(settings.service, database, dead_letters, codec, consumers)
    _spawn(service, signal, processor)
    service.spawn("delivery", worker.run())
    service.spawn("retention", RetentionWorker(sending, clock, PURGES).run())
    pages = PageTokens.derived_from(signing_key)
    verifier = TokenVerifier(await secrets.get("jwks"), person_issuer="chat_api")
    await service.enter(
        RpcServer(
            [NotificationRpc(notifications, pages), DeadLetterRpc(database, dead_letters, processor, pages)],
            Authenticator(verifier, access.session_guard),
            address=settings.grpc_address,
            callers=CALLERS,
            health=service.health,
        )
    )


async def _database(service: Service, signal: OutboxSignal) -> Database:
    service.health.require("database")
    database = await service.enter(Database(service.settings.database_url(), name="notification", signal=signal))
    service.spawn("database", watch(database, _report(service, "database")))
    return database


async def _access(service: Service, database: Database, signing_key: str) -> AccessProjection:
    credentials = ServiceCredentials(TokenIssuer(service.settings.service, signing_key))
    chat_api = await service.enter(channel(service.settings.target("chat_api")))
    return AccessProjection(database, AccessSource(AccessServiceClient(chat_api), credentials))


async def _codec(service: Service) -> AvroCodec:
    registry = await service.enter(SchemaRegistry(service.settings.registry_url))
    codec = AvroCodec(registry, _report(service, "registry"))
    wanted = (NotificationsProducer, NotificationDeadLettersProducer, Reminders, IdentityAccess, WorkspaceAccess)
    await codec.load([(one.TOPIC, one.EVENTS) for one in wanted])
    return codec


def _spawn(service: Service, signal: OutboxSignal, processor: EventProcessor) -> None:
    settings = service.settings
    consuming = ConsumerSettings(settings.kafka, settings.service, processor.topics, instance=settings.instance)
    relay = Relay(
        settings.database_url("relay"),
        settings.kafka,
        settings.service,
        signal,
        _report(service, "relay"),
    )
    service.spawn("relay", relay.run())
    service.spawn("consumer", BatchConsumer(consuming, processor, _report(service, "consumer")).run())


def _report(service: Service, component: str) -> Callable[[bool, str], None]:
    return partial(service.health.set, component)


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
