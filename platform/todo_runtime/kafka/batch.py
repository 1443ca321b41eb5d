"""The loop of a consumer with a group: polls batches off the event loop, hands them on, then commits offsets.

Promises: at least once (the inbox makes it once); offsets are committed after the effect; while something has to wait,
its partition is paused and the others go on; a retention that has overtaken the group stops the consumer loudly
instead of leaving a hole; a new group begins at the beginning; when Kafka was replaced, the group of the new one is
joined.
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

from todo_runtime.config import KafkaAccess
from todo_runtime.errors import RetryLater
from todo_runtime.kafka import lag, stranded
from todo_runtime.kafka.callbacks import Failures
from todo_runtime.kafka.processor import Blocked, Processor
from todo_runtime.telemetry import metrics
from todo_runtime.wire.record import Record

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
_COORDINATOR_MOVES = 60.0
"""How long the group's place may be asked for in vain, in seconds: after a broker's end, its coordinator moves."""
_ASK_AGAIN = 0.2
_PASSING = {
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
Report = Callable[[bool, str], None]
Partition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """`batch` bounds the messages taken at once; `poll` is the longest wait for the first one, and `patience` the time
    that a message may keep failing for passing reasons before it becomes a dead letter, both in seconds.

    A member with an `instance` that was killed has its partitions back as soon as it runs again (KIP-345), without the
    wait for the end of its session; two members must never share one.
    """

    kafka: KafkaAccess
    group: str
    topics: tuple[str, ...]
    batch: int = 500
    poll: float = 0.25
    patience: float = 600.0
    instance: str | None = None


class RetentionOvertook(Exception):
    """Messages that this group had not read are gone; the text names them and what to do."""


@dataclass
class _Waiting:
    """What a paused partition still has to process."""

    records: list[Record]
    since: float = field(default_factory=monotonic)
    attempts: int = 1
    next_try: float = 0.0

    def put_off(self) -> None:
        pause = min(_FIRST_PAUSE * 2 ** min(self.attempts, 10), _LONGEST_PAUSE)
        self.attempts += 1
        self.next_try = monotonic() + pause


class BatchConsumer:
    """One member of a consumer group. `run` works until cancelled; `report` hears of the broker and of trouble."""

    def __init__(self, settings: ConsumerSettings, processor: Processor, report: Report | None = None) -> None:
        self._settings = settings
        self._processor = processor
        self._report = report or (lambda _ok, _reason: None)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"consumer-{settings.group}")
        self._assigned: set[Partition] = set()
        self._begun: dict[Partition, int] = {}
        self._waiting: dict[Partition, _Waiting] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._consumer: Consumer | None = None
        self._watch = stranded.Watch()
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
                await self._retry_waiting()
                if self._watch.is_stranded:
                    await self._begin_anew()
        finally:
            await asyncio.shield(asyncio.to_thread(self._close))

    async def _begin_anew(self) -> None:
        _log.error("consumer_metadata_stale", group=self._settings.group, topics=self._settings.topics)
        self._report(False, "Kafka was replaced: its topics are looked for anew.")
        await self._in_thread(self._subscribe_anew)
        self._waiting.clear()

    async def _process(self, records: list[Record]) -> None:
        left = await self._attempt(records)
        for partition, rest in _by_partition(left).items():
            await self._in_thread(self._pause, partition)
            waiting = self._waiting[partition] = _Waiting(rest)
            waiting.put_off()
        await self._in_thread(self._commit, _ends(records), frozenset(self._waiting))

    async def _attempt(self, records: list[Record]) -> list[Record]:
        """Processes records; returns those that have to wait."""
        try:
            await self._processor.handle(records)
        except Blocked as blocked:
            self._put_off(blocked)
            return blocked.records
        except RetryLater as error:
            self._put_off(error)
            return records
        self._report(True, "")
        return []

    def _put_off(self, error: RetryLater) -> None:
        metrics.CONSUMER_RETRIES.labels(self._settings.group).inc()
        _log.warning("consumer_retry", group=self._settings.group, reason=error.message)
        self._report(False, error.message)

    async def _retry_waiting(self) -> None:
        for partition, waiting in list(self._waiting.items()):
            if partition not in self._assigned:
                del self._waiting[partition]
            elif monotonic() >= waiting.next_try:
                await self._retry(partition, waiting)

    async def _retry(self, partition: Partition, waiting: _Waiting) -> None:
        ends = _ends(waiting.records)
        waiting.records = await self._attempt(waiting.records)
        if waiting.records:
            await self._dead_letter_when_due(waiting)
            waiting.put_off()
            return
        del self._waiting[partition]
        await self._in_thread(self._resume, partition)
        await self._in_thread(self._commit, ends, frozenset(self._waiting))

    async def _dead_letter_when_due(self, waiting: _Waiting) -> None:
        if monotonic() - waiting.since < self._settings.patience:
            return
        error = RetryLater(f"It kept failing for {self._settings.patience:.0f} s.")
        try:
            await self._processor.dead_letter(waiting.records[0], error, waiting.attempts)
        except RetryLater:
            return
        waiting.records = waiting.records[1:]
        waiting.since = monotonic()

    async def _in_thread(self, work: Callable[..., Any], *arguments: object) -> Any:
        assert self._loop is not None  # noqa: S101 - set by run
        return await self._loop.run_in_executor(self._thread, work, *arguments)

    # What follows runs in the consumer's own thread.

    def _subscribe(self) -> None:
        instance = self._settings.instance
        self._consumer = Consumer(
            {
                **({"group.instance.id": instance} if instance else {}),
                **self._settings.kafka.client(),
                **lag.statistics(
                    self._settings.group, lag.COMMITTED, self._begun, self._watch.observe, self._on_statistics
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
            on_assign=self._failures.kept(self._on_assign),
            on_revoke=self._failures.kept(self._on_revoke),
            on_lost=self._failures.kept(self._on_revoke),
        )

    def _subscribe_anew(self) -> None:
        self._open.close()
        self._assigned.clear()
        self._begun.clear()
        self._watch.reset()
        self._subscribe()

    @property
    def _open(self) -> Consumer:
        assert self._consumer is not None  # noqa: S101 - made by _subscribe
        return self._consumer

    def _poll(self) -> list[Record]:
        first = self._open.poll(0.01 if self._waiting else self._settings.poll)
        messages = [] if first is None else [first, *self._open.consume(self._settings.batch - 1, timeout=0)]
        self._failures.raise_first()
        return [record for message in messages if (record := self._record(message)) is not None]

    def _record(self, message: Message) -> Record | None:
        if (error := message.error()) is not None:
            self._refuse(message, error)
            return None
        return record_of(message)

    def _refuse(self, message: Message, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTO_OFFSET_RESET:  # noqa: SLF001
            raise RetentionOvertook(
                f"{message.topic()}[{message.partition()}]: the messages that {self._settings.group} was to read next"
                " are gone. Restore them from audit, or move the group's offset by hand, then start again."
            )
        if not _is_passing(error):
            raise KafkaException(error)
        self._on_error(error)

    def _on_error(self, error: KafkaError) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._report, False, f"The broker: {error.str()}")

    def _on_statistics(self, statistics: Mapping[str, Any]) -> None:
        """A broker that is back is told by nothing else until something comes."""
        if self._loop is not None and stranded.is_connected(statistics) and not self._waiting:
            self._loop.call_soon_threadsafe(self._report, True, "")

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        for partition in self._committed(consumer, partitions) if partitions else []:
            if partition.offset < 0:
                partition.offset = OFFSET_BEGINNING
            consumer.incremental_assign([partition])
            self._assigned.add((partition.topic, partition.partition))
            self._begun[partition.topic, partition.partition] = partition.offset
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._report, True, "")

    def _committed(self, consumer: Consumer, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """Where the group is; asked again while its coordinator is on the move."""
        end = monotonic() + _COORDINATOR_MOVES
        while True:
            try:
                return list(consumer.committed(partitions, timeout=10))
            except KafkaException as failure:
                error = failure.args[0]
                if not _is_passing(error) or self._closing.is_set() or monotonic() > end:
                    raise
            self._on_error(error)
            self._closing.wait(_ASK_AGAIN)

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._assigned -= {(p.topic, p.partition) for p in partitions}
        consumer.incremental_unassign(partitions)

    def _pause(self, partition: Partition) -> None:
        if partition in self._assigned:
            self._open.pause([TopicPartition(*partition)])

    def _resume(self, partition: Partition) -> None:
        if partition in self._assigned:
            self._open.resume([TopicPartition(*partition)])

    def _commit(self, ends: dict[Partition, int], waiting: frozenset[Partition]) -> None:
        offsets = [
            TopicPartition(*partition, offset)
            for partition, offset in ends.items()
            if partition in self._assigned and partition not in waiting
        ]
        if offsets:
            self._open.commit(offsets=offsets, asynchronous=True)

    def _close(self) -> None:
        self._closing.set()
        if self._consumer is not None:
            self._thread.submit(self._consumer.close)
        self._thread.shutdown(wait=True)


def _is_passing(error: KafkaError) -> bool:
    return error.code() in _PASSING or bool(error.retriable())


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


def _ends(records: Sequence[Record]) -> dict[Partition, int]:
    return {(record.topic, record.partition): record.offset + 1 for record in records}
