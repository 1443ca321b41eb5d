"""The end of some topics, for a service that keeps nothing: every partition, without a group, from now on.

Promises: what is produced after `start` returned is delivered, in order per partition, again after a reconnect from
where it stopped; what can't be decoded is logged, counted and passed over. Nothing is committed. What came in the
minute before `start` is recalled before that returns: where streams were, not what happened. When Kafka was replaced,
the last minute of the new one is delivered.
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
from todo_runtime.kafka import lag, stranded
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
Report = Callable[[bool, str], None]
Deliver = Callable[[Sequence[tuple[Event | None, EventMeta]]], Awaitable[None]]
Recall = Callable[[EventMeta], None]


class TailConsumer:
    """Follows topics from their ends. `events` are the classes to decode; others come with None as their event.

    `deliver` gets what happens from now on, `recall` the places of what happened in the minute before.
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
        self._begun: dict[tuple[str, int], int] = {}
        self._behind: set[tuple[str, int]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watch = stranded.Watch()
        metrics.begin_consumer(self._topics)

    async def start(self) -> None:
        """Fixes the ends of all partitions and recalls; waits for as long as the broker does not answer."""
        self._loop = asyncio.get_running_loop()
        await self._begin()
        while self._behind:
            await self._take(await self._in_thread(self._poll))

    async def _begin(self) -> None:
        while True:
            try:
                await self._in_thread(self._assign)
            except KafkaException as error:
                self._report(False, f"The broker does not answer: {error.args[0]}")
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
                    await self._take(records)
                if self._watch.is_stranded:
                    await self._begin_anew()
        finally:
            await asyncio.shield(asyncio.to_thread(self._close))

    async def _begin_anew(self) -> None:
        """What is known already comes again: those whom it is delivered to know it by its number."""
        _log.error("consumer_metadata_stale", topics=self._topics)
        self._report(False, "Kafka was replaced: its topics are looked for anew.")
        await self._begin()
        self._ends = dict.fromkeys(self._ends, 0)
        self._behind.clear()

    async def _take(self, records: Sequence[Record]) -> None:
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
        unknown = {id_ for record in records if (id_ := _id_of(record)) is not None and not self._codec.knows(id_)}
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
            wanted = self._classes.get(meta.type)
            event = self._codec.decode(record.value, wanted) if wanted else None
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

    # What follows runs in the consumer's own thread.

    def _assign(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
        self._watch.reset()
        self._consumer = Consumer(
            {
                **self._kafka.client(),
                **lag.statistics(self._service, lag.TAKEN, self._begun, self._watch.observe, self._on_statistics),
                "group.id": self._service,  # never joined: the client only looks up its coordinator
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
        starts = [self._start(one) for one in self._a_minute_ago(self._consumer, partitions)]
        self._behind = {
            (one.topic, one.partition) for one in starts if one.offset < self._ends[one.topic, one.partition]
        }
        self._begun.clear()
        self._begun.update({(one.topic, one.partition): one.offset for one in starts})
        self._consumer.assign(starts)

    def _partitions(self, consumer: Consumer) -> list[TopicPartition]:
        known = consumer.list_topics(timeout=_TIMEOUT).topics
        missing = [topic for topic in self._topics if topic not in known]
        if missing:
            raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART, f"no topic {', '.join(missing)}"))
        return [TopicPartition(topic, number) for topic in self._topics for number in known[topic].partitions]

    def _end(self, consumer: Consumer, partition: TopicPartition) -> int:
        _, high = consumer.get_watermark_offsets(partition, timeout=_TIMEOUT)
        return int(high)

    def _a_minute_ago(self, consumer: Consumer, partitions: Sequence[TopicPartition]) -> Sequence[TopicPartition]:
        """Where each partition was a minute ago; a negative offset where nothing has come since."""
        then = int((time.time() - _RECALLED) * 1_000)
        asked = [TopicPartition(one.topic, one.partition, then) for one in partitions]
        found: Sequence[TopicPartition] = consumer.offsets_for_times(asked, timeout=_TIMEOUT)
        return found

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
        for message in messages if self._behind else ():
            self._mind_end(message)
        return [record_of(message) for message in messages if message.error() is None]

    def _mind_end(self, message: Message) -> None:
        """Notes that a partition was read up to its end."""
        record, error = record_of(message), message.error()
        at_end = error is not None and error.code() == KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's own code
        if at_end or (error is None and record.offset + 1 >= self._ends[record.topic, record.partition]):
            self._behind.discard((record.topic, record.partition))

    def _on_error(self, error: KafkaError) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._report, False, f"The broker: {error.str()}")

    def _on_statistics(self, statistics: Mapping[str, Any]) -> None:
        if self._loop is not None and stranded.is_connected(statistics):
            self._loop.call_soon_threadsafe(self._report, True, "")

    def _close(self) -> None:
        if self._consumer is not None:
            self._thread.submit(self._consumer.close)
        self._thread.shutdown(wait=True)


def _id_of(record: Record) -> int | None:
    try:
        return schema_id(record.value)
    except Undecodable:
        return None
