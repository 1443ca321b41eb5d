"""What the service needs from the edges."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from services.sync.domain.reorder_buffer import Sequenced
from services.sync.domain.streams import StreamId


class EncodedFrame(Protocol):
    """A frame that is ready to be sent: encoded once, sent to many."""

    @property
    def json(self) -> bytes:
        """The frame as a JSON object."""
        ...

    @property
    def websocket(self) -> bytes:
        """The same as one WebSocket frame from a server."""
        ...

    def message(self) -> Any:
        """The same as a new todo.sync.v1.SubscribeResponse."""
        ...


class Change(Protocol):
    """A change before it has a cursor."""

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        ...

    def with_cursor(self, cursor: str) -> EncodedFrame:
        """The frame of the change."""
        ...


class Notices(Protocol):
    """Frames about the subscription itself."""

    def ready(self, user: UUID, cursors: Mapping[str, str]) -> EncodedFrame:
        """The subscription has begun."""
        ...

    def authenticated(self) -> EncodedFrame:
        """A fresh token was accepted."""
        ...

    def subscribed(self, stream: str, cursor: str) -> EncodedFrame:
        """A stream was added."""
        ...

    def unsubscribed(self, stream: str, code: str, message: str) -> EncodedFrame:
        """A stream is no longer followed."""
        ...

    def resync(self, stream: str, cursor: str) -> EncodedFrame:
        """Changes were lost to this client."""
        ...


class Sink(Protocol):
    """The connection to one client."""

    def offer(self, frame: EncodedFrame) -> bool:
        """Sends without waiting; False, and nothing sent, while too much is unread."""
        ...

    def push(self, frame: EncodedFrame) -> None:
        """Sends without waiting, even while too much is unread: for the few frames that are not changes."""
        ...

    async def drained(self) -> None:
        """Returns when there is room again."""
        ...

    def close(self, code: str, message: str) -> None:
        """Tells the client why, and ends the connection soon."""
        ...


class Backfill(Protocol):
    """Past changes, as audit has them."""

    async def fetch(self, stream: StreamId, topic: str, after: int, until: int) -> Sequence[Sequenced[Change]]:
        """The changes from `after` + 1 to `until`, waiting a bounded time for them; fewer if some can't be had."""
        ...

    async def head(self, stream: StreamId, topic: str) -> int | None:
        """The sequence number of the newest change, 0 before the first; None if it can't be had."""
        ...
