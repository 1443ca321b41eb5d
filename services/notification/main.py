"""Starts notification: wires the consumer of reminders, the delivery worker, the relay and the gRPC server."""

from typing import Final

from todo_bindings.notification.callers import CALLERS
from todo_bindings.notification.clients import AccessServiceClient
from todo_bindings.notification.producers import NotificationDeadLettersProducer, NotificationsProducer
from todo_product.access import AccessProjection, AccessSource
from todo_product.people import PERSON_ISSUER
from todo_runtime.clock import SystemClock
from todo_runtime.idempotency import KEPT
from todo_runtime.kafka import DeadLetters, EventProcessor
from todo_runtime.kafka.dead_letter_rpc import DeadLetterRpc
from todo_runtime.retention import Purge, RetentionWorker
from todo_runtime.service import Service, run_service

from services.notification.consumer import IdentityAccess, Reminders, WorkspaceAccess
from services.notification.rpc import NotificationRpc
from services.notification.service.apprise_sender import AppriseSender
from services.notification.service.delivery import DeliveryWorker
from services.notification.service.events import NotificationEvents
from services.notification.service.guard import OutgoingGuard
from services.notification.service.notifications import NotificationHandlers
from services.notification.service.seal import Seal
from services.notification.store import REQUESTS

REQUIRED: Final = (
    "TODO_DATABASE_URL",
    "TODO_DATABASE_RELAY_URL",
    "TODO_DATABASE_DELIVERER_URL",
    "TODO_TARGET_CHAT_API",
)
EVENTS: Final = [
    (one.TOPIC, one.EVENTS)
    for one in (
        *(NotificationsProducer, NotificationDeadLettersProducer),
        *(Reminders, IdentityAccess, WorkspaceAccess),
    )
]
PURGES: Final = (Purge(KEPT, REQUESTS.purge_expired),)


async def start(service: Service) -> None:
    """Starts everything; returns when it runs."""
    settings, clock = service.settings, SystemClock()
    credentials, pages = await service.credentials(), await service.page_tokens()
    database = await service.database()
    chat_api = await service.channel("chat_api")
    access = AccessProjection(database, AccessSource(AccessServiceClient(chat_api), credentials))
    codec = await service.codec(EVENTS)
    events = NotificationEvents(NotificationsProducer(codec))
    seal = Seal(await service.secret("channel-key"))
    guard = OutgoingGuard(allow_private=settings.outgoing_allow_private)
    sending = await service.database_as("deliverer", max_size=4)
    sender = AppriseSender(allow_private=settings.outgoing_allow_private)
    service.on_stop(sender.close)
    worker = DeliveryWorker(sending, events, seal, guard, clock, sender.send)
    notifications = NotificationHandlers(database, access, events, seal, guard, clock, worker.wake)
    dead_letters = DeadLetters(settings.service, codec, clock)
    consumers = (Reminders(notifications), IdentityAccess(access), WorkspaceAccess(access))
    processor = EventProcessor(settings.service, database, dead_letters, codec, consumers)
    service.relay()
    service.consume(processor, processor.topics)
    service.spawn("delivery", worker.run())
    service.spawn("retention", RetentionWorker(sending, clock, PURGES).run())
    servicers = [NotificationRpc(notifications, pages), DeadLetterRpc(database, dead_letters, processor, pages)]
    authenticator = await service.authenticator(access.session_guard, person_issuer=PERSON_ISSUER)
    await service.enter(service.rpc_server(servicers, authenticator, CALLERS))


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
