"""All streams of this process: takes events in as they come, and retains the newest ones for clients that resume.

Guarantees: a stream never sends sequence number n + 1 before n; a gap is filled from audit or announced with `resync`;
memory is bounded whatever comes: streams that nobody follows are evicted first.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from todo_runtime.telemetry import metrics

from services.sync.domain.reorder_buffer import Sequenced
from services.sync.domain.streams import KINDS, StreamId
from services.sync.service.ports import Backfill, Change, Notices
from services.sync.service.stream import Stream

IDLE_SECONDS: Final = 600.0
MAX_SEQUENCE_JUMP: Final = 1_000_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RegistryLimits:
    """Bounds: bytes retained in all streams together, and the streams whose newest sequence number is remembered."""

    retained_bytes: int = 32 * 1024 * 1024
    known_heads: int = 20_000


class StreamRegistry:
    """The streams of this process."""

    def __init__(self, backfill: Backfill, notices: Notices, limits: RegistryLimits | None = None) -> None:
        self._backfill = backfill
        self._notices = notices
        self._limits = limits or RegistryLimits()
        self._streams: OrderedDict[StreamId, Stream] = OrderedDict()
        self._heads: OrderedDict[tuple[str, UUID], int] = OrderedDict()
        self._size = 0

    def receive(self, topic: str, key: UUID, sequence: int, encode: Callable[[], Change | None]) -> None:
        """Takes an event in; `encode` is called only when somebody may want the change."""
        if not self.note_head(topic, key, sequence):
            return
        stream = self._streams.get(StreamId(KINDS[topic], key))
        if stream is None:
            return
        index = stream.id.topics.index(topic)
        last = stream.buffers[index].last
        if last is None or sequence > last:
            self._accept(stream, index, Sequenced(sequence, encode()))
            self._check_gap(stream, index)

    def note_head(self, topic: str, key: UUID, sequence: int) -> bool:
        """Notes how far a stream is; False for an implausible number: following it would end the stream."""
        stream = topic, key
        head = self._heads.get(stream)
        if head is not None and sequence > head + MAX_SEQUENCE_JUMP:
            _log.error("sequence_implausible", topic=topic, number=sequence, before=head)
            return False
        self._heads[stream] = sequence if head is None else max(sequence, head)
        self._heads.move_to_end(stream)
        if len(self._heads) > self._limits.known_heads:
            self._heads.popitem(last=False)
        return True

    def head(self, topic: str, key: UUID) -> int | None:
        """The newest sequence number of a stream, if its topic told it lately."""
        return self._heads.get((topic, key))

    async def fetch_head(self, id_: StreamId) -> int | None:
        """The head of a stream of one topic, from audit; None if this process knows it already, or nobody does."""
        (topic,) = id_.topics
        stream = self.find(id_)
        if self.head(topic, id_.id) is not None or (stream is not None and stream.buffers[0].last is not None):
            return None
        return await self._backfill.head(id_, topic)

    def open(self, id_: StreamId, heads: Sequence[int | None]) -> Stream:
        """The stream, created if need be; `heads` are its newest sequence numbers according to another service."""
        stream = self._streams.get(id_)
        if stream is None:
            stream = self._streams[id_] = Stream(id_)
        self._streams.move_to_end(id_)
        known = [self.head(topic, id_.id) for topic in id_.topics]
        stream.set_position([_newer(ours, theirs) for ours, theirs in zip(known, heads, strict=True)])
        return stream

    def find(self, id_: StreamId) -> Stream | None:
        """The stream, if anybody follows it or did so lately."""
        return self._streams.get(id_)

    def evict_idle(self) -> None:
        """Drops the streams that nobody has followed for `IDLE_SECONDS`."""
        before = asyncio.get_running_loop().time() - IDLE_SECONDS
        for stream in tuple(self._streams.values()):
            if not stream.subscriptions and stream.idle_since < before:
                self._drop(stream)

    def _accept(self, stream: Stream, index: int, change: Sequenced[Change]) -> None:
        buffer = stream.buffers[index]
        before = buffer.size
        ready = buffer.accept(change)
        self._grow(buffer.size - before)
        stream.publish(index, ready)

    def _check_gap(self, stream: Stream, index: int) -> None:
        """Starts to fill the gap, if there is one."""
        buffer = stream.buffers[index]
        if buffer.overflows:
            self._skip_gap(stream, index)
        elif buffer.gap is not None and index not in stream.gap_fillers:
            stream.gap_fillers[index] = asyncio.create_task(self._fill_gaps(stream, index))

    async def _fill_gaps(self, stream: Stream, index: int) -> None:
        """Fills gaps from audit until none is left."""
        topic, buffer = stream.id.topics[index], stream.buffers[index]
        try:
            while (gap := buffer.gap) is not None:
                _log.warning("stream_gap", topic=topic, first=gap.start, count=len(gap))
                for change in await self._backfill.fetch(stream.id, topic, gap.start - 1, gap.stop - 1):
                    self._accept(stream, index, change)
                if buffer.gap is not None and buffer.gap.start < gap.stop:
                    self._skip_gap(stream, index)
        finally:
            stream.gap_fillers.pop(index, None)

    def _skip_gap(self, stream: Stream, index: int) -> None:
        """Continues after a gap that can't be filled, and tells every subscriber."""
        _log.error("stream_gap_unfilled", topic=stream.id.topics[index])
        buffer = stream.buffers[index]
        before = buffer.size
        buffer.skip_gap()
        stream.announce_loss(self._notices.resync(stream.id.name, stream.cursor))
        ready = buffer.advance()
        self._grow(buffer.size - before)
        stream.publish(index, ready)

    def _grow(self, by: int) -> None:
        self._size += by
        metrics.SYNC_BUFFERED.set(self._size)
        for stream in tuple(self._streams.values()) if self._size > self._limits.retained_bytes else ():
            if self._size <= self._limits.retained_bytes:
                return
            self._shrink(stream)  # the one that was opened longest ago comes first

    def _shrink(self, stream: Stream) -> None:
        """Drops a stream that nobody follows, and what any other retains."""
        if not stream.subscriptions:
            self._drop(stream)
            return
        for buffer in stream.buffers:
            self._size -= buffer.evict()

    def _drop(self, stream: Stream) -> None:
        self._size -= stream.size
        for filler in stream.gap_fillers.values():
            filler.cancel()
        self._streams.pop(stream.id, None)


def _newer(ours: int | None, theirs: int | None) -> int | None:
    if ours is None or theirs is None:
        return theirs if ours is None else ours
    return max(ours, theirs)
