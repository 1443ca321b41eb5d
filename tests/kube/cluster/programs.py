"""The programs of the cluster, each running with a log of its own."""

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

_INTERVAL = 0.1


class Program(AbstractContextManager["Program"]):
    """A program that runs while the context is open; `ready` says when it can be used."""

    def __init__(self, name: str, command: Sequence[str | Path], logs: Path, ready: Callable[[], bool]) -> None:
        self._name = name
        self._command = [str(part) for part in command]
        self._log = logs / f"{name}.log"
        self._ready = ready

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(self._answers, within=60, what=f"{self._name} (see {self._log})")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            lines = self._log.read_text(errors="replace").splitlines()[-15:]
            raise RuntimeError(f"{self._name} ended with {self._process.returncode}:\n" + "\n".join(lines))
        return self._ready()

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def wait_for(condition: Callable[[], bool], *, within: float, what: str) -> None:
    """Returns when the condition holds. Raises TimeoutError."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not ready within {within:.0f} s")
        time.sleep(_INTERVAL)
