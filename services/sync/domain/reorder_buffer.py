"""One stream of events: which number is next, what waits for its predecessors, what is kept for those who come back.

Promises: items come out of `accept` and `advance` in the order of their numbers, each once; no number is left out but
those that were `missing` when `skip` was called.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

MAX_WAITING: Final = 2_000
MAX_KEPT: Final = 1_000


class Sized(Protocol):
    """What is delivered; `size` in bytes counts against the bounds."""

    @property
    def size(self) -> int:
        """How much memory it takes, about."""
        ...


F = TypeVar("F", bound=Sized)


@dataclass(frozen=True, slots=True)
class Numbered(Generic[F]):
    """An item at its place; without an item when there is nothing to deliver for the number."""

    number: int
    item: F | None

    @property
    def size(self) -> int:
        """How much memory it takes, about."""
        return 100 + (self.item.size if self.item is not None else 0)


class Track(Generic[F]):
    """A stream from some number on; `last` is the newest number that came out, None before the first is known."""

    def __init__(self, last: int | None = None, *, keep: int = MAX_KEPT) -> None:
        self.last = last
        self.size = 0
        self._keep = keep
        self._kept: deque[Numbered[F]] = deque()
        self._waiting: dict[int, Numbered[F]] = {}

    @property
    def missing(self) -> range | None:
        """The numbers between the newest one and those that wait; None when nothing waits."""
        if not self._waiting or self.last is None:
            return None
        return range(self.last + 1, min(self._waiting))

    @property
    def overflows(self) -> bool:
        """Whether too much waits."""
        return len(self._waiting) > MAX_WAITING

    def accept(self, numbered: Numbered[F]) -> list[Numbered[F]]:
        """Takes what came; returns what is now in order. A number that came before is dropped."""
        if self.last is None:
            self.last = numbered.number - 1
        if numbered.number > self.last:
            self._waiting.setdefault(numbered.number, numbered)
        return self.advance()

    def advance(self) -> list[Numbered[F]]:
        """What waits and is now in order."""
        ready = []
        while self.last is not None and (numbered := self._waiting.pop(self.last + 1, None)) is not None:
            self.last = numbered.number
            ready.append(numbered)
            self._remember(numbered)
        return ready

    def skip(self) -> None:
        """Leaves out what is missing, and forgets what was before it: `advance` brings what waits."""
        if self.missing is not None:
            self.last = min(self._waiting) - 1
            self.forget()

    def since(self, number: int) -> list[Numbered[F]] | None:
        """What came out after a number; None when some of it is no longer kept."""
        if self.last is None or number > self.last:
            return None
        if number == self.last:
            return []
        first = self._kept[0].number if self._kept else self.last + 1
        if number + 1 < first:
            return None
        return [self._kept[place] for place in range(number + 1 - first, len(self._kept))]

    @property
    def first_kept(self) -> int | None:
        """The oldest number that is kept; None when nothing is."""
        return self._kept[0].number if self._kept else None

    def forget(self) -> int:
        """Drops what is kept for those who come back; returns its size."""
        dropped, self.size = self.size, 0
        self._kept.clear()
        return dropped

    def _remember(self, numbered: Numbered[F]) -> None:
        self._kept.append(numbered)
        self.size += numbered.size
        while len(self._kept) > self._keep:
            self.size -= self._kept.popleft().size
