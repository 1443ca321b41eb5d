"""Programs that run beside a benchmark: floors in processes of their own, and what they weigh."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil


@asynccontextmanager
async def program(module: str) -> AsyncIterator[int]:
    """Runs `python -m module`, which prints the port that it listens on; the port."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            port = int(await process.stdout.readline())
        yield port
    finally:
        process.terminate()
        await process.wait()


def memory(pid: int) -> int:
    """Proportional memory of a process, in bytes."""
    return int(psutil.Process(pid).memory_full_info().pss)


def work(pid: int) -> float:
    """Seconds of a processor that a process has had so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
