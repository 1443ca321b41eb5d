"""Turns a batch of records into effects in the database, exactly once.

Guarantees: the effects of a batch, its high-water marks and its dead letters are one transaction. If that fails, each
stream is processed by itself, so that only a bad message becomes a dead letter and a message that has to be retried
holds up only its own stream (`Blocked` carries the records that are left).
"""

import abc
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import time
from typing import Any
from uuid import UUID

import structlog
from todo.dead_letters.v1 import DeadLetterReason
from todo.events import Event

from todo_runtime import inbox
from todo_runtime.db import Database, Transaction, is_transient
from todo_runtime.errors import DomainError, PermanentlyBad, RetryLater
from todo_runtime.inbox import HighWaterMarks, Verdict
from todo_runtime.kafka.dead_letters import DeadLetters, Failure
from todo_runtime.kafka.typed import Handler, TypedConsumer
from todo_runtime.telemetry import metrics, spans, tracing
from todo_runtime.telemetry.spans import Span
from todo_runtime.wire import rules
from todo_runtime.wire.codec import AvroCodec, Undecodable, UnknownSchema, schema_id
from todo_runtime.wire.headers import InvalidHeaders, meta_of
from todo_runtime.wire.record import EventMeta, Record

_MAX_FAILED_STREAMS = 3
_log = structlog.get_logger(__name__)


class Blocked(RetryLater):
    """Some streams have to be retried: `records` are those left of the batch, in order. The others are processed."""

    def __init__(self, records: Sequence[Record], cause: BaseException) -> None:
        super().__init__(f"{len(records)} messages have to be retried: {cause}")
        self.records = list(records)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Item:
    """A record and what was parsed from it. `event` and `handler` are None where no consumer handles the type."""

    record: Record
    meta: EventMeta | None = None
    event: Event | None = None
    handler: Handler | None = None
    failure: Failure | None = None

    @property
    def stream(self) -> tuple[str, UUID | int]:
        """The unit of ordering: the stream or, without one, the partition."""
        return (self.record.topic, self.meta.key if self.meta else self.record.partition)


