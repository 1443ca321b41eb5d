"""Messages that can't be processed: stored whole, published, and redriven or discarded by an operator.

Guarantees: a dead letter is written in the transaction that moves the high-water mark past it, with its publication as
an outbox row; the same message becomes a dead letter once. A redrive does not overwrite newer state: the handler sees
`meta.redriven`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from todo.dead_letters.v1 import DeadLetter, DeadLetterReason, Header

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Row, Transaction
from todo_runtime.errors import FailedPrecondition, NotFound
from todo_runtime.ids import uuid7
from todo_runtime.outbox.message import outgoing
from todo_runtime.outbox.streams import append
from todo_runtime.wire.codec import AvroCodec
from todo_runtime.wire.record import EventMeta, Record

MAX_ERROR = 1_024
MAX_PUBLISHED_VALUE = 800_000

_COLUMNS = """id, status, source_topic, source_partition, source_offset, stream_key, sequence, event_id, event_type,
  key, value, header_names, header_values, reason, error, attempts, failed_at, resolved_at, resolved_by"""
_INSERT = """
INSERT INTO dead_letters (id, source_topic, source_partition, source_offset, stream_key, sequence, event_id,
  event_type, key, value, header_names, header_values, reason, error, attempts, failed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (source_topic, source_partition, source_offset) DO NOTHING RETURNING id
"""
_LIST = f"""
SELECT {_COLUMNS} FROM dead_letters
 WHERE (%s::text IS NULL OR status = %s) AND (%s::uuid IS NULL OR id < %s) ORDER BY id DESC LIMIT %s
"""  # noqa: S608 - a constant of this module
_GET = f"SELECT {_COLUMNS} FROM dead_letters WHERE id = %s"  # noqa: S608 - a constant of this module
_RESOLVE = """
UPDATE dead_letters SET status = %s, resolved_at = %s, resolved_by = %s WHERE id = %s AND status = 'pending' RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message can't be processed. `reason` is a symbol of DeadLetterReason."""

    record: Record
    meta: EventMeta | None
    reason: DeadLetterReason
    error: str
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class StoredDeadLetter:
    """A dead letter as stored. `status` is pending, redriven or discarded."""

    id: UUID
    status: str
    record: Record
    stream_key: UUID | None
    sequence: int | None
    event_id: UUID | None
    event_type: str | None
    reason: str
    error: str
    attempts: int
    failed_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


class DeadLetters:
    """The dead letters of one service: written by its consumers, resolved by its operators."""

    def __init__(self, service: str, codec: AvroCodec, clock: Clock) -> None:
        self._service = service
        self._topic = dead_letter_topic(service)
        self._codec = codec
        self._clock = clock

    async def record(self, tx: Transaction, failures: Sequence[Failure]) -> None:
        """Stores messages and appends their publication to the outbox, in the caller's transaction."""
        letters = [letter for failure in failures if (letter := await self._insert(tx, failure))]
        messages = [
            outgoing(
                self._codec,
                self._topic,
                letter,
                key=letter.stream_key or letter.id,
                subject=f"deadLetters/{letter.id}",
                time=letter.failed_at,
            )
            for letter in letters
        ]
        await append(tx, messages)

    async def list(
        self, tx: Transaction, *, status: str | None, before: UUID | None, limit: int
    ) -> list[StoredDeadLetter]:
        """The newest first; `before` is the last id of the previous page."""
        rows = await tx.fetch_all(_LIST, (status, status, before, before, limit))
        return [_stored(row) for row in rows]

    async def get(self, tx: Transaction, id_: UUID) -> StoredDeadLetter:
        """One dead letter. Raises NotFound."""
        row = await tx.fetch_one(_GET, (id_,))
        if row is None:
            raise NotFound(f"There is no dead letter {id_}.")
        return _stored(row)

    async def resolve(self, tx: Transaction, id_: UUID, status: str, by: str) -> None:
        """Marks a pending dead letter as redriven or discarded. Raises FailedPrecondition if it is not pending."""
        if await tx.fetch_one(_RESOLVE, (status, self._clock.now(), by, id_)) is None:
            raise FailedPrecondition(f"The dead letter {id_} is not pending.")

    async def discard(self, database: Database, id_: UUID, by: str) -> StoredDeadLetter:
        """Discards a dead letter for good. Raises NotFound, FailedPrecondition."""
        async with database.transaction() as tx:
            await self.get(tx, id_)
            await self.resolve(tx, id_, "discarded", by)
            return await self.get(tx, id_)

    async def _insert(self, tx: Transaction, failure: Failure) -> DeadLetter | None:
        letter = self._letter(failure)
        row = await tx.fetch_one(_INSERT, _values(letter, failure.record))
        return letter if row else None

    def _letter(self, failure: Failure) -> DeadLetter:
        record, meta = failure.record, failure.meta
        return DeadLetter(
            id=uuid7(),
            consumer=self._service,
            source_topic=record.topic,
            source_partition=record.partition,
            source_offset=record.offset,
            stream_key=meta.key if meta else None,
            sequence=meta.sequence if meta else None,
            event_id=meta.event_id if meta else None,
            event_type=meta.type if meta else None,
            key=record.key,
            value=record.value[:MAX_PUBLISHED_VALUE] if record.value is not None else None,
            headers=[Header(name=name, value=value) for name, value in record.headers],
            reason=failure.reason,
            error=failure.error[:MAX_ERROR],
            attempts=failure.attempts,
            failed_at=self._clock.now(),
        )


def dead_letter_topic(service: str) -> str:
    """The topic of a service's dead letters, as named in the catalogue."""
    return f"{service.replace('_', '-')}-dead-letters"


def _values(letter: DeadLetter, record: Record) -> tuple[object, ...]:
    return (
        letter.id,
        record.topic,
        record.partition,
        record.offset,
        letter.stream_key,
        letter.sequence,
        letter.event_id,
        letter.event_type,
        record.key,
        record.value,
        [name for name, _ in record.headers],
        [value for _, value in record.headers],
        letter.reason.value,
        letter.error,
        letter.attempts,
        letter.failed_at,
    )


def _stored(row: Row) -> StoredDeadLetter:
    (id_, status, topic, partition, offset, stream_key, sequence, event_id, event_type) = row[:9]
    (key, value, names, values, reason, error, attempts, failed_at, resolved_at, resolved_by) = row[9:]
    headers = list(zip(names, values, strict=True))
    return StoredDeadLetter(
        id=id_,
        status=status,
        record=Record(topic, partition, offset, key, value, headers, int(failed_at.timestamp() * 1000)),
        stream_key=stream_key,
        sequence=sequence,
        event_id=event_id,
        event_type=event_type,
        reason=reason,
        error=error,
        attempts=attempts,
        failed_at=failed_at,
        resolved_at=resolved_at,
        resolved_by=resolved_by,
    )
