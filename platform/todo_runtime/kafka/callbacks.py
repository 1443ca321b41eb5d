"""Callbacks that the Kafka client makes while it is polled, some of which may fail.

What the client raises inside of one of its own callbacks comes out of `poll` as an object that is no exception: nothing
catches it, the thread that polls ends, and whoever waits for it waits for ever. So it is kept here, and raised beside
the polls.
"""

from collections.abc import Callable
from typing import ParamSpec

_P = ParamSpec("_P")


class Failures:
    """The first failure of some callbacks. Not thread-safe: asked in the thread that polls."""

    def __init__(self) -> None:
        self._first: Exception | None = None

    def kept(self, callback: Callable[_P, None]) -> Callable[_P, None]:
        """The callback, which now never raises."""

        def call(*arguments: _P.args, **named: _P.kwargs) -> None:
            try:
                callback(*arguments, **named)
            except Exception as error:  # noqa: BLE001 - raised by `raise_first`
                self._first = self._first or error

        return call

    def raise_first(self) -> None:
        """Raises the first failure since it was last asked, if there was one."""
        first, self._first = self._first, None
        if first is not None:
            raise first
