"""A reorder buffer for one topic of a stream: items arrive in any order and leave in sequence.

Guarantees: `accept` and `advance` return items in the order of their sequence numbers, each once; no number is left out
except those that were in the `gap` when `skip_gap` was called.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

MAX_PENDING: Final = 2_000
MAX_RETAINED: Final = 1_000


class Sized(Protocol):
    """What is delivered; `size` counts against the bounds."""

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        ...


T = TypeVar("T", bound=Sized)


@dataclass(frozen=True, slots=True)
class Sequenced(Generic[T]):
    """An item with its sequence number; without an item when there is nothing to deliver for the number."""

    sequence: int
    item: T | None

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return 100 + (self.item.size if self.item is not None else 0)


class ReorderBuffer(Generic[T]):
    """Restores the order of items, and retains the newest ones that left it.

    `last` is the newest sequence number that left, None before the first is known; `size` is that of the retained
    items, in bytes.
    """

    def __init__(self, last: int | None = None, *, retain: int = MAX_RETAINED) -> None:
        self.last = last
        self.size = 0
        self._retain = retain
        self._retained: deque[Sequenced[T]] = deque()
        self._pending: dict[int, Sequenced[T]] = {}

    @property
    def gap(self) -> range | None:
        """The numbers between the newest one that left and those that are pending; None when nothing is pending."""
        if not self._pending or self.last is None:
            return None
        return range(self.last + 1, min(self._pending))

    @property
    def overflows(self) -> bool:
        """Whether too many items are pending."""
        return len(self._pending) > MAX_PENDING

    def accept(self, sequenced: Sequenced[T]) -> list[Sequenced[T]]:
        """Takes an item; returns those that are now in order. An item with an earlier number is dropped."""
        if self.last is None:
            self.last = sequenced.sequence - 1
        if sequenced.sequence > self.last:
            self._pending.setdefault(sequenced.sequence, sequenced)
        return self.advance()

    def advance(self) -> list[Sequenced[T]]:
        """The pending items that are now in order."""
        ready = []
        while self.last is not None and (sequenced := self._pending.pop(self.last + 1, None)) is not None:
            self.last = sequenced.sequence
            ready.append(sequenced)
            self._keep(sequenced)
        return ready

    def skip_gap(self) -> None:
        """Gives the gap up, and evicts what came before it; `advance` then returns what was pending."""
        if self.gap is not None:
            self.last = min(self._pending) - 1
            self.evict()

    def since(self, sequence: int) -> list[Sequenced[T]] | None:
        """The items after a sequence number; None when some of them are no longer retained."""
        if self.last is None or sequence > self.last:
            return None
        if sequence == self.last:
            return []
        first = self._retained[0].sequence if self._retained else self.last + 1
        if sequence + 1 < first:
            return None
        return [self._retained[index] for index in range(sequence + 1 - first, len(self._retained))]

    @property
    def first_retained(self) -> int | None:
        """The oldest sequence number that is retained; None when nothing is."""
        return self._retained[0].sequence if self._retained else None

    def evict(self) -> int:
        """Drops everything retained; returns its size."""
        evicted, self.size = self.size, 0
        self._retained.clear()
        return evicted

    def _keep(self, sequenced: Sequenced[T]) -> None:
        self._retained.append(sequenced)
        self.size += sequenced.size
        while len(self._retained) > self._retain:
            self.size -= self._retained.popleft().size
