"""How long to pause before the next attempt: exponential, bounded, and different for everybody who waits."""

import random
from typing import Final

_DOUBLINGS: Final = 60
"""More would only overflow: no pause is bounded by so many."""


class BackOff:
    """Pauses that double from `first` to `longest` seconds.

    Each is shorter by up to `jitter` of itself, so that those who failed together don't come back together.
    """

    def __init__(self, first: float, longest: float, *, jitter: float = 0.5) -> None:
        self._first = first
        self._longest = longest
        self._jitter = jitter
        self._doublings = 0

    def next_pause(self) -> float:
        """Seconds until the next attempt; each time longer, until `reset`."""
        pause: float = min(self._first * 2**self._doublings, self._longest)
        self._doublings = min(self._doublings + 1, _DOUBLINGS)
        return pause * (1 - self._jitter * random.random())

    def reset(self) -> None:
        """After a success: the next pause is the first again."""
        self._doublings = 0