class Processor(abc.ABC):
    """What typed and raw consumers share. `name` is for logs and metrics."""

    def __init__(self, name: str, database: Database, dead_letters: DeadLetters) -> None:
        self._name = name
        self._database = database
        self._dead_letters = dead_letters

    @abc.abstractmethod
    async def parse(self, records: Sequence[Record]) -> list[Item]:
        """Parses each record. Raises RetryLater."""

    @abc.abstractmethod
    async def prepare(self, items: Sequence[Item]) -> None:
        """Does the work that must not run inside the transaction."""

    @abc.abstractmethod
    async def effect(self, tx: Transaction, items: Sequence[Item]) -> None:
        """Applies events that are neither duplicates nor failures, in order."""

    async def handle(self, records: Sequence[Record]) -> None:
        """Processes a batch. Raises Blocked or RetryLater for records that have to be retried."""
        with _traced(self._name, await self.parse(records)) as items:
            try:
                await self._apply(items)
            except Exception as error:  # noqa: BLE001 - processing by stream finds the cause
                _log.info("batch_failed", consumer=self._name, size=len(items), error=type(error).__name__)
                await self._apply_by_stream(items)

    async def redrive(self, record: Record) -> None:
        """Processes one dead letter again; on an error, which the caller gets, nothing has changed."""
        items = await self.parse([record])
        if (failure := items[0].failure) is not None:
            raise PermanentlyBad(failure.error, failure.reason)
        await self._apply([replace(item, meta=_as_redriven(item.meta)) for item in items])

    async def dead_letter(self, record: Record, error: BaseException, attempts: int) -> None:
        """Turns a message that kept failing into a dead letter."""
        item = (await self.parse([record]))[0]
        await self._dead_letter(item, error, attempts)

    async def _apply_by_stream(self, items: Sequence[Item]) -> None:
        left: list[Record] = []
        cause: BaseException | None = None
        failed = 0
        for stream in _by_stream(items).values():
            if failed < _MAX_FAILED_STREAMS and (blocked := await self._apply_stream(stream)) is not None:
                failed, cause = failed + 1, blocked.cause
                left.extend(blocked.records)
            elif failed >= _MAX_FAILED_STREAMS:
                left.extend(item.record for item in stream)
        if cause is not None:
            raise Blocked(left, cause)

    async def _apply_stream(self, items: Sequence[Item]) -> Blocked | None:
        for index, item in enumerate(items):
            try:
                await self._apply_or_dead_letter(item)
            except Exception as error:
                if not is_transient(error):
                    raise
                return Blocked([later.record for later in items[index:]], error)
        return None

    async def _apply_or_dead_letter(self, item: Item) -> None:
        try:
            await self._apply([item])
        except Exception as error:
            if is_transient(error):
                raise
            await self._dead_letter(item, error, attempts=2)

    async def _dead_letter(self, item: Item, error: BaseException, attempts: int) -> None:
        _log.error(
            "message_dead_lettered",
            consumer=self._name,
            topic=item.record.topic,
            offset=item.record.offset,
            **_log_fields(item.meta),
            exc_info=error,
        )
        failure = Failure(item.record, item.meta, _reason(error), _error_text(error), attempts)
        await self._apply([replace(item, failure=failure)])

    async def _apply(self, items: Sequence[Item]) -> None:
        await self.prepare([item for item in items if item.failure is None])
        async with self._database.transaction() as tx:
            marks = await inbox.lock_marks(tx, {(i.meta.topic, i.meta.key) for i in items if i.meta})
            new = [classified for item in items if (classified := self._classify(marks, item)) is not None]
            await self.effect(tx, [item for item in new if item.failure is None])
            await self._record_failures(tx, marks, [item for item in new if item.failure is not None])
            await marks.save(tx)
        _count(items, new)

    def _classify(self, marks: HighWaterMarks, item: Item) -> Item | None:
        if item.meta is None:
            return item
        verdict = marks.classify(item.meta.topic, item.meta.key, item.meta.sequence)
        if verdict is Verdict.DUPLICATE:
            return None
        if verdict is Verdict.IMPLAUSIBLE:
            error = f"The sequence {item.meta.sequence} is too far ahead of its stream."
            failure = Failure(item.record, item.meta, DeadLetterReason.INVALID_HEADERS, error)
            return replace(item, meta=None, failure=failure)
        if verdict is Verdict.GAP:
            metrics.SEQUENCE_GAPS.labels(item.meta.topic).inc()
            _log.error("stream_gap", consumer=self._name, topic=item.meta.topic, sequence=item.meta.sequence)
        return replace(item, meta=_as_redriven(item.meta)) if verdict is Verdict.REDELIVERED_GAP else item

    async def _record_failures(self, tx: Transaction, marks: HighWaterMarks, items: Sequence[Item]) -> None:
        for item in items:
            if item.meta is not None:
                marks.add_gap(item.meta.topic, item.meta.key, item.meta.sequence)
        if items:
            await self._dead_letters.record(tx, [item.failure for item in items if item.failure])


class EventProcessor(Processor):
    """Processes the events of typed consumers."""

    def __init__(
        self,
        name: str,
        database: Database,
        dead_letters: DeadLetters,
        codec: AvroCodec,
        consumers: Sequence[TypedConsumer],
    ) -> None:
        super().__init__(name, database, dead_letters)
        self._codec = codec
        self._consumers = {consumer.TOPIC: consumer for consumer in consumers}
        self._handlers: Mapping[str, Mapping[str, tuple[type[Event], Handler]]] = {
            consumer.TOPIC: consumer.handlers() for consumer in consumers
        }

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics to subscribe to."""
        return tuple(self._consumers)

    async def parse(self, records: Sequence[Record]) -> list[Item]:
        """Parses headers, and decodes the bodies for which there is a handler."""
        await _fetch_schemas(self._codec, records)
        return [self._parse(record) for record in records]

    async def prepare(self, items: Sequence[Item]) -> None:
        """Lets the consumer of each topic prepare its events."""
        for topic, consumer in self._consumers.items():
            events = [(i.event, i.meta) for i in items if i.event and i.meta and i.record.topic == topic]
            if events:
                await consumer.prepare(events)

    async def effect(self, tx: Transaction, items: Sequence[Item]) -> None:
        """Calls the handler of each event."""
        for item in items:
            if item.handler and item.event and item.meta:
                await item.handler(tx, item.event, item.meta)

    def _parse(self, record: Record) -> Item:
        item = with_meta(record)
        registered = self._handlers[record.topic].get(item.meta.type) if item.meta else None
        if registered is None:
            return item
        event_class, handler = registered
        try:
            return replace(item, event=self._codec.decode(record.value, event_class), handler=handler)
        except (Undecodable, UnknownSchema) as error:
            failure = Failure(record, item.meta, DeadLetterReason.UNDECODABLE, _error_text(error))
            return replace(item, failure=failure)


async def _fetch_schemas(codec: AvroCodec, records: Sequence[Record]) -> None:
    ids: set[int] = set()
    for record in records:
        try:
            ids.add(schema_id(record.value))
        except Undecodable:
            continue  # `_parse` reports it
    if unknown := {id_ for id_ in ids if not codec.knows(id_)}:
        await codec.fetch(unknown)


@contextmanager
def _traced(consumer: str, items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Runs a block with a span for each event of a batch; what an event causes becomes a child of its span."""
    if not tracing.is_recording():
        yield items
        return
    opened = [spans.start_process(consumer, i.record.topic, i.meta.traceparent if i.meta else None) for i in items]
    error: str | None = None
    try:
        yield [_below(span, item) for span, item in zip(opened, items, strict=True)]
    except BaseException as raised:
        error = type(raised).__name__
        raise
    finally:
        for span in opened:
            span.end(error)


