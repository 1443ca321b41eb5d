"""Rates that can be compared: the measured paths take turns, and the median of their rounds counts."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

Path = Callable[[float], Awaitable[tuple[int, float]]]
"""Works for about so many seconds; returns how many operations it did in how many seconds."""
Once = Callable[[], Awaitable[None]]
"""Does one operation."""


@dataclass(frozen=True)
class Rate:
    """Operations a second of one path: the rounds' median, least and most."""

    name: str
    median: float
    least: float
    most: float


async def interleaved(paths: Mapping[str, Path], *, seconds: float, rounds: int) -> list[Rate]:
    """Runs each path in turn, several times; the first round warms up and does not count."""
    rates: dict[str, list[float]] = {name: [] for name in paths}
    for turn in range(rounds + 1):
        for name, run in paths.items():
            done, elapsed = await run(seconds if turn else min(seconds, 1.0))
            if turn:
                rates[name].append(done / elapsed)
    return [Rate(name, statistics.median(found), min(found), max(found)) for name, found in rates.items()]


def loop_of(clients: Sequence[Once]) -> Path:
    """Clients that each do the same again and again, side by side."""

    async def client(once: Once, end: float) -> int:
        done = 0
        while time.perf_counter() < end:
            await once()
            done += 1
        return done

    async def run(seconds: float) -> tuple[int, float]:
        started = time.perf_counter()
        done = await asyncio.gather(*(client(once, started + seconds) for once in clients))
        return sum(done), time.perf_counter() - started

    return run
