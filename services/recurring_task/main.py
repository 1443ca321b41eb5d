"""Starts recurring_task: wires the consumer of completions, the relay of its dead letters and the gRPC server."""

from typing import Final

from todo_bindings.recurring_task.callers import CALLERS
from todo_bindings.recurring_task.clients import AccessServiceClient, TaskServiceClient
from todo_bindings.recurring_task.producers import RecurringTaskDeadLettersProducer
from todo_product.access import AccessProjection, AccessSource
from todo_product.people import PERSON_ISSUER
from todo_runtime.clock import SystemClock
from todo_runtime.kafka import DeadLetters, EventProcessor
from todo_runtime.kafka.dead_letter_rpc import DeadLetterRpc
from todo_runtime.service import Service, run_service

from services.recurring_task.consumer import Completions, IdentityAccess, WorkspaceAccess
from services.recurring_task.rpc import RecurrenceRpc
from services.recurring_task.service import Occurrences

REQUIRED: Final = ("TODO_DATABASE_URL", "TODO_DATABASE_RELAY_URL", "TODO_TARGET_CHAT_API")
EVENTS: Final = [
    (one.TOPIC, one.EVENTS) for one in (RecurringTaskDeadLettersProducer, Completions, IdentityAccess, WorkspaceAccess)
]


async def start(service: Service) -> None:
    """Starts everything; returns when it runs."""
    name = service.settings.service
    credentials, pages = await service.credentials(), await service.page_tokens()
    chat_api = await service.channel("chat_api")
    database = await service.database()
    access = AccessProjection(database, AccessSource(AccessServiceClient(chat_api), credentials))
    occurrences = Occurrences(database, TaskServiceClient(chat_api), credentials, access)
    codec = await service.codec(EVENTS)
    dead_letters = DeadLetters(name, codec, SystemClock())
    consumers = (Completions(occurrences), IdentityAccess(access), WorkspaceAccess(access))
    processor = EventProcessor(name, database, dead_letters, codec, consumers)
    service.relay()
    service.consume(processor, processor.topics)
    servicers = [RecurrenceRpc(database, access, pages), DeadLetterRpc(database, dead_letters, processor, pages)]
    authenticator = await service.authenticator(access.session_guard, person_issuer=PERSON_ISSUER)
    await service.enter(service.rpc_server(servicers, authenticator, CALLERS))


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
