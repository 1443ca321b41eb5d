"""One client: the streams that it follows, and how it gets from its cursors to the present."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import structlog
from todo_runtime.auth import Principal
from todo_runtime.telemetry import metrics

from services.sync.domain.cursor import LOST, MalformedCursor, decode, encode
from services.sync.domain.reorder_buffer import Sequenced
from services.sync.domain.streams import StreamId
from services.sync.service.missed_changes import fetch_missed
from services.sync.service.ports import Backfill, Change, EncodedFrame, Notices, Sink
from services.sync.service.stream import Stream, Subscription

SLOW_SECONDS: Final = 30.0
_log = structlog.get_logger(__name__)


class SessionClosed(Exception):
    """The session has ended."""


class Session:
    """A client that is authenticated; `close` ends it from anywhere.

    While every subscription is live it needs no task: streams write to the client directly. Only catching up runs in a
    task of its own.
    """

    def __init__(self, principal: Principal, user: UUID, sink: Sink, notices: Notices, backfill: Backfill) -> None:
        self.principal = principal
        self.user = user
        self.requested: frozenset[str] = frozenset()
        self.is_ready = False
        self.is_closed = False
        self._sink = sink
        self._notices = notices
        self._backfill = backfill
        self._subscriptions: dict[StreamId, Subscription] = {}
        self._catching_up: asyncio.Task[None] | None = None

    @property
    def streams(self) -> Sequence[StreamId]:
        """What it follows."""
        return tuple(self._subscriptions)

    def wants(self, stream: StreamId) -> bool:
        """Whether it requested a stream, by name or by requesting all."""
        return not self.requested or stream.name in self.requested

    def start(self, streams: Sequence[Stream], cursors: Mapping[str, str]) -> None:
        """Follows streams from their cursors, or else from the present, and says so in `ready`."""
        self.is_ready = True
        starts = {}
        for stream in streams:
            subscription = self._add(stream, cursors.get(stream.id.name, ""))
            starts[stream.id.name] = encode(subscription.position)
        self._sink.push(self._notices.ready(self.user, starts))
        self._go_live()

    def subscribe(self, stream: Stream) -> None:
        """Follows one more stream, from the present."""
        if self.is_closed or stream.id in self._subscriptions:
            return
        self._add(stream, "")
        self._sink.push(self._notices.subscribed(stream.id.name, stream.cursor))
        self._go_live()

    def unsubscribe(self, stream: StreamId, code: str, message: str) -> None:
        """Stops following a stream, and tells the client why."""
        subscription = self._subscriptions.pop(stream, None)
        if subscription is not None:
            subscription.cancel()
            self.refuse(stream.name, code, message)

    def refuse(self, name: str, code: str, message: str) -> None:
        """Tells the client why a stream is not followed."""
        self._sink.push(self._notices.unsubscribed(name, code, message))

    def renew(self, principal: Principal) -> None:
        """Continues with a fresh token of the same person."""
        self.principal = principal
        self._sink.push(self._notices.authenticated())

    def offer(self, frame: EncodedFrame) -> bool:
        """Sends without waiting; False when there is no room."""
        return self._sink.offer(frame)

    def catch_up(self) -> None:
        """Brings the subscriptions that lag to where their streams are, in the background."""
        if self._catching_up is None and not self.is_closed:
            self._catching_up = asyncio.create_task(self._catch_up_all())
            self._catching_up.add_done_callback(self._caught_up)

    def close(self, code: str, message: str) -> None:
        """Ends the session with a reason."""
        if not self.is_closed:
            self.end()
            self._sink.close(code, message)

    def end(self) -> None:
        """Releases everything: the client is gone."""
        self.is_closed = True
        for subscription in self._subscriptions.values():
            subscription.cancel()
        self._subscriptions.clear()
        if self._catching_up is not None:
            self._catching_up.cancel()

    def _add(self, stream: Stream, cursor: str) -> Subscription:
        """A subscription from a cursor on; one that means nothing here starts with `resync`."""
        position: Sequence[int] = stream.position
        if cursor:
            try:
                position = decode(cursor, len(stream.buffers))
            except MalformedCursor:
                position = [LOST for _ in stream.buffers]
        subscription = self._subscriptions[stream.id] = stream.subscribe(self, position)
        return subscription

    def _lagging(self) -> list[Subscription]:
        return [subscription for subscription in self._subscriptions.values() if not subscription.is_live]

    def _go_live(self) -> None:
        """Makes live what can be; the rest has to catch up."""
        if [subscription for subscription in self._lagging() if not subscription.go_live()]:
            self.catch_up()

    async def _catch_up_all(self) -> None:
        with contextlib.suppress(SessionClosed):
            while lagging := self._lagging():
                for subscription in lagging:
                    await self._catch_up(subscription)

    def _caught_up(self, task: asyncio.Task[None]) -> None:
        self._catching_up = None
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("catch_up_failed", exc_info=error)
            self.close("INTERNAL", "Something went wrong on the server: reconnect.")
        elif self._lagging():
            self.catch_up()  # something fell behind after the task had looked for the last time

    async def _catch_up(self, subscription: Subscription) -> None:
        while self._follows(subscription) and not subscription.go_live():
            for index in range(len(subscription.position)):
                missed = await fetch_missed(subscription, index, self._backfill)
                if missed is None:
                    await self._resync(subscription)
                    break
                await self._replay(subscription, index, missed)

    async def _replay(self, subscription: Subscription, index: int, missed: Sequence[Sequenced[Change]]) -> None:
        for change in missed:
            if not self._follows(subscription):
                return
            subscription.position[index] = change.sequence
            if change.item is not None:
                await self._send(change.item.with_cursor(encode(subscription.position)))

    def _follows(self, subscription: Subscription) -> bool:
        return self._subscriptions.get(subscription.stream.id) is subscription

    async def _resync(self, subscription: Subscription) -> None:
        metrics.SYNC_RESYNCS.labels("cursor").inc()
        subscription.position = list(subscription.stream.position)
        await self._send(self._notices.resync(subscription.stream.id.name, encode(subscription.position)))

    async def _send(self, frame: EncodedFrame) -> None:
        """Sends, waiting for room. Raises SessionClosed."""
        while not self.is_closed and not self.offer(frame):
            try:
                async with asyncio.timeout(SLOW_SECONDS):
                    await self._sink.drained()
            except TimeoutError:
                self.close("SLOW_READER", "The frames were not read in time.")
        if self.is_closed:
            raise SessionClosed
