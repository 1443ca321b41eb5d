"""Records every message of every topic in the log, byte for byte, and keeps the projection of access up to date.

Guarantees: a message whose headers name a stream and a number is recorded, whatever its body is; one whose headers do
not becomes a dead letter with its exact bytes.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from todo.events import Event
from todo_bindings.audit.consumers import (
    IdentityEventsConsumer,
    NotificationsConsumer,
    RemindersConsumer,
    TaskEventsConsumer,
    WorkspaceEventsConsumer,
)
from todo_product.access import ACCESS_EVENTS, AccessProjection
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.kafka import AvroCodec, DeadLetters, EventMeta, RawProcessor, Record, Undecodable
from todo_runtime.kafka.processor import Item
from todo_runtime.telemetry import metrics
from todo_runtime.wire.codec import schema_id
from todo_runtime.wire.generic_reader import GenericReader, WriterSchema, check

from services.audit import service
from services.audit.domain.chain import Entry
from services.audit.domain.packing import pack_headers

CONSUMERS: Final = (
    TaskEventsConsumer,
    WorkspaceEventsConsumer,
    IdentityEventsConsumer,
    RemindersConsumer,
    NotificationsConsumer,
)
TOPICS: Final = tuple(consumer.TOPIC for consumer in CONSUMERS)
_ACCESS_TYPES: Final[Mapping[str, type[Event]]] = {event.SCHEMA.full_name: event for event in ACCESS_EVENTS}
_log = structlog.get_logger(__name__)


class LogProcessor(RawProcessor):
    """Fetches writer schemas outside the transaction, and records within it."""

    def __init__(self, database: Database, dead_letters: DeadLetters, recorder: "Recorder") -> None:
        super().__init__("audit", database, dead_letters, recorder.record)
        self._recorder = recorder

    async def prepare(self, items: Sequence[Item]) -> None:
        """Fetches writer schemas that have not been seen yet."""
        await self._recorder.fetch([item.record for item in items])


class Recorder:
    """Turns records into entries of the log, and hands events about access on to the projection."""

    def __init__(self, codec: AvroCodec, access: AccessProjection, clock: Clock) -> None:
        self._codec = codec
        self._reader = GenericReader(codec)
        self._access = access
        self._clock = clock
        self._known_schemas: set[bytes] = set()
        for topic in TOPICS:
            metrics.EVENTS_UNDECODABLE.labels(topic)  # starts at 0, so that the first one counts as an increase

    async def fetch(self, records: Sequence[Record]) -> None:
        """Fetches the writer schemas of records. Raises RetryLater."""
        await self._reader.fetch(record.value for record in records)

    async def record(self, tx: Transaction, batch: Sequence[tuple[Record, EventMeta]]) -> None:
        """Records a batch in the transaction."""
        schemas: dict[bytes, str] = {}
        entries = [self._entry(record, meta, schemas) for record, meta in batch]
        self._known_schemas |= await service.record_events(tx, entries, schemas)
        for (record, meta), entry in zip(batch, entries, strict=True):
            if meta.type in _ACCESS_TYPES and entry.undecodable is None:
                await self._update_access(tx, record, meta)

    def _entry(self, record: Record, meta: EventMeta, schemas: dict[bytes, str]) -> Entry:
        schema, problem = self._inspect(record, meta)
        if schema is not None and schema.fingerprint not in self._known_schemas:
            schemas[schema.fingerprint] = schema.text
        return Entry(
            topic=meta.topic,
            key=meta.key,
            sequence=meta.sequence,
            event_id=meta.event_id,
            type=meta.type,
            subject=meta.subject,
            time=meta.time,
            recorded_at=self._clock.now(),
            partition=meta.partition,
            offset=meta.offset,
            headers=pack_headers(record.headers),
            payload=record.value,
            schema_id=schema_id(record.value) if schema is not None else None,
            schema_fingerprint=schema.fingerprint if schema else None,
            undecodable=problem,
        )

    def _inspect(self, record: Record, meta: EventMeta) -> tuple[WriterSchema | None, str | None]:
        """The writer schema, and what is wrong with the body."""
        schema, problem = None, None
        try:
            schema = self._reader.schema_of(record.value)
            check(schema, record.value or b"")
        except Undecodable as error:
            problem = str(error)
        if schema is not None and problem is None and schema.name != meta.type:
            problem = f"The body is a {schema.name}, the headers say {meta.type}."
        if problem is not None:
            metrics.EVENTS_UNDECODABLE.labels(meta.topic).inc()
            _log.error("event_undecodable", topic=meta.topic, event_id=str(meta.event_id), reason=problem)
        return schema, problem

    async def _update_access(self, tx: Transaction, record: Record, meta: EventMeta) -> None:
        try:
            event = self._codec.decode(record.value, _ACCESS_TYPES[meta.type])
        except Undecodable as error:
            _log.error("access_update_failed", event_id=str(meta.event_id), reason=str(error))
            return
        await self._access.apply(tx, event, meta)
