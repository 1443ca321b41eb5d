"""Streams and the appending of events: the sequence is taken under the lock of the stream's row.

Promises: within a stream the outbox order is the commit order, and the sequence has no gap. Locks are taken by
(topic, key), each in a statement of its own: a statement that waits for a lock inside itself goes on with a stale
snapshot. Whoever writes `streams` and `outbox` in a statement of its own must do the same (docs/adr/0003).
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

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
                             traceparent, payload, place)
 ORDER BY place
"""


async def lock_streams(
    tx: Transaction, keys: Iterable[StreamKey], *, skip_locked: bool = False
) -> dict[StreamKey, int]:
    """Locks streams in order; returns their current sequences. With `skip_locked`, locked ones are left out.

    New ones are created before anything is locked: whoever creates waits only for others who create, in order, and
    whoever locks waits only for rows that are committed, in order, so there is no cycle.
    """
    wanted = sorted(set(keys))
    columns = ([topic for topic, _ in wanted], [key for _, key in wanted])
    await tx.execute(_CREATE, columns)
    locked = await tx.fetch_all(_LOCK.format(skip="SKIP LOCKED" if skip_locked else ""), columns)
    return {(topic, key): sequence for topic, key, sequence in locked}


async def append(tx: Transaction, messages: Sequence[Outgoing]) -> list[int]:
    """Locks the messages' streams and appends them in the given order; returns their sequences."""
    heads = await lock_streams(tx, ((message.topic, message.key) for message in messages))
    return await append_locked(tx, messages, heads)


async def append_locked(tx: Transaction, messages: Sequence[Outgoing], heads: dict[StreamKey, int]) -> list[int]:
    """Appends messages whose streams are locked in this transaction; `heads` is what `lock_streams` returned.

    Returns the sequences; `heads` is moved to them.
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
