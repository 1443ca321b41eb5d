"""All channels: takes events in as they come, and keeps the newest ones for those who come back.

Promises: a channel never sends number n + 1 before n; a hole is closed from audit or told with `resync`; memory is
bounded, whatever comes: what nobody follows is forgotten first.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from todo_runtime.telemetry import metrics

from services.sync.domain.reorder_buffer import Numbered
from services.sync.domain.streams import KINDS, StreamId
from services.sync.handlers.ports import Backfill, Frame, Notices
from services.sync.handlers.stream import Channel

IDLE_SECONDS: Final = 600.0
FARTHEST_JUMP: Final = 1_000_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HubLimits:
    """Bounds: bytes of kept changes in all channels, and of how many streams the newest number is remembered."""

    kept_bytes: int = 32 * 1024 * 1024
    remembered: int = 20_000


class Hub:
    """The channels of this process."""

    def __init__(self, backfill: Backfill, notices: Notices, limits: HubLimits | None = None) -> None:
        self.backfill = backfill
        self.notices = notices
        self._limits = limits or HubLimits()
        self._channels: OrderedDict[StreamId, Channel] = OrderedDict()
        self._newest: OrderedDict[tuple[str, UUID], int] = OrderedDict()
        self._size = 0

    def take(self, topic: str, key: UUID, number: int, make: Callable[[], Frame | None]) -> None:
        """Takes an event in; `make` is called only when somebody may want its frame."""
        if not self._remember(topic, key, number):
            return
        channel = self._channels.get(StreamId(KINDS[topic], key))
        if channel is None:
            return
        place = channel.id.topics.index(topic)
        last = channel.tracks[place].last
        if last is None or number > last:
            self._accept(channel, place, Numbered(number, make()))
            self._mind_hole(channel, place)

    def recall(self, topic: str, key: UUID, number: int) -> None:
        """Notes how far a stream is, of an event from before this process began."""
        self._remember(topic, key, number)

    def newest(self, topic: str, key: UUID) -> int | None:
        """How far a stream is, if the topic told it lately."""
        return self._newest.get((topic, key))

    def open(self, id_: StreamId, heads: Sequence[int | None]) -> Channel:
        """The channel of a stream, made when it is not there; `heads` are the newest numbers as somebody else says."""
        channel = self._channels.get(id_)
        if channel is None:
            channel = self._channels[id_] = Channel(id_)
            channel.idle_since = asyncio.get_running_loop().time()
        self._channels.move_to_end(id_)
        known = [self.newest(topic, id_.id) for topic in id_.topics]
        channel.anchor([_later(one, other) for one, other in zip(known, heads, strict=True)])
        return channel

    def find(self, id_: StreamId) -> Channel | None:
        """The channel of a stream, if anybody follows it or did so lately."""
        return self._channels.get(id_)

    def forget_idle(self) -> None:
        """Drops the channels that nobody has followed for `IDLE_SECONDS`."""
        before = asyncio.get_running_loop().time() - IDLE_SECONDS
        for channel in tuple(self._channels.values()):
            if not channel.feeds and channel.idle_since < before:
                self._drop(channel)

    def _accept(self, channel: Channel, place: int, numbered: Numbered[Frame]) -> None:
        track = channel.tracks[place]
        before = track.size
        ready = track.accept(numbered)
        self._grown(track.size - before)
        channel.publish(place, ready)

    def _mind_hole(self, channel: Channel, place: int) -> None:
        """Sees to what is missing, if anything is."""
        track = channel.tracks[place]
        if track.overflows:
            self._leave_out(channel, place)
        elif track.missing is not None and place not in channel.bridges:
            channel.bridges[place] = asyncio.create_task(self._bridge(channel, place))

    async def _bridge(self, channel: Channel, place: int) -> None:
        """Closes holes from audit, until none is left."""
        topic, track = channel.id.topics[place], channel.tracks[place]
        try:
            while (missing := track.missing) is not None:
                _log.warning("stream_gap", topic=topic, first=missing.start, count=len(missing))
                for numbered in await self.backfill.fetch(channel.id, topic, missing.start - 1, missing.stop - 1):
                    self._accept(channel, place, numbered)
                if track.missing is not None and track.missing.start < missing.stop:
                    self._leave_out(channel, place)
        finally:
            channel.bridges.pop(place, None)

    def _leave_out(self, channel: Channel, place: int) -> None:
        """Goes on behind a hole that can't be closed, and tells everybody."""
        _log.error("stream_gap_unfilled", topic=channel.id.topics[place])
        track = channel.tracks[place]
        before = track.size
        track.skip()
        channel.announce_loss(self.notices.resync(channel.id.name, channel.cursor))
        ready = track.advance()
        self._grown(track.size - before)
        channel.publish(place, ready)

    def _remember(self, topic: str, key: UUID, number: int) -> bool:
        """Notes how far a stream is; False for a number that cannot be right: to follow it would end the stream."""
        stream = topic, key
        before = self._newest.get(stream)
        if before is not None and number > before + FARTHEST_JUMP:
            _log.error("sequence_implausible", topic=topic, number=number, before=before)
            return False
        self._newest[stream] = number if before is None else max(number, before)
        self._newest.move_to_end(stream)
        if len(self._newest) > self._limits.remembered:
            self._newest.popitem(last=False)
        return True

    def _grown(self, by: int) -> None:
        self._size += by
        metrics.SYNC_BUFFERED.set(self._size)
        for channel in tuple(self._channels.values()) if self._size > self._limits.kept_bytes else ():
            if self._size <= self._limits.kept_bytes:
                return
            self._shrink(channel)

    def _shrink(self, channel: Channel) -> None:
        """Forgets what a channel keeps: the ones that were opened longest ago first."""
        if not channel.feeds:
            self._drop(channel)
            return
        for track in channel.tracks:
            self._size -= track.forget()

    def _drop(self, channel: Channel) -> None:
        self._size -= channel.size
        for bridge in channel.bridges.values():
            bridge.cancel()
        self._channels.pop(channel.id, None)


def _later(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
