"""Publishes a batch of outbox rows to Kafka and returns which were acknowledged.

Guarantees: rows are produced in the given order by an idempotent producer without a message timeout, so a row is never
retried after a later row of its partition. Runs in its own thread; not thread-safe.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from todo_runtime.config import KafkaAccess
from todo_runtime.telemetry import spans
from todo_runtime.telemetry.spans import Span
from todo_runtime.wire.headers import headers_of

MAX_MESSAGE_BYTES = 1_000_000
_POLL = 0.05
_ACKNOWLEDGED_WITHIN = 2.0
_WARM_UP = 10.0


class OutboxRow(NamedTuple):
    """One row of the outbox, in the order of its columns."""

    id: int
    topic: str
    key: UUID
    sequence: int
    event_id: UUID
    type: str
    subject: str
    time: datetime
    correlation_id: UUID | None
    causation_id: UUID | None
    traceparent: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """The outcome of a batch: the ids of the rows to delete, and the first error, if any."""

    acknowledged: list[int]
    error: str | None


class Publisher:
    """One producer. `source` is the CloudEvents source; `alive` is called with False if the broker stops answering."""

    def __init__(self, kafka: KafkaAccess, source: str, alive: Callable[[bool], None]) -> None:
        self._source = source
        self._alive = alive
        self._stopping = False
        self._producer = Producer(
            {
                **kafka.client(),
                "enable.idempotence": True,
                "acks": "all",
                "linger.ms": 0,
                "message.timeout.ms": 0,
                "message.max.bytes": MAX_MESSAGE_BYTES,
                "partitioner": "murmur2_random",
                "queue.buffering.max.messages": 100_000,
                "reconnect.backoff.max.ms": 1_000,
                "socket.keepalive.enable": True,
                "log_level": 2,
            },
            logger=None,
        )

    def warm_up(self) -> None:
        """Connects, so that the first event does not have to wait. Raises PublishError."""
        self._producer.list_topics(timeout=_WARM_UP)

    def stop(self) -> None:
        """Makes a running `publish` return what was acknowledged so far. May be called from any thread."""
        self._stopping = True

    def publish(self, rows: Sequence[OutboxRow]) -> Published:
        """Produces the rows and waits until all are acknowledged, one fails, or `stop` is called."""
        batch = _Batch(len(rows))
        for index, row in enumerate(rows):
            span = spans.start_send(row.topic, row.traceparent)
            self._produce(row, span.traceparent, partial(batch.done, index, span))
        self._wait(batch)
        if batch.error is not None or self._stopping:
            self._producer.purge()
            self._producer.poll(_POLL)
        return Published(_contiguous(rows, batch.acknowledged), batch.error)

    def _produce(
        self, row: OutboxRow, traceparent: str | None, done: Callable[[KafkaError | None, Message], None]
    ) -> None:
        headers: Any = headers_of(
            row.event_id,
            row.type,
            self._source,
            row.subject,
            row.time,
            row.sequence,
            row.correlation_id,
            row.causation_id,
            traceparent,
        )
        key = str(row.key)
        while True:
            try:
                self._producer.produce(row.topic, row.payload, key, headers=headers, on_delivery=done)
            except BufferError:
                self._producer.poll(_POLL)
            else:
                return

    def _wait(self, batch: "_Batch") -> None:
        last_progress = monotonic()
        while batch.pending and batch.error is None and not self._stopping:
            before = batch.pending
            self._producer.poll(_POLL)
            if batch.pending < before:
                last_progress = monotonic()
            elif monotonic() - last_progress > _ACKNOWLEDGED_WITHIN:
                self._alive(False)
                last_progress = monotonic()


class _Batch:
    """The acknowledgements of one batch."""

    __slots__ = ("acknowledged", "error", "pending")

    def __init__(self, size: int) -> None:
        self.pending = size
        self.acknowledged = bytearray(size)
        self.error: str | None = None

    def done(self, index: int, span: Span, error: KafkaError | None, _message: Message) -> None:
        self.pending -= 1
        span.end(None if error is None else error.name())
        if error is None:
            self.acknowledged[index] = 1
        elif self.error is None:
            self.error = error.str()


def _contiguous(rows: Sequence[OutboxRow], acknowledged: Sequence[int]) -> list[int]:
    """The ids of the acknowledged rows that have no unacknowledged row before them in their stream."""
    broken: set[tuple[str, UUID]] = set()
    ids: list[int] = []
    for row, ok in zip(rows, acknowledged, strict=True):
        stream = (row.topic, row.key)
        if not ok:
            broken.add(stream)
        elif stream not in broken:
            ids.append(row.id)
    return ids


PublishError = KafkaException
"""What `warm_up` raises while no broker answers."""
