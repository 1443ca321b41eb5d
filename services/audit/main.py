"""Starts audit: wires the consumer of every topic, the relay of its dead letters and the gRPC server."""

from typing import Final

from todo_bindings.audit.callers import CALLERS
from todo_bindings.audit.clients import AccessServiceClient
from todo_bindings.audit.producers import AuditDeadLettersProducer
from todo_product.access import AccessProjection, AccessSource
from todo_product.people import PERSON_ISSUER
from todo_runtime.clock import SystemClock
from todo_runtime.kafka import DeadLetters
from todo_runtime.kafka.dead_letter_rpc import DeadLetterRpc
from todo_runtime.service import Service, run_service

from services.audit.consumer import CONSUMERS, TOPICS, LogProcessor, Recorder
from services.audit.rpc.log import AuditRpc

REQUIRED: Final = ("TODO_DATABASE_URL", "TODO_DATABASE_RELAY_URL", "TODO_TARGET_CHAT_API")
EVENTS: Final = [(one.TOPIC, one.EVENTS) for one in (AuditDeadLettersProducer, *CONSUMERS)]
BATCH: Final = 1_000


async def start(service: Service) -> None:
    """Starts everything; returns when it runs."""
    clock = SystemClock()
    credentials, pages = await service.credentials(), await service.page_tokens()
    database = await service.database()
    codec = await service.codec(EVENTS)
    chat_api = await service.channel("chat_api")
    access = AccessProjection(database, AccessSource(AccessServiceClient(chat_api), credentials))
    dead_letters = DeadLetters(service.settings.service, codec, clock)
    processor = LogProcessor(database, dead_letters, Recorder(codec, access, clock))
    service.relay()
    service.consume(processor, TOPICS, BATCH)
    servicers = [AuditRpc(database, access, pages), DeadLetterRpc(database, dead_letters, processor, pages)]
    authenticator = await service.authenticator(access.session_guard, person_issuer=PERSON_ISSUER)
    await service.enter(service.rpc_server(servicers, authenticator, CALLERS))


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
