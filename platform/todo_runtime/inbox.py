"""High-water marks: how far each stream has been processed, moved in the transaction of the effect.

Promises: an event is applied once, whatever Kafka delivers twice; a second consumer of the same partition that still
thinks it is in charge fails on the compare-and-set and changes nothing. Holes are numbers below the mark that were
not processed; they are filled by a redrive or by an event that comes late.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import RetryLater

StreamKey = tuple[str, UUID]
MAX_RECORDED_HOLES = 10_000

_MARKS = """
SELECT i.topic, i.key, i.sequence
  FROM inbox i JOIN unnest(%s::text[], %s::uuid[]) AS wanted (topic, key) USING (topic, key)
 ORDER BY i.topic, i.key
   FOR UPDATE OF i
"""
_HOLES = """
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
_ADD_HOLES = """
INSERT INTO inbox_holes (topic, key, sequence)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) ON CONFLICT DO NOTHING
"""
_FILL_HOLES = """
DELETE FROM inbox_holes h USING unnest(%s::text[], %s::uuid[], %s::bigint[]) AS f (topic, key, sequence)
 WHERE h.topic = f.topic AND h.key = f.key AND h.sequence = f.sequence
"""


class Verdict(Enum):
    """What an event's number says of it."""

    NEXT = "next"
    DUPLICATE = "duplicate"
    GAP = "gap"
    HOLE = "hole"
    LEAP = "leap"


class Fenced(RetryLater):
    """Another consumer moved the mark meanwhile: nothing of this batch was kept."""


@dataclass
class Marks:
    """The marks of some streams within one transaction: judge events in order, then `save`."""

    before: dict[StreamKey, int]
    holes: set[tuple[str, UUID, int]]
    now: dict[StreamKey, int] = field(default_factory=dict)
    _new_holes: set[tuple[str, UUID, int]] = field(default_factory=set)
    _filled: set[tuple[str, UUID, int]] = field(default_factory=set)

    def judge(self, topic: str, key: UUID, sequence: int) -> Verdict:
        """What to do with an event; all but a duplicate and a leap count as processed from now on.

        A leap lies so far ahead that what it leaves out could not be recorded: believing it would make duplicates of
        all the real events that follow. A stream that is seen for the first time may begin anywhere.
        """
        stream, place = (topic, key), (topic, key, sequence)
        mark = self.now.get(stream, self.before.get(stream, 0))
        if sequence <= mark:
            if place not in self.holes:
                return Verdict.DUPLICATE
            self.holes.discard(place)
            self._filled.add(place)
            return Verdict.HOLE
        if mark and sequence > mark + MAX_RECORDED_HOLES:
            return Verdict.LEAP
        self.now[stream] = sequence
        if sequence == mark + 1:
            return Verdict.NEXT
        self._leave_holes(topic, key, range(max(mark + 1, sequence - MAX_RECORDED_HOLES), sequence))
        return Verdict.GAP

    def leave_hole(self, topic: str, key: UUID, sequence: int) -> None:
        """The event was judged and then not processed: a dead letter."""
        self._leave_holes(topic, key, (sequence,))

    async def save(self, tx: Transaction) -> None:
        """Moves the marks by compare-and-set. Raises Fenced when one was moved by somebody else."""
        await self._advance(tx)
        if filled := self._filled - self._new_holes:
            await tx.execute(_FILL_HOLES, _columns(filled))
        if self._new_holes:
            await tx.execute(_ADD_HOLES, _columns(self._new_holes))

    async def _advance(self, tx: Transaction) -> None:
        if not self.now:
            return
        topics, keys = [topic for topic, _ in self.now], [key for _, key in self.now]
        old = [self.before.get(stream, 0) for stream in self.now]
        moved = await tx.fetch_all(_ADVANCE, (topics, keys, list(self.now.values()), topics, keys, old))
        if len(moved) != len(self.now):
            raise Fenced("Another consumer of this partition is at work.")

    def _leave_holes(self, topic: str, key: UUID, sequences: Iterable[int]) -> None:
        added = {(topic, key, sequence) for sequence in sequences}
        self._new_holes |= added
        self.holes |= added


async def read(tx: Transaction, streams: Iterable[StreamKey]) -> Marks:
    """The marks of some streams, locked in order until the end of the transaction."""
    wanted = sorted(set(streams))
    columns = ([topic for topic, _ in wanted], [key for _, key in wanted])
    marks = {(topic, key): sequence for topic, key, sequence in await tx.fetch_all(_MARKS, columns)}
    holes = {(topic, key, sequence) for topic, key, sequence in await tx.fetch_all(_HOLES, columns)}
    return Marks(marks, holes)


def _columns(places: set[tuple[str, UUID, int]]) -> tuple[list[str], list[UUID], list[int]]:
    ordered = sorted(places)
    return [p[0] for p in ordered], [p[1] for p in ordered], [p[2] for p in ordered]
