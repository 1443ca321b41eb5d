"""Follows topics from their end, for a service without storage: all partitions, without a consumer group.

Guarantees: messages produced after `start` returned are delivered, in order per partition, and after a reconnect from
where delivery stopped; what can't be decoded is logged, counted and skipped. Nothing is committed. Before `start`
returns, messages of the last minute are recalled: only their metadata, to know how far each stream had come. After
Kafka was replaced, the last minute of the new cluster is delivered.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from todo.events import Event

from todo_runtime.config import KafkaAccess
from todo_runtime.errors import RetryLater
from todo_runtime.health import Report
from todo_runtime.kafka import lag, stale_metadata
from todo_runtime.kafka.batch import record_of
from todo_runtime.kafka.processor import observe_age
from todo_runtime.telemetry import metrics
from todo_runtime.wire import rules
from todo_runtime.wire.codec import AvroCodec, Undecodable, UnknownSchema, schema_id
from todo_runtime.wire.headers import InvalidHeaders, meta_of
from todo_runtime.wire.record import EventMeta, Record

_TIMEOUT = 10.0
_POLL = 0.25
_BATCH = 500
_PAUSE = 1.0
_RECALLED = 60.0
_log = structlog.get_logger(__name__)
Deliver = Callable[[Sequence[tuple[Event | None, EventMeta]]], Awaitable[None]]
Recall = Callable[[EventMeta], None]


class TailConsumer:
    """Follows topics from their end. `events` are the classes to decode; for other types the event is None.

    `deliver` receives new events, `recall` the metadata of events of the minute before.
    """

    def __init__(
        self,
        kafka: KafkaAccess,
        service: str,
        topics: Sequence[str],
        events: Sequence[type[Event]],
        codec: AvroCodec,
        deliver: Deliver,
        report: Report | None = None,
        *,
        recall: Recall | None = None,
    ) -> None:
        self._kafka = kafka
        self._service = service
        self._topics = tuple(topics)
        self._classes: Mapping[str, type[Event]] = {event.SCHEMA.full_name: event for event in events}
        self._codec = codec
        self._deliver = deliver
        self._recall = recall or (lambda _meta: None)
        self._report = report or (lambda _ok, _reason: None)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tail")
        self._consumer: Consumer | None = None
        self._ends: dict[tuple[str, int], int] = {}
        self._start_offsets: dict[tuple[str, int], int] = {}
        self._catching_up: set[tuple[str, int]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._metadata = stale_metadata.Detector()
        metrics.begin_consumer(self._topics)

    async def start(self) -> None:
        """Determines the end of all partitions and recalls the last minute; waits for as long as no broker answers."""
        self._loop = asyncio.get_running_loop()
        await self._connect()
        while self._catching_up:
            await self._process(await self._in_thread(self._poll))

    async def _connect(self) -> None:
        while True:
            try:
                await self._in_thread(self._assign)
            except KafkaException as error:
                self._report(False, f"No broker answers: {error.args[0]}")
                await asyncio.sleep(_PAUSE)
            else:
                self._report(True, "")
                return

    async def run(self) -> None:
        """Delivers batches until cancelled. Call `start` first."""
        try:
            while True:
                records = await self._in_thread(self._poll)
                if records:
                    await self._process(records)
                if self._metadata.is_stale:
                    await self._reconnect()
        finally:
            await asyncio.shield(asyncio.to_thread(self._close))

    async def _reconnect(self) -> None:
        """Some events are delivered again; receivers recognize them by their sequence number."""
        _log.error("consumer_metadata_stale", topics=self._topics)
        self._report(False, "Kafka was replaced; the consumer is reconnecting.")
        await self._connect()
        self._ends = dict.fromkeys(self._ends, 0)
        self._catching_up.clear()

    async def _process(self, records: Sequence[Record]) -> None:
        new = [record for record in records if not self._is_old(record)]
        if len(new) < len(records):
            self._recall_all(filter(self._is_old, records))
        await self._fetch_schemas(new)
        batch = [item for record in new if (item := self._decode(record)) is not None]
        if batch:
            await self._deliver(batch)
            observe_age([meta for event, meta in batch if event is not None])

    def _is_old(self, record: Record) -> bool:
        return record.offset < self._ends[record.topic, record.partition]

    def _recall_all(self, records: Iterable[Record]) -> None:
        for record in records:
            with contextlib.suppress(InvalidHeaders):
                self._recall(meta_of(record))

    async def _fetch_schemas(self, records: Sequence[Record]) -> None:
        unknown = {id_ for record in records if (id_ := _schema_id(record)) is not None and not self._codec.knows(id_)}
        while unknown:
            try:
                await self._codec.fetch(unknown)
            except RetryLater as error:
                self._report(False, error.message)
                await asyncio.sleep(_PAUSE)
            else:
                self._report(True, "")
                return

    def _decode(self, record: Record) -> tuple[Event | None, EventMeta] | None:
        try:
            meta = meta_of(record)
            event_class = self._classes.get(meta.type)
            event = self._codec.decode(record.value, event_class) if event_class else None
        except (InvalidHeaders, Undecodable, UnknownSchema) as error:
            metrics.EVENTS_CONSUMED.labels(record.topic, "dead").inc()
            _log.error("message_skipped", topic=record.topic, offset=record.offset, reason=str(error))
            return None
        if event is not None:
            rules.count_broken(event, meta)
        metrics.EVENTS_CONSUMED.labels(record.topic, "processed" if event else "ignored").inc()
        return event, meta

    async def _in_thread(self, work: Callable[..., Any]) -> Any:
        assert self._loop is not None  # noqa: S101 - set by start
        return await self._loop.run_in_executor(self._thread, work)

    # Everything below runs in the consumer's own thread.

    def _assign(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
        self._metadata.reset()
        self._consumer = Consumer(
            {
                **self._kafka.client(),
                **lag.statistics_settings(
                    self._service, lag.DELIVERED, self._start_offsets, self._metadata.observe, self._on_statistics
                ),
                "group.id": self._service,  # required, but the group is never joined
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 100,
                "queued.max.messages.kbytes": 16_384,
                "reconnect.backoff.max.ms": 1_000,
                "log_level": 2,
                "error_cb": self._on_error,
            }
        )
        partitions = self._partitions(self._consumer)
        self._ends = {(one.topic, one.partition): self._end(self._consumer, one) for one in partitions}
        starts = [self._start(one) for one in self._offsets_a_minute_ago(self._consumer, partitions)]
        self._catching_up = {
            (one.topic, one.partition) for one in starts if one.offset < self._ends[one.topic, one.partition]
        }
        self._start_offsets.clear()
        self._start_offsets.update({(one.topic, one.partition): one.offset for one in starts})
        self._consumer.assign(starts)

    def _partitions(self, consumer: Consumer) -> list[TopicPartition]:
        known = consumer.list_topics(timeout=_TIMEOUT).topics
        missing = [topic for topic in self._topics if topic not in known]
        if missing:
            raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART, f"Missing topics: {', '.join(missing)}."))
        return [TopicPartition(topic, number) for topic in self._topics for number in known[topic].partitions]

    def _end(self, consumer: Consumer, partition: TopicPartition) -> int:
        _, high = consumer.get_watermark_offsets(partition, timeout=_TIMEOUT)
        return int(high)

    def _offsets_a_minute_ago(
        self, consumer: Consumer, partitions: Sequence[TopicPartition]
    ) -> Sequence[TopicPartition]:
        """The offset of each partition a minute ago; negative where no message has come since."""
        since = int((time.time() - _RECALLED) * 1_000)
        times = [TopicPartition(one.topic, one.partition, since) for one in partitions]
        offsets: Sequence[TopicPartition] = consumer.offsets_for_times(times, timeout=_TIMEOUT)
        return offsets

    def _start(self, partition: TopicPartition) -> TopicPartition:
        end = self._ends[partition.topic, partition.partition]
        offset = partition.offset if 0 <= partition.offset < end else end
        return TopicPartition(partition.topic, partition.partition, offset)

    def _poll(self) -> list[Record]:
        assert self._consumer is not None  # noqa: S101 - made by _assign
        first = self._consumer.poll(_POLL)
        if first is None:
            return []
        messages = [first, *self._consumer.consume(_BATCH - 1, timeout=0)]
        for message in messages if self._catching_up else ():
            self._note_end(message)
        return [record_of(message) for message in messages if message.error() is None]

    def _note_end(self, message: Message) -> None:
        """Notes that a partition was read up to its end."""
        record, error = record_of(message), message.error()
        at_end = error is not None and error.code() == KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's own code
        if at_end or (error is None and record.offset + 1 >= self._ends[record.topic, record.partition]):
            self._catching_up.discard((record.topic, record.partition))

    def _on_error(self, error: KafkaError) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._report, False, f"The broker reported an error: {error.str()}")

    def _on_statistics(self, statistics: Mapping[str, Any]) -> None:
        if self._loop is not None and stale_metadata.is_connected(statistics):
            self._loop.call_soon_threadsafe(self._report, True, "")

    def _close(self) -> None:
        if self._consumer is not None:
            self._thread.submit(self._consumer.close)
        self._thread.shutdown(wait=True)


def _schema_id(record: Record) -> int | None:
    try:
        return schema_id(record.value)
    except Undecodable:
        return None
