"""A stream that clients follow: a reorder buffer for each of its topics, and its subscriptions."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from todo_runtime.telemetry import metrics
from todo_runtime.telemetry.tracing import child_span

from services.sync.domain.cursor import LOST, UNKNOWN, encode
from services.sync.domain.reorder_buffer import ReorderBuffer, Sequenced
from services.sync.domain.streams import StreamId
from services.sync.service.ports import Change, EncodedFrame


class Subscriber(Protocol):
    """What a stream needs of whoever follows it."""

    def offer(self, frame: EncodedFrame) -> bool:
        """Sends without waiting; False when there is no room."""
        ...

    def catch_up(self) -> None:
        """Brings the subscriptions that lag to where their streams are, in the background."""
        ...

    def unsubscribe(self, stream: StreamId, code: str, message: str) -> None:
        """Stops following a stream, and tells the client why."""
        ...


class Subscription:
    """One subscriber following one stream; `position` says how far it is while it is not live."""

    __slots__ = ("position", "stream", "subscriber")

    def __init__(self, subscriber: Subscriber, stream: "Stream", position: Sequence[int]) -> None:
        self.subscriber = subscriber
        self.stream = stream
        self.position = list(position)

    @property
    def is_live(self) -> bool:
        """Whether it gets changes as they come: it is exactly where the stream is."""
        return self in self.stream.live

    def go_live(self) -> bool:
        """Becomes live if it is where the stream is."""
        if tuple(self.position) != self.stream.position:
            return False
        self.stream.live.add(self)
        return True

    def fall_behind(self, position: Sequence[int]) -> None:
        """Stops being live at a position, and starts to catch up."""
        self.stream.live.discard(self)
        self.position = list(position)
        self.subscriber.catch_up()

    def cancel(self) -> None:
        """Stops following the stream."""
        self.stream.live.discard(self)
        self.stream.subscriptions.discard(self)
        self.stream.idle_since = asyncio.get_running_loop().time()


class Stream:
    """One stream. At most one object exists for each."""

    def __init__(self, id_: StreamId) -> None:
        self.id = id_
        self.buffers: tuple[ReorderBuffer[Change], ...] = tuple(ReorderBuffer() for _ in id_.topics)
        self.subscriptions: set[Subscription] = set()
        self.live: set[Subscription] = set()
        self.gap_fillers: dict[int, asyncio.Task[None]] = {}
        self.idle_since = asyncio.get_running_loop().time()
        self._changed = asyncio.Event()

    @property
    def position(self) -> tuple[int, ...]:
        """The newest sequence number of each topic."""
        return tuple(UNKNOWN if buffer.last is None else buffer.last for buffer in self.buffers)

    @property
    def cursor(self) -> str:
        """The position, for a client."""
        return encode(self.position)

    @property
    def size(self) -> int:
        """How much is retained, in bytes."""
        return sum(buffer.size for buffer in self.buffers)

    def set_position(self, heads: Sequence[int | None]) -> None:
        """Sets the newest sequence numbers of the topics for which it is not known yet."""
        for buffer, head in zip(self.buffers, heads, strict=True):
            if buffer.last is None:
                buffer.last = head

    def subscribe(self, subscriber: Subscriber, position: Sequence[int]) -> Subscription:
        """A subscription from a position on."""
        subscription = Subscription(subscriber, self, position)
        self.subscriptions.add(subscription)
        return subscription

    def publish(self, index: int, changes: Sequence[Sequenced[Change]]) -> None:
        """Sends the changes of the topic at `index` to the live subscriptions; those without room fall behind."""
        position = list(self.position)
        for change in changes:
            position[index] = change.sequence
            if change.item is not None and self.live:
                self._send(change.item.with_cursor(encode(position)), index, position)
        if changes:
            self._changed.set()
            self._changed = asyncio.Event()

    def announce_loss(self, resync: EncodedFrame) -> None:
        """Tells all live subscriptions to read everything again; those without room fall behind and learn it then."""
        for subscription in tuple(self.live):
            if not subscription.subscriber.offer(resync):
                subscription.fall_behind([LOST for _ in self.buffers])
        metrics.SYNC_RESYNCS.labels("unbridged").inc(len(self.live))

    async def wait_for_change(self) -> None:
        """Returns after the next change."""
        await self._changed.wait()

    def _send(self, frame: EncodedFrame, index: int, position: Sequence[int]) -> None:
        metrics.SYNC_FRAMES.inc(len(self.live))
        with child_span("frame", **{"todo.sync.subscribers": len(self.live)}):
            for subscription in tuple(self.live):
                if not subscription.subscriber.offer(frame):
                    before = list(position)
                    before[index] -= 1
                    subscription.fall_behind(before)
