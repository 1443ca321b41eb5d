"""Callbacks that the Kafka client runs while it is polled, some of which may fail.

An error that confluent-kafka raises inside one of its own callbacks comes out of `poll` as an object that is not an
exception: nothing catches it, the polling thread ends, and whoever waits for that thread waits forever. So callbacks
keep their errors here, and the polling thread raises them after the poll.
"""

from collections.abc import Callable
from typing import ParamSpec

_P = ParamSpec("_P")


class Failures:
    """The first failure of some callbacks. Not thread-safe: use it in the thread that polls."""

    def __init__(self) -> None:
        self._first: Exception | None = None

    def catch(self, callback: Callable[_P, None]) -> Callable[_P, None]:
        """Wraps a callback so that it never raises."""

        def call(*arguments: _P.args, **named: _P.kwargs) -> None:
            try:
                callback(*arguments, **named)
            except Exception as error:  # noqa: BLE001 - raised by `raise_first`
                self._first = self._first or error

        return call

    def raise_first(self) -> None:
        """Raises the first failure since the last call, if there was one."""
        first, self._first = self._first, None
        if first is not None:
            raise first
