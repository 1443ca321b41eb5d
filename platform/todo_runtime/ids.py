"""New identifiers: UUID version 7 (RFC 9562), which sort by creation time."""

import os
import threading
import time
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_COUNTER_BITS = 42
_COUNTER_LIMIT = 1 << _COUNTER_BITS


class Uuid7Source:
    """Generates UUIDs that strictly increase within the process, even if the clock is set back. Thread-safe.

    Layout (RFC 9562, section 6.2, method 1): 48 bits of Unix milliseconds, a counter of 42 bits that starts at a
    random value below its half each millisecond, 32 random bits.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0
        self._noise = b""
        self._used = 0

    def __call__(self) -> UUID:
        """Generates the next UUID."""
        with self._lock:
            noise = self._random()
            milliseconds, counter = self._advance(noise >> 32)
        high = counter >> 30
        low = ((counter & 0x3FFF_FFFF) << 32) | (noise & 0xFFFF_FFFF)
        return UUID(int=(milliseconds << 80) | _VERSION_AND_VARIANT | (high << 64) | low)

    def _random(self) -> int:
        """80 random bits, read from the system for many identifiers at once."""
        if self._used == len(self._noise):
            self._noise, self._used = os.urandom(1_280), 0
        start, self._used = self._used, self._used + 10
        return int.from_bytes(self._noise[start : self._used])

    def _advance(self, noise: int) -> tuple[int, int]:
        now = time.time_ns() // 1_000_000
        if now > self._milliseconds:
            self._milliseconds, self._counter = now, noise % (_COUNTER_LIMIT // 2)
        else:
            self._counter += 1
        if self._counter == _COUNTER_LIMIT:
            self._milliseconds, self._counter = self._milliseconds + 1, 0
        return self._milliseconds, self._counter


uuid7 = Uuid7Source()
"""The source of this process."""
