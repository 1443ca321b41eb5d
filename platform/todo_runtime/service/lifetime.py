"""The parts of a process: started in order, ended in the reverse order, and none of them may end alone."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, TypeVar

import structlog

from todo_runtime.telemetry import logs

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


class Lifetime:
    """The parts of a process and how they end."""

    def __init__(self, parts: AsyncExitStack) -> None:
        self._parts = parts
        self._stop = asyncio.Event()
        self._error: BaseException | None = None

    async def enter(self, part: AbstractAsyncContextManager[_T]) -> _T:
        """Starts a part now and closes it in its turn."""
        return await self._parts.enter_async_context(part)

    def on_stop(self, close: Callable[[], Awaitable[object]]) -> None:
        """Has `close` awaited in its turn, as that of a part that starts now."""
        self._parts.push_async_callback(close)

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Runs something beside the server; it is cancelled in its turn. Its end before that ends the service."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._parts.push_async_callback(cancel, task)

    @property
    def stopping(self) -> bool:
        """Whether the end has begun."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Begins the end."""
        self._stop.set()

    async def until_stopped(self) -> None:
        """Returns when the end begins; raises what a spawned part failed with."""
        await self._stop.wait()
        if self._error is not None:
            raise self._error

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self.stopping:
            return
        self._error = task.exception() or RuntimeError(f"The task {task.get_name()} ended unexpectedly.")
        _log.error("task_failed", task=task.get_name(), **logs.describe(self._error))
        self.stop()


async def cancel(task: "asyncio.Future[None]") -> None:
    """Cancels and waits; what the task failed with was told when it did."""
    task.cancel()
    await asyncio.wait([task])
