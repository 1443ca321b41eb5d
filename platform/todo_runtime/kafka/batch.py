"""The poll loop of a consumer group member: polls batches off the event loop, processes them, then commits offsets.

Guarantees: at-least-once delivery (the inbox makes the effects exactly-once); offsets are committed after the effect;
while records have to be retried, their partition is paused and the others go on; if retention deleted messages that the
group had not read, the consumer fails loudly instead of skipping them; a new group starts at the earliest offset; after
Kafka was replaced, the consumer joins its group on the new cluster.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from todo_runtime.back_off import BackOff
from todo_runtime.config import KafkaAccess
from todo_runtime.errors import RetryLater
from todo_runtime.health import Report
from todo_runtime.kafka import lag, stale_metadata
from todo_runtime.kafka.callbacks import Failures
from todo_runtime.kafka.processor import Blocked, Processor
from todo_runtime.telemetry import metrics
from todo_runtime.wire.record import Record

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_COORDINATOR_TIMEOUT = 60.0
"""Seconds to retry reading committed offsets: when a broker is lost, the group's coordinator moves to another."""
_COORDINATOR_PAUSE = 0.2
_TRANSIENT = {
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - librdkafka's own codes begin with an underscore
    KafkaError._TRANSPORT,  # noqa: SLF001
    KafkaError._RESOLVE,  # noqa: SLF001
    KafkaError._TIMED_OUT,  # noqa: SLF001
    KafkaError._WAIT_COORD,  # noqa: SLF001
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
}
_log = structlog.get_logger(__name__)
Partition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """`batch` is the most messages of one poll. In seconds: `poll` is the longest wait for the first message, and
    `retry_timeout` how long a message may keep failing for transient reasons before it becomes a dead letter.

    A killed member with an `instance` gets its partitions back as soon as it runs again (static membership, KIP-345),
    without waiting for its session to time out; two members must never share one.
    """

    kafka: KafkaAccess
    group: str
    topics: tuple[str, ...]
    batch: int = 500
    poll: float = 0.25
    retry_timeout: float = 600.0
    instance: str | None = None


class RetentionOvertook(Exception):
    """Retention deleted messages that this group had not read; the text names the partition and what to do."""


@dataclass
class _Backlog:
    """The records that a paused partition still has to process."""

    records: list[Record]
    since: float = field(default_factory=monotonic)
    attempts: int = 1
    next_try: float = 0.0
    pauses: BackOff = field(default_factory=lambda: BackOff(_FIRST_PAUSE, _LONGEST_PAUSE))

    def back_off(self) -> None:
        self.attempts += 1
        self.next_try = monotonic() + self.pauses.next_pause()


