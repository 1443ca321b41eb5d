"""Keeps components running: starts them, waits until they answer, restarts those that end by themselves.

Guarantees: a component that ends during its first start is an error with the end of its log; one that ends
later is started again, with a growing pause while it keeps ending at once; stopping is bounded.
"""

import asyncio
import contextlib
import math
import signal
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from todo_runtime.back_off import BackOff

from todo_stack.components import Component
from todo_stack.download import Say
from todo_stack.errors import StackError
from todo_stack.process import Child, spawn, tail
from todo_stack.watcher import Watcher

_POLL = 0.05
_START_TIMEOUT = 90.0
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0
_HEALTHY_AFTER = 5.0


class State(StrEnum):
    """Where a component is in its life."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


class Unit:
    """One supervised component: its current child and state."""

    def __init__(
        self, component: Component, log: Path, watcher: Watcher, changed: Callable[[], None], say: Say
    ) -> None:
        """`changed` is called after every change of state; `say` gets what a person should hear of."""
        self.component = component
        self.log = log
        self.restarts = 0
        self.state = State.STOPPED
        self.child: Child | None = None
        self._watcher = watcher
        self._changed = changed
        self._say = say
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Prepare, launch and wait until it answers; then keep it running. Raises StackError.

        One that is kept running already is only waited for.
        """
        if self._task is not None:
            await self.ready()
            return
        self._become(State.STARTING)
        try:
            await asyncio.to_thread(self.component.prepare)
            await self._launch(_START_TIMEOUT)
        except BaseException:
            await self._end_child()
            self._become(State.STOPPED)
            raise
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.component.name}")

    async def stop(self) -> None:
        """End it in order and keep it ended."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self._end_child()
        self._become(State.STOPPED)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal; the supervisor restarts a component that ends from it."""
        if self.child is None:
            raise StackError(f"{self.component.title} does not run.")
        if number not in {signal.SIGSTOP, signal.SIGCONT}:
            self._become(State.RESTARTING)
        self.child.send(number)

    async def ready(self, timeout: float = _START_TIMEOUT) -> None:
        """Wait until it answers (again). Raises TimeoutError after `timeout` seconds."""
        await asyncio.wait_for(self._ready.wait(), timeout)

    async def _keep(self) -> None:
        back_off = BackOff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while self.child:
            code = await self.child.wait()
            self._become(State.RESTARTING)
            if time.time() - self.child.started > _HEALTHY_AFTER:
                back_off.reset()
            self._say(f"{self.component.title} ended ({_reason(code)}); starting it again.")
            await asyncio.sleep(back_off.next_pause())
            await self._relaunch()

    async def _relaunch(self) -> None:
        """One attempt; when it fails, the child has ended and the next round tries again."""
        self.restarts += 1
        try:
            await asyncio.to_thread(self.component.prepare)
            await self._launch(math.inf)
        except (StackError, OSError) as error:
            self._say(str(error))
        else:
            self._say(f"{self.component.title} is back.")

    async def _launch(self, timeout: float) -> None:
        self.child = await spawn(self.component.launch(), log=self.log, group=self._watcher.group)
        self._changed()
        deadline = time.monotonic() + timeout
        while not await asyncio.to_thread(self.component.is_ready):
            if self.child.exit_code is not None:
                ended = f"ended while it started ({_reason(self.child.exit_code)})"
                raise StackError(f"{self.component.title} {ended}. {self._last_words()}")
            if time.monotonic() > deadline:
                silent = f"did not answer within {timeout:.0f} s"
                raise StackError(f"{self.component.title} {silent}. {self._last_words()}")
            await asyncio.sleep(_POLL)
        self._become(State.READY)

    def _last_words(self) -> str:
        return f"The end of {self.log}:\n{tail(self.log)}"

    async def _end_child(self) -> None:
        if self.child:
            self.child.send(signal.SIGCONT)
            await self.child.stop()
            self.child = None

    def _become(self, state: State) -> None:
        self.state = state
        if state is State.READY:
            self._ready.set()
        else:
            self._ready.clear()
        self._changed()


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
