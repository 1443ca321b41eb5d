"""Takes the children along when the supervisor dies, however it dies.

The watcher is a shell that leads the process group which every child joins, and reads a pipe whose other
end only the supervisor holds. End of file means that the supervisor is gone: the group is killed. It needs
nothing but POSIX, so it works on macOS too, and a shell is the lightest process there is (under 1 MiB).
"""

import asyncio
from asyncio.subprocess import Process

_SCRIPT = "trap '' INT TERM HUP; read -r _; kill -KILL 0"


class Watcher:
    """Started before the first child and closed after the last."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._group = 0

    @property
    def group(self) -> int:
        """The process group that children must join."""
        return self._group

    async def start(self) -> None:
        """Start watching; a watcher that is killed itself is replaced."""
        self._process = await _watch(0)
        self._group = self._process.pid
        self._task = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """End the watcher without harm to the group."""
        if self._task:
            self._task.cancel()
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _keep(self) -> None:
        while self._process:
            await self._process.wait()
            try:
                self._process = await _watch(self._group)
            except OSError:  # the group is empty and gone
                self._process = await _watch(0)
                self._group = self._process.pid


async def _watch(group: int) -> Process:
    return await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", _SCRIPT, stdin=asyncio.subprocess.PIPE, process_group=group
    )
