"""Ends calls that exceed their deadline, with one timer for all: a timer for each call costs more than its pipeline.

A call ends up to `GRAIN` seconds after its deadline. gRPC itself enforces deadlines that clients set; this is for calls
without a deadline, with one that the server shortened, and in process.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

GRAIN = 0.05


@dataclass(slots=True, eq=False)
class Running:
    """A running call; `expired` if its task was cancelled because of the deadline."""

    deadline: float
    task: asyncio.Task[Any] | None
    expired: bool = False


class Deadlines:
    """The running calls of one event loop."""

    def __init__(self) -> None:
        self._running: set[Running] = set()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, deadline: float) -> Running:
        """Watches the current task until `end`. Raises TimeoutError if the deadline (in loop time) has passed."""
        loop = asyncio.get_running_loop()
        if deadline <= loop.time():
            raise TimeoutError
        running = Running(deadline, asyncio.current_task())
        self._running.add(running)
        if self._timer is None:
            self._timer = loop.call_later(GRAIN, self._sweep, loop)
        return running

    def end(self, running: Running) -> None:
        """Stops watching a call. After a cancellation, `expired` says whether the deadline was the cause."""
        self._running.discard(running)
        if running.expired and running.task is not None:
            running.task.uncancel()

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for running in [one for one in self._running if one.deadline <= now]:
            running.expired = True
            self._running.discard(running)
            if running.task is not None:
                running.task.cancel()
        self._timer = loop.call_later(GRAIN, self._sweep, loop) if self._running else None
