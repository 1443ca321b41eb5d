"""Rates that can be compared: the measured paths take turns, and the median of their rounds counts."""

import statistics
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

Path = Callable[[float], Awaitable[tuple[int, float]]]
"""Works for about so many seconds; returns how many operations it did in how many seconds."""


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
