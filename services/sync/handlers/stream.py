"""A stream as clients know it: the tracks of its topics, and the feeds that follow it live."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from todo_runtime.telemetry import metrics
from todo_runtime.telemetry.tracing import child_span

from services.sync.domain.cursor import LOST, UNKNOWN, encode
from services.sync.domain.reorder_buffer import Numbered, Track
from services.sync.domain.streams import StreamId
from services.sync.handlers.ports import Frame, Packet

if TYPE_CHECKING:
    from services.sync.handlers.session import Session


class Feed:
    """One session following one channel. `numbers` says where it is while it is not live."""

    __slots__ = ("channel", "numbers", "session")

    def __init__(self, session: "Session", channel: "Channel", numbers: Sequence[int]) -> None:
        self.session = session
        self.channel = channel
        self.numbers = list(numbers)

    @property
    def is_live(self) -> bool:
        """Whether it gets changes as they come: it is exactly where the channel is."""
        return self in self.channel.live


class Channel:
    """One stream. Not more than one exists of each."""

    def __init__(self, id_: StreamId) -> None:
        self.id = id_
        self.tracks: tuple[Track[Frame], ...] = tuple(Track() for _ in id_.topics)
        self.feeds: set[Feed] = set()
        self.live: set[Feed] = set()
        self.bridges: dict[int, asyncio.Task[None]] = {}
        self.idle_since = 0.0
        self._moved = asyncio.Event()

    @property
    def numbers(self) -> tuple[int, ...]:
        """Where the channel is: the newest number of each topic."""
        return tuple(UNKNOWN if track.last is None else track.last for track in self.tracks)

    @property
    def cursor(self) -> str:
        """Where the channel is, for a client."""
        return encode(self.numbers)

    @property
    def size(self) -> int:
        """How much is kept, in bytes."""
        return sum(track.size for track in self.tracks)

    def anchor(self, numbers: Sequence[int | None]) -> None:
        """Says where tracks are that do not know it yet."""
        for track, number in zip(self.tracks, numbers, strict=True):
            if track.last is None:
                track.last = number

    def go_live(self, feed: Feed) -> bool:
        """Makes a feed live if it is where the channel is."""
        if tuple(feed.numbers) != self.numbers:
            return False
        self.live.add(feed)
        return True

    def publish(self, place: int, ready: Sequence[Numbered[Frame]]) -> None:
        """Sends what the track at a place brought out to the live feeds; whoever has no room falls behind."""
        numbers = list(self.numbers)
        for numbered in ready:
            numbers[place] = numbered.number
            if numbered.item is not None and self.live:
                self._send(numbered.item.at(encode(numbers)), place, numbers)
        if ready:
            self._moved.set()
            self._moved = asyncio.Event()

    def announce_loss(self, packet: Packet) -> None:
        """Tells all live feeds that they have to read anew; whoever has no room falls behind and learns it so."""
        for feed in tuple(self.live):
            if not feed.session.offer(packet):
                self._fall_behind(feed, [LOST for _ in self.tracks])
        metrics.SYNC_RESYNCS.labels("unbridged").inc(len(self.live))

    async def moved(self) -> None:
        """Returns after the next change."""
        await self._moved.wait()

    def _send(self, packet: Packet, place: int, numbers: Sequence[int]) -> None:
        metrics.SYNC_FRAMES.inc(len(self.live))
        with child_span("frame", **{"todo.sync.subscribers": len(self.live)}):
            for feed in tuple(self.live):
                if not feed.session.offer(packet):
                    before = list(numbers)
                    before[place] -= 1
                    self._fall_behind(feed, before)

    def _fall_behind(self, feed: Feed, numbers: Sequence[int]) -> None:
        self.live.discard(feed)
        feed.numbers = list(numbers)
        feed.session.wake()
