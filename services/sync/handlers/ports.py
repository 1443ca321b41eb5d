"""What the handlers need of the edges."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from services.sync.domain.reorder_buffer import Numbered
from services.sync.domain.streams import StreamId


class Packet(Protocol):
    """Something ready to be sent: made once, sent to many."""

    @property
    def json(self) -> bytes:
        """The frame as a JSON object."""
        ...

    @property
    def framed(self) -> bytes:
        """The same as one WebSocket frame from a server."""
        ...

    def message(self) -> Any:
        """The same as a new todo.sync.v1.SubscribeResponse."""
        ...


class Frame(Protocol):
    """A change without its cursor."""

    @property
    def size(self) -> int:
        """How much memory it takes, about."""
        ...

    def at(self, cursor: str) -> Packet:
        """The change as it goes out."""
        ...


class Notices(Protocol):
    """Frames about the subscription itself."""

    def ready(self, user: UUID, cursors: Mapping[str, str]) -> Packet:
        """The subscription has begun."""
        ...

    def authenticated(self) -> Packet:
        """A fresh token was taken."""
        ...

    def subscribed(self, stream: str, cursor: str) -> Packet:
        """A stream was added."""
        ...

    def unsubscribed(self, stream: str, code: str, message: str) -> Packet:
        """A stream is followed no more."""
        ...

    def resync(self, stream: str, cursor: str) -> Packet:
        """Changes were lost to this client."""
        ...


class Sink(Protocol):
    """The way to one client."""

    def offer(self, packet: Packet) -> bool:
        """Sends without waiting; False, and nothing sent, when too much has not been read yet."""
        ...

    def push(self, packet: Packet) -> None:
        """Sends without waiting whether there is room or not: for the few frames that are not changes."""
        ...

    async def drained(self) -> None:
        """Returns when there is room again."""
        ...

    def close(self, code: str, message: str) -> None:
        """Tells the client why and ends the connection, soon."""
        ...


class Backfill(Protocol):
    """The past, as audit has it."""

    async def fetch(self, stream: StreamId, topic: str, after: int, until: int) -> Sequence[Numbered[Frame]]:
        """The changes from `after` + 1 to `until`, waiting a bounded time for them; fewer where some can't be had."""
        ...

    async def head(self, stream: StreamId, topic: str) -> int | None:
        """The number of the newest change, 0 before the first; None when that can't be had."""
        ...
