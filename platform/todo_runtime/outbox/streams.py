"""Appends events to streams: sequence numbers are assigned under the row lock of the stream.

Guarantees: within a stream the outbox order is the commit order, and the sequence has no gap. Locks are taken in the
order of (topic, key), in a separate statement: a statement that waits for a lock continues with a stale snapshot. Other
code that writes `streams` and `outbox` must do the same (docs/adr/0003).
"""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from todo_runtime.bounded_cache import BoundedCache
from todo_runtime.db import Transaction
from todo_runtime.outbox.message import Outgoing

StreamKey = tuple[str, UUID]

_LOCK = """
SELECT s.topic, s.key, s.sequence
  FROM streams s JOIN unnest(%s::text[], %s::uuid[]) AS wanted (topic, key) USING (topic, key)
 ORDER BY s.topic, s.key
   FOR UPDATE OF s {skip}
"""
_CREATE = """
INSERT INTO streams (topic, key)
SELECT wanted.topic, wanted.key FROM unnest(%s::text[], %s::uuid[]) AS wanted (topic, key)
 WHERE NOT EXISTS (SELECT FROM streams s WHERE s.topic = wanted.topic AND s.key = wanted.key)
 ORDER BY wanted.topic, wanted.key
    ON CONFLICT DO NOTHING
"""
_APPEND = """
WITH advanced AS (
  UPDATE streams s SET sequence = last.sequence
    FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) AS last (topic, key, sequence)
   WHERE s.topic = last.topic AND s.key = last.key
)
INSERT INTO outbox (topic, key, sequence, event_id, type, subject, time, correlation_id, causation_id,
                    traceparent, payload)
SELECT topic, key, sequence, event_id, type, subject, time, correlation_id, causation_id, traceparent, payload
  FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[],
              %s::uuid[], %s::uuid[], %s::text[], %s::bytea[])
       WITH ORDINALITY AS m (topic, key, sequence, event_id, type, subject, time, correlation_id, causation_id,
                             traceparent, payload, ordinal)
 ORDER BY ordinal
"""


async def lock_streams(
    tx: Transaction, keys: Iterable[StreamKey], *, skip_locked: bool = False
) -> dict[StreamKey, int]:
    """Locks streams in order; returns their current sequences. With `skip_locked`, leaves out locked streams.

    New streams are created before any is locked. Creators wait only for other creators, in order, and lockers only for
    committed rows, in order, so there is no deadlock. Streams that the process has seen are not asked for again.
    """
    wanted = sorted(set(keys))
    columns = ([topic for topic, _ in wanted], [key for _, key in wanted])
    if skip_locked or any(tx.known_streams.get(stream) is None for stream in wanted):
        await tx.execute(_CREATE, columns)
    locked = await tx.fetch_all(_LOCK.format(skip="SKIP LOCKED" if skip_locked else ""), columns)
    if len(locked) < len(wanted) and not skip_locked:  # known ones are gone: the database was restored
        await tx.execute(_CREATE, columns)
        locked = await tx.fetch_all(_LOCK.format(skip=""), columns)
    heads = {(topic, key): sequence for topic, key, sequence in locked}
    tx.after_commit(partial(_remember, tx.known_streams, list(heads)))
    return heads


def _remember(known: BoundedCache[StreamKey, bool], streams: Iterable[StreamKey]) -> None:
    for stream in streams:
        known.put(stream, value=True)


async def append(tx: Transaction, messages: Sequence[Outgoing]) -> list[int]:
    """Locks the streams of messages and appends the messages in the given order; returns their sequence numbers."""
    heads = await lock_streams(tx, ((message.topic, message.key) for message in messages))
    return await append_locked(tx, messages, heads)


async def append_locked(tx: Transaction, messages: Sequence[Outgoing], heads: dict[StreamKey, int]) -> list[int]:
    """Appends messages whose streams this transaction has locked; `heads` is the result of `lock_streams`.

    Returns the sequence numbers and advances `heads`.
    """
    if not messages:
        return []
    sequences = [_next(heads, (message.topic, message.key)) for message in messages]
    last = {(message.topic, message.key) for message in messages}
    topics, keys = [topic for topic, _ in last], [key for _, key in last]
    await tx.execute(_APPEND, (topics, keys, [heads[key] for key in last], *_columns(messages, sequences)))
    tx.wake_relay()
    return sequences


def _next(heads: dict[StreamKey, int], key: StreamKey) -> int:
    heads[key] += 1
    return heads[key]


def _columns(messages: Sequence[Outgoing], sequences: list[int]) -> tuple[list[object], ...]:
    return (
        [m.topic for m in messages],
        [m.key for m in messages],
        list(sequences),
        [m.event_id for m in messages],
        [m.type for m in messages],
        [m.subject for m in messages],
        [m.time for m in messages],
        [m.correlation_id for m in messages],
        [m.causation_id for m in messages],
        [m.traceparent for m in messages],
        [m.payload for m in messages],
    )
