"""One client: the feeds that it follows, and how it gets from where it was to where things are."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import structlog
from todo_runtime.auth import Principal
from todo_runtime.telemetry import metrics

from services.sync.domain.cursor import LOST, MalformedCursor, decode, encode
from services.sync.domain.reorder_buffer import Numbered
from services.sync.domain.streams import StreamId
from services.sync.handlers.ports import Frame, Packet, Sink
from services.sync.handlers.stream import Channel, Feed
from services.sync.handlers.stream_registry import Hub

SLOW_SECONDS: Final = 30.0
AHEAD_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


class Closed(Exception):
    """The session has ended."""


class Session:
    """A client that is authenticated; `close` ends it from anywhere.

    While every feed is live it costs no task: channels write to the client directly. Only catching up works beside.
    """

    def __init__(self, principal: Principal, user: UUID, sink: Sink, hub: Hub) -> None:
        self.principal = principal
        self.user = user
        self.wanted: frozenset[str] = frozenset()
        self.has_begun = False
        self.is_closed = False
        self._sink = sink
        self._hub = hub
        self._feeds: dict[StreamId, Feed] = {}
        self._work: asyncio.Task[None] | None = None

    @property
    def streams(self) -> Sequence[StreamId]:
        """What it follows."""
        return tuple(self._feeds)

    def wants(self, stream: StreamId) -> bool:
        """Whether it asked for a stream, by name or by asking for all."""
        return not self.wanted or stream.name in self.wanted

    def begin(self, channels: Sequence[Channel], cursors: Mapping[str, str]) -> None:
        """Follows channels from cursors, or from where they are, and says so in `ready`."""
        self.has_begun = True
        starts = {}
        for channel in channels:
            feed = self._follow(channel, cursors.get(channel.id.name, ""))
            starts[channel.id.name] = encode(feed.numbers)
        self._sink.push(self._hub.notices.ready(self.user, starts))
        self._go_live()

    def add(self, channel: Channel) -> None:
        """Follows one more channel, from where it is."""
        if self.is_closed or channel.id in self._feeds:
            return
        self._follow(channel, "")
        self._sink.push(self._hub.notices.subscribed(channel.id.name, channel.cursor))
        self._go_live()

    def remove(self, stream: StreamId, code: str, message: str) -> None:
        """Follows a channel no more, and says why."""
        feed = self._feeds.pop(stream, None)
        if feed is not None:
            _leave(feed)
            self.refuse(stream.name, code, message)

    def refuse(self, name: str, code: str, message: str) -> None:
        """Says why a stream is not followed."""
        self._sink.push(self._hub.notices.unsubscribed(name, code, message))

    def renew(self, principal: Principal) -> None:
        """Goes on with a fresh token of the same person."""
        self.principal = principal
        self._sink.push(self._hub.notices.authenticated())

    def offer(self, packet: Packet) -> bool:
        """Sends without waiting; False when there is no room."""
        return self._sink.offer(packet)

    def wake(self) -> None:
        """Something is behind: brings it to where its channel is."""
        if self._work is None and not self.is_closed:
            self._work = asyncio.create_task(self._catch_up_all())
            self._work.add_done_callback(self._caught_up)

    def close(self, code: str, message: str) -> None:
        """Ends the session with a reason."""
        if not self.is_closed:
            self.end()
            self._sink.close(code, message)

    def end(self) -> None:
        """Lets go of everything: the client is gone."""
        self.is_closed = True
        for feed in self._feeds.values():
            _leave(feed)
        self._feeds.clear()
        if self._work is not None:
            self._work.cancel()

    async def _catch_up_all(self) -> None:
        with contextlib.suppress(Closed):
            while behind := [feed for feed in self._feeds.values() if not feed.is_live]:
                for feed in behind:
                    await self._catch_up(feed)

    def _caught_up(self, work: asyncio.Task[None]) -> None:
        self._work = None
        if not work.cancelled() and (error := work.exception()) is not None:
            _log.error("catch_up_failed", exc_info=error)
            self.close("INTERNAL", "Something went wrong here: come back.")
        elif any(not feed.is_live for feed in self._feeds.values()):
            self.wake()  # something fell behind after the work had looked for the last time

    def _follow(self, channel: Channel, cursor: str) -> Feed:
        """A feed from a cursor on; a cursor that means nothing here starts with `resync`."""
        numbers: Sequence[int] = channel.numbers
        if cursor:
            try:
                numbers = decode(cursor, len(channel.tracks))
            except MalformedCursor:
                numbers = [LOST for _ in channel.tracks]
        feed = self._feeds[channel.id] = Feed(self, channel, numbers)
        channel.feeds.add(feed)
        return feed

    def _go_live(self) -> None:
        """Makes live what can be; wakes `run` for the rest."""
        behind = [feed for feed in self._feeds.values() if not feed.is_live and not feed.channel.go_live(feed)]
        if behind:
            self.wake()

    async def _catch_up(self, feed: Feed) -> None:
        while self._follows(feed) and not feed.channel.go_live(feed):
            for place in range(len(feed.numbers)):
                numbered = await self._missed(feed, place)
                if numbered is None:
                    await self._resync(feed)
                    break
                await self._replay(feed, place, numbered)

    async def _missed(self, feed: Feed, place: int) -> Sequence[Numbered[Frame]] | None:
        """What a feed has not had of one topic; None when that can't be had."""
        track, number = feed.channel.tracks[place], feed.numbers[place]
        if number == feed.channel.numbers[place]:
            return []
        if number < 0 or track.last is None:
            return None
        if number > track.last and not await _reached(feed.channel, place, number):
            return None
        kept = track.since(number)
        if kept is not None or number >= track.last:
            return kept or []
        until = (track.first_kept or track.last + 1) - 1
        found = await self._hub.backfill.fetch(feed.channel.id, feed.channel.id.topics[place], number, until)
        return found or None

    async def _replay(self, feed: Feed, place: int, missed: Sequence[Numbered[Frame]]) -> None:
        for numbered in missed:
            if not self._follows(feed):
                return
            feed.numbers[place] = numbered.number
            if numbered.item is not None:
                await self._send(numbered.item.at(encode(feed.numbers)))

    def _follows(self, feed: Feed) -> bool:
        return self._feeds.get(feed.channel.id) is feed

    async def _resync(self, feed: Feed) -> None:
        metrics.SYNC_RESYNCS.labels("cursor").inc()
        feed.numbers = list(feed.channel.numbers)
        await self._send(self._hub.notices.resync(feed.channel.id.name, encode(feed.numbers)))

    async def _send(self, packet: Packet) -> None:
        """Sends, waiting for room. Raises Closed."""
        while not self.is_closed and not self.offer(packet):
            try:
                async with asyncio.timeout(SLOW_SECONDS):
                    await self._sink.drained()
            except TimeoutError:
                self.close("SLOW_READER", "The frames were not read in time.")
        if self.is_closed:
            raise Closed


async def _reached(channel: Channel, place: int, number: int) -> bool:
    """Waits a bounded time for a channel that is behind its own cursor: another replica may be ahead of this one."""
    try:
        async with asyncio.timeout(AHEAD_SECONDS):
            while (channel.tracks[place].last or 0) < number:
                await channel.moved()
    except TimeoutError:
        return False
    return True


def _leave(feed: Feed) -> None:
    channel = feed.channel
    channel.live.discard(feed)
    channel.feeds.discard(feed)
    channel.idle_since = asyncio.get_running_loop().time()
