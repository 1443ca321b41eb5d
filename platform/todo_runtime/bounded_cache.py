"""A cache that cannot grow without bound: the values that were used last, none older than it may be."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """At most `size` values; whichever was not used for longest is evicted first.

    A value that is `max_age` seconds old is not there any more; without `max_age` values stay until they are evicted.
    """

    def __init__(self, size: int, *, max_age: float | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._size = size
        self._max_age = max_age
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The value, which counts as used now; None when it is not there."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        as_of, value = entry
        if self._max_age is not None and self._clock() - as_of >= self._max_age:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V, *, as_of: float | None = None) -> None:
        """Keeps a value. `as_of` is when it was true, in seconds of the clock; now, where it is not given."""
        self._entries[key] = (self._clock() if as_of is None else as_of, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def evict(self, *keys: K) -> None:
        """Drops values; those that are not there are no matter."""
        for key in keys:
            self._entries.pop(key, None)

    def items(self) -> list[tuple[K, V]]:
        """What is there, of any age, the one that was not used for longest first."""
        return [(key, value) for key, (_, value) in self._entries.items()]