class BatchConsumer:
    """One member of a consumer group. `run` works until cancelled; `report` receives the health of the consumer."""

    def __init__(self, settings: ConsumerSettings, processor: Processor, report: Report | None = None) -> None:
        self._settings = settings
        self._processor = processor
        self._report = report or (lambda _ok, _reason: None)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"consumer-{settings.group}")
        self._assigned: set[Partition] = set()
        self._start_offsets: dict[Partition, int] = {}
        self._backlogs: dict[Partition, _Backlog] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._consumer: Consumer | None = None
        self._metadata = stale_metadata.Detector()
        self._failures = Failures()
        self._closing = threading.Event()
        metrics.begin_consumer(settings.topics)
        metrics.CONSUMER_RETRIES.labels(settings.group)

    async def run(self) -> None:
        """Consumes until cancelled. Raises RetentionOvertook."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._in_thread(self._subscribe)
            while True:
                records = await self._in_thread(self._poll)
                if records:
                    await self._process(records)
                await self._retry_backlogs()
                if self._metadata.is_stale:
                    await self._reconnect()
        finally:
            await asyncio.shield(asyncio.to_thread(self._close))

    async def _reconnect(self) -> None:
        _log.error("consumer_metadata_stale", group=self._settings.group, topics=self._settings.topics)
        self._report(False, "Kafka was replaced; the consumer is reconnecting.")
        await self._in_thread(self._resubscribe)
        self._backlogs.clear()

    async def _process(self, records: list[Record]) -> None:
        left = await self._attempt(records)
        for partition, rest in _by_partition(left).items():
            await self._in_thread(self._pause, partition)
            backlog = self._backlogs[partition] = _Backlog(rest)
            backlog.back_off()
        await self._in_thread(self._commit, _next_offsets(records), frozenset(self._backlogs))

    async def _attempt(self, records: list[Record]) -> list[Record]:
        """Processes records; returns those that have to be retried."""
        try:
            await self._processor.handle(records)
        except Blocked as blocked:
            self._note_retry(blocked)
            return blocked.records
        except RetryLater as error:
            self._note_retry(error)
            return records
        self._report(True, "")
        return []

    def _note_retry(self, error: RetryLater) -> None:
        metrics.CONSUMER_RETRIES.labels(self._settings.group).inc()
        _log.warning("consumer_retry", group=self._settings.group, reason=error.message)
        self._report(False, error.message)

    async def _retry_backlogs(self) -> None:
        for partition, backlog in list(self._backlogs.items()):
            if partition not in self._assigned:
                del self._backlogs[partition]
            elif monotonic() >= backlog.next_try:
                await self._retry(partition, backlog)

    async def _retry(self, partition: Partition, backlog: _Backlog) -> None:
        offsets = _next_offsets(backlog.records)
        backlog.records = await self._attempt(backlog.records)
        if backlog.records:
            await self._dead_letter_when_due(backlog)
            backlog.back_off()
            return
        del self._backlogs[partition]
        await self._in_thread(self._resume, partition)
        await self._in_thread(self._commit, offsets, frozenset(self._backlogs))

    async def _dead_letter_when_due(self, backlog: _Backlog) -> None:
        if monotonic() - backlog.since < self._settings.retry_timeout:
            return
        error = RetryLater(f"The message kept failing for {self._settings.retry_timeout:.0f} s.")
        try:
            await self._processor.dead_letter(backlog.records[0], error, backlog.attempts)
        except RetryLater:
            return
        backlog.records = backlog.records[1:]
        backlog.since = monotonic()

    async def _in_thread(self, work: Callable[..., Any], *arguments: object) -> Any:
        assert self._loop is not None  # noqa: S101 - set by run
        return await self._loop.run_in_executor(self._thread, work, *arguments)

    # Everything below runs in the consumer's own thread.

    def _subscribe(self) -> None:
        instance = self._settings.instance
        self._consumer = Consumer(
            {
                **({"group.instance.id": instance} if instance else {}),
                **self._settings.kafka.client(),
                **lag.statistics_settings(
                    self._settings.group,
                    lag.COMMITTED,
                    self._start_offsets,
                    self._metadata.observe,
                    self._on_statistics,
                ),
                "group.id": self._settings.group,
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "partition.assignment.strategy": "cooperative-sticky",
                "session.timeout.ms": 10_000,
                "heartbeat.interval.ms": 1_000,
                "fetch.wait.max.ms": 100,
                "queued.max.messages.kbytes": 16_384,
                "reconnect.backoff.max.ms": 1_000,
                "log_level": 2,
                "error_cb": self._on_error,
            }
        )
        self._consumer.subscribe(
            list(self._settings.topics),
            on_assign=self._failures.catch(self._on_assign),
            on_revoke=self._failures.catch(self._on_revoke),
            on_lost=self._failures.catch(self._on_revoke),
        )

    def _resubscribe(self) -> None:
        self._open.close()
        self._assigned.clear()
        self._start_offsets.clear()
        self._metadata.reset()
        self._subscribe()

    @property
    def _open(self) -> Consumer:
        assert self._consumer is not None  # noqa: S101 - made by _subscribe
        return self._consumer

    def _poll(self) -> list[Record]:
        first = self._open.poll(0.01 if self._backlogs else self._settings.poll)
        messages = [] if first is None else [first, *self._open.consume(self._settings.batch - 1, timeout=0)]
        self._failures.raise_first()
        return [record for message in messages if (record := self._record(message)) is not None]

    def _record(self, message: Message) -> Record | None:
        if (error := message.error()) is not None:
            self._handle_error(message, error)
            return None
        return record_of(message)

    def _handle_error(self, message: Message, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTO_OFFSET_RESET:  # noqa: SLF001
            raise RetentionOvertook(
                f"{message.topic()}[{message.partition()}]: retention deleted messages that the group"
                f" {self._settings.group} had not read. Restore them from audit, or set the group's offset by hand,"
                " then restart the service."
            )
        if not _is_transient(error):
            raise KafkaException(error)
        self._on_error(error)

    def _on_error(self, error: KafkaError) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._report, False, f"The broker reported an error: {error.str()}")

    def _on_statistics(self, statistics: Mapping[str, Any]) -> None:
        """Until a message arrives, only the statistics show that a broker is back."""
        if self._loop is not None and stale_metadata.is_connected(statistics) and not self._backlogs:
            self._loop.call_soon_threadsafe(self._report, True, "")

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        for partition in self._committed(consumer, partitions) if partitions else []:
            if partition.offset < 0:
                partition.offset = OFFSET_BEGINNING
            consumer.incremental_assign([partition])
            self._assigned.add((partition.topic, partition.partition))
            self._start_offsets[partition.topic, partition.partition] = partition.offset
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._report, True, "")

    def _committed(self, consumer: Consumer, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """The committed offsets of the group; retried while its coordinator moves."""
        end = monotonic() + _COORDINATOR_TIMEOUT
        while True:
            try:
                return list(consumer.committed(partitions, timeout=10))
            except KafkaException as failure:
                error = failure.args[0]
                if not _is_transient(error) or self._closing.is_set() or monotonic() > end:
                    raise
            self._on_error(error)
            self._closing.wait(_COORDINATOR_PAUSE)

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._assigned -= {(p.topic, p.partition) for p in partitions}
        consumer.incremental_unassign(partitions)

    def _pause(self, partition: Partition) -> None:
        if partition in self._assigned:
            self._open.pause([TopicPartition(*partition)])

    def _resume(self, partition: Partition) -> None:
        if partition in self._assigned:
            self._open.resume([TopicPartition(*partition)])

    def _commit(self, next_offsets: dict[Partition, int], paused: frozenset[Partition]) -> None:
        offsets = [
            TopicPartition(*partition, offset)
            for partition, offset in next_offsets.items()
            if partition in self._assigned and partition not in paused
        ]
        if offsets:
            self._open.commit(offsets=offsets, asynchronous=True)

    def _close(self) -> None:
        self._closing.set()
        if self._consumer is not None:
            self._thread.submit(self._consumer.close)
        self._thread.shutdown(wait=True)


def _is_transient(error: KafkaError) -> bool:
    return error.code() in _TRANSIENT or bool(error.retriable())


def record_of(message: Message) -> Record:
    """The record of a message without an error."""
    return Record(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        key=_bytes(message.key()),
        value=_bytes(message.value()),
        headers=list(message.headers() or ()),  # type: ignore[arg-type]  # always a list of pairs
        timestamp=message.timestamp()[1],
    )


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


def _by_partition(records: Sequence[Record]) -> dict[Partition, list[Record]]:
    partitions: dict[Partition, list[Record]] = {}
    for record in records:
        partitions.setdefault((record.topic, record.partition), []).append(record)
    return partitions


def _next_offsets(records: Sequence[Record]) -> dict[Partition, int]:
    return {(record.topic, record.partition): record.offset + 1 for record in records}
