"""A stack on a thread of its own, for callers whose event loop comes and goes: tests, benchmarks, scripts.

Supervision goes on whatever the caller does; every method may be called from any thread and blocks until
it is done.
"""

import asyncio
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests

from todo_stack import parts
from todo_stack.blueprint import Blueprint, StackConfig
from todo_stack.databases import ServiceDatabase, copied_database, migrate
from todo_stack.download import Say
from todo_stack.paths import CLONE, DataDir
from todo_stack.ports import reserved_offset
from todo_stack.stack import Stack

_T = TypeVar("_T")
_CALL_TIMEOUT = 180.0
_READY_TIMEOUT = 90.0


class HostedStack:
    """Started on entering the context, stopped on leaving it."""

    def __init__(self, config: StackConfig, *, say: Say = lambda _: None) -> None:
        self._config = config
        self._say = say
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="stack", daemon=True)
        self._stack: Stack | None = None
        self._migrated: set[str] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._stack = self._call(self._start())
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._call(self._running.stop())
        finally:
            self._close()

    @property
    def blueprint(self) -> Blueprint:
        """Ports, folders, passwords and addresses of all parts."""
        return self._running.blueprint

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a component or service a signal; what ends from it is started again by itself."""
        self._on_loop(lambda: self._running.kill(name, number))

    def ready(self, name: str, timeout: float = _READY_TIMEOUT) -> None:
        """Wait until it answers (again). Raises TimeoutError."""
        self._call(self._running.ready(name, timeout))

    def halt(self, name: str) -> None:
        """Stop one component in order and keep it stopped until `resume`."""
        self._call(self._running.halt(name))

    def resume(self, name: str) -> None:
        """Start a halted component again and wait until it answers."""
        self._call(self._running.resume(name))

    def run_from(self, roots: Mapping[str, Path]) -> None:
        """Run services (by name) from other clones, such as other releases, and wait until they answer.

        Contracts, migrations and everything else stay those of the stack's own root.
        """
        self._call(self._running.run_from(roots))

    def database(self, service: str) -> AbstractContextManager[ServiceDatabase]:
        """A fresh copy of a service's migrated database; the service itself must not run on this stack."""
        if service not in self._migrated:
            migrate(self.blueprint, next(one for one in self.blueprint.manifests if one.name == service))
            self._migrated.add(service)
        return copied_database(self.blueprint, service)

    def pid(self, name: str) -> int:
        """The process id of a running component."""
        return self._on_loop(lambda: self._running.pid(name))

    @property
    def _running(self) -> Stack:
        if self._stack is None:
            raise RuntimeError("the stack is not running: use it as a context manager")
        return self._stack

    async def _start(self) -> Stack:
        stack = Stack(self._config, say=self._say)
        await stack.start()
        return stack

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_TIMEOUT)

    def _on_loop(self, work: Callable[[], _T]) -> _T:
        async def run() -> _T:
            return work()

        return self._call(run())

    def _close(self) -> None:
        self._call(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def private_stack(
    *,
    components: frozenset[str] = parts.NAMES,
    services: tuple[str, ...] | None = (),
    durable: bool = True,
    root: Path = CLONE,
    say: Say = lambda _: None,
    keep: Callable[[], bool] = lambda: False,
) -> Iterator[HostedStack]:
    """A stack on free ports and fresh data, gone without a trace afterwards unless `keep` says otherwise.

    By default without services; `services=None` runs all of them. `durable` as in StackConfig.
    """
    manifests = tuple(load_manifests(Layout(root)).values())
    with (
        scratch_data(keep=keep) as data,
        reserved_offset(manifests) as offset,
        HostedStack(StackConfig(data, root, offset, components, services, durable), say=say) as stack,
    ):
        yield stack


@contextmanager
def scratch_data(*, keep: Callable[[], bool] = lambda: False) -> Iterator[DataDir]:
    """A data folder for one stack, removed afterwards unless `keep` says otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="todo-stack-"))
    folder.chmod(0o711)  # PostgreSQL's account has to get through when the caller is root
    try:
        yield DataDir(folder)
    finally:
        if keep():
            print(f"The logs of the stack are in {folder / 'logs'}.", file=sys.stderr)
        else:
            shutil.rmtree(folder)