def _below(span: Span, item: Item) -> Item:
    return replace(item, meta=replace(item.meta, traceparent=span.traceparent)) if item.meta else item


def with_meta(record: Record) -> Item:
    """The item of a record, with its parsed headers or with the failure to parse them."""
    try:
        return Item(record, meta_of(record))
    except InvalidHeaders as error:
        return Item(record, failure=Failure(record, None, DeadLetterReason.INVALID_HEADERS, str(error)))


def _by_stream(items: Sequence[Item]) -> dict[Any, list[Item]]:
    streams: dict[Any, list[Item]] = {}
    for item in items:
        streams.setdefault(item.stream, []).append(item)
    return streams


def _log_fields(meta: EventMeta | None) -> dict[str, str]:
    """The fields that connect the log line of an event with those of the call that caused it."""
    if meta is None:
        return {}
    fields = {"event_id": str(meta.event_id)}
    if meta.correlation_id is not None:
        fields["correlation_id"] = str(meta.correlation_id)
    return fields if meta.traceparent is None else {**fields, "trace_id": meta.traceparent[3:35]}


def _as_redriven(meta: EventMeta | None) -> EventMeta | None:
    return replace(meta, redriven=True) if meta else None


def _reason(error: BaseException) -> DeadLetterReason:
    if isinstance(error, PermanentlyBad) and error.reason == "CONTRACT_VIOLATION":
        return DeadLetterReason.CONTRACT_VIOLATION
    return DeadLetterReason.REJECTED


def _error_text(error: BaseException) -> str:
    if isinstance(error, DomainError | PermanentlyBad | RetryLater | Undecodable | UnknownSchema):
        return str(error)
    return f"{type(error).__name__}: see the log for details."


def _count(items: Sequence[Item], new: Sequence[Item]) -> None:
    for item in new:
        if item.event is not None and item.meta is not None and item.failure is None:
            rules.count_broken(item.event, item.meta)
    observe_age([item.meta for item in new if item.meta and not item.failure])
    outcomes = Counter((item.record.topic, "dead" if item.failure else "processed") for item in new)
    for (topic, outcome), count in outcomes.items():
        metrics.EVENTS_CONSUMED.labels(topic, outcome).inc(count)
    duplicates = Counter(i.record.topic for i in items) - Counter(i.record.topic for i in new)
    for topic, count in duplicates.items():
        metrics.EVENTS_CONSUMED.labels(topic, "duplicate").inc(count)


def observe_age(processed: Sequence[EventMeta]) -> None:
    """Records how old events were when they were processed."""
    now = time()
    ages = {topic: metrics.EVENT_AGE.labels(topic) for topic in {meta.topic for meta in processed}}
    for meta in processed:
        ages[meta.topic].observe(max(0.0, now - meta.time.timestamp()))


BatchEffect = Callable[[Transaction, Sequence[tuple[Record, EventMeta]]], Awaitable[None]]
