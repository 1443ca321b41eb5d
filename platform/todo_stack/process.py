"""One child process: how it is started, watched and stopped.

Guarantees: a child's output goes to its log file, rotated at start when it is large; children live in the
watcher's process group, so that none survives the supervisor; stopping is bounded and escalates to SIGKILL.
"""

import asyncio
import contextlib
import os
import signal
import time
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from todo_stack.account import Account

_LOG_LIMIT = 8 << 20
_KEPT_LOGS = 3
_KILL_WAIT = 10.0
_KEPT = frozenset(
    {"PATH", "HOME", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
)
_LOOPBACK = "127.0.0.1,localhost"


@dataclass(frozen=True)
class Launch:
    """A command line with all that surrounds it.

    `stop_signal` asks for an orderly end, `stop_timeout` (seconds) is how long it may take.
    """

    name: str
    command: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 20.0


class Child:
    """A started process."""

    def __init__(self, launch: Launch, process: Process) -> None:
        self.launch = launch
        self.started = time.time()
        self._process = process

    @property
    def pid(self) -> int:
        """The process id, also after its end."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._process.returncode

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process has ended."""
        if self._process.returncode is None:
            self._process.send_signal(number)

    async def wait(self) -> int:
        """Wait for the end; the exit code."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask it to end, and kill it when it has not done so in time."""
        self.send(self.launch.stop_signal)
        try:
            await asyncio.wait_for(self.wait(), self.launch.stop_timeout)
        except TimeoutError:
            self.send(signal.SIGKILL)
            with contextlib.suppress(TimeoutError):  # it hangs in the kernel: nothing more can be done
                await asyncio.wait_for(self.wait(), _KILL_WAIT)


async def spawn(launch: Launch, *, log: Path, group: int) -> Child:
    """Start the child in process group `group`, its output appended to `log`."""
    account = launch.account
    with open_log(log) as output:
        process = await asyncio.create_subprocess_exec(
            *launch.command,
            cwd=launch.cwd,
            env={**_inherited(), **launch.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            process_group=group,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    return Child(launch, process)


def _inherited() -> dict[str, str]:
    """What a child needs of the caller's environment; the rest would make starts differ between shells.

    A proxy is for the outside only: the stack itself is reached directly.
    """
    kept = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
    direct = ",".join(filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), _LOOPBACK]))
    return kept | {"LC_ALL": "C.UTF-8", "NO_PROXY": direct, "no_proxy": direct}


def open_log(path: Path) -> BinaryIO:
    """Open a log for appending; a large one is moved aside first (`name.log.1` is the newest old one)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        for number in range(_KEPT_LOGS, 0, -1):
            older = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number}"))
    return path.open("ab")


def tail(path: Path, lines: int = 8) -> str:
    """The last lines of a log, for an error message; the frames of Java's stack traces are left out."""
    if not path.exists():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        told = (line.rstrip("\n") for line in file if not line.startswith(("\tat ", "\t... ")))
        return "\n".join(deque(told, maxlen=lines))
