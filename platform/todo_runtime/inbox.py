"""High-water marks: how far each stream has been processed, moved in the transaction of the effect.

Guarantees: an event is applied once, however often Kafka delivers it; a second consumer that still believes that it
owns the same partition fails on the compare-and-set and changes nothing. A gap is a sequence number below the mark that
was not processed; a redrive or a late event fills it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import RetryLater

StreamKey = tuple[str, UUID]
SequencedKey = tuple[str, UUID, int]
"""A stream and a sequence number in it."""

MAX_RECORDED_GAPS = 10_000

_MARKS = """
SELECT i.topic, i.key, i.sequence
  FROM inbox i JOIN unnest(%s::text[], %s::uuid[]) AS wanted (topic, key) USING (topic, key)
 ORDER BY i.topic, i.key
   FOR UPDATE OF i
"""
_GAPS = """
SELECT h.topic, h.key, h.sequence
  FROM inbox_holes h JOIN unnest(%s::text[], %s::uuid[]) AS wanted (topic, key) USING (topic, key)
"""
_ADVANCE = """
INSERT INTO inbox AS i (topic, key, sequence)
SELECT topic, key, new FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) AS m (topic, key, new)
 ORDER BY topic, key
    ON CONFLICT (topic, key) DO UPDATE SET sequence = excluded.sequence
 WHERE i.sequence = (SELECT old FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) AS e (topic, key, old)
                      WHERE e.topic = i.topic AND e.key = i.key)
RETURNING 1
"""
_ADD_GAPS = """
INSERT INTO inbox_holes (topic, key, sequence)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) ON CONFLICT DO NOTHING
"""
_FILL_GAPS = """
DELETE FROM inbox_holes h USING unnest(%s::text[], %s::uuid[], %s::bigint[]) AS f (topic, key, sequence)
 WHERE h.topic = f.topic AND h.key = f.key AND h.sequence = f.sequence
"""


class Verdict(Enum):
    """What the sequence number of an event says about it."""

    NEXT = "next"
    DUPLICATE = "duplicate"
    GAP = "gap"
    REDELIVERED_GAP = "redelivered_gap"
    IMPLAUSIBLE = "implausible"


class Fenced(RetryLater):
    """Another consumer has moved the mark: nothing of this batch was applied."""


@dataclass
class HighWaterMarks:
    """The marks of some streams within one transaction: `classify` events in order, then `save`."""

    before: dict[StreamKey, int]
    gaps: set[SequencedKey]
    now: dict[StreamKey, int] = field(default_factory=dict)
    _new_gaps: set[SequencedKey] = field(default_factory=set)
    _filled: set[SequencedKey] = field(default_factory=set)

    def classify(self, topic: str, key: UUID, sequence: int) -> Verdict:
        """What to do with an event; unless it is a duplicate or implausible, it counts as processed from now on.

        An implausible number is so far ahead that the gap before it could not be recorded: accepting it would turn all
        real events that follow into duplicates. A stream that is seen for the first time may start at any number.
        """
        stream, numbered = (topic, key), (topic, key, sequence)
        mark = self.now.get(stream, self.before.get(stream, 0))
        if sequence <= mark:
            if numbered not in self.gaps:
                return Verdict.DUPLICATE
            self.gaps.discard(numbered)
            self._filled.add(numbered)
            return Verdict.REDELIVERED_GAP
        if mark and sequence > mark + MAX_RECORDED_GAPS:
            return Verdict.IMPLAUSIBLE
        self.now[stream] = sequence
        if sequence == mark + 1:
            return Verdict.NEXT
        self._add_gaps(topic, key, range(max(mark + 1, sequence - MAX_RECORDED_GAPS), sequence))
        return Verdict.GAP

    def add_gap(self, topic: str, key: UUID, sequence: int) -> None:
        """Records that a classified event was not processed: it became a dead letter."""
        self._add_gaps(topic, key, (sequence,))

    async def save(self, tx: Transaction) -> None:
        """Moves the marks by compare-and-set. Raises Fenced if another consumer moved one."""
        await self._advance(tx)
        if filled := self._filled - self._new_gaps:
            await tx.execute(_FILL_GAPS, _columns(filled))
        if self._new_gaps:
            await tx.execute(_ADD_GAPS, _columns(self._new_gaps))

    async def _advance(self, tx: Transaction) -> None:
        if not self.now:
            return
        topics, keys = [topic for topic, _ in self.now], [key for _, key in self.now]
        old = [self.before.get(stream, 0) for stream in self.now]
        moved = await tx.fetch_all(_ADVANCE, (topics, keys, list(self.now.values()), topics, keys, old))
        if len(moved) != len(self.now):
            raise Fenced("Another consumer is processing this partition.")

    def _add_gaps(self, topic: str, key: UUID, sequences: Iterable[int]) -> None:
        added = {(topic, key, sequence) for sequence in sequences}
        self._new_gaps |= added
        self.gaps |= added


async def lock_marks(tx: Transaction, streams: Iterable[StreamKey]) -> HighWaterMarks:
    """Reads the marks of some streams and locks them, in order, until the end of the transaction."""
    wanted = sorted(set(streams))
    columns = ([topic for topic, _ in wanted], [key for _, key in wanted])
    marks = {(topic, key): sequence for topic, key, sequence in await tx.fetch_all(_MARKS, columns)}
    gaps = {(topic, key, sequence) for topic, key, sequence in await tx.fetch_all(_GAPS, columns)}
    return HighWaterMarks(marks, gaps)


def _columns(numbered: set[SequencedKey]) -> tuple[list[str], list[UUID], list[int]]:
    ordered = sorted(numbered)
    return [n[0] for n in ordered], [n[1] for n in ordered], [n[2] for n in ordered]
