"""Rates that can be compared: the measured paths take turns, and the median of their rounds counts."""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rate:
    """Operations a second of one path: the rounds' median, least and most."""

    name: str
    median: float
    least: float
    most: float


async def interleaved(
    paths: Mapping[str, Callable[[float], Awaitable[int] | Any]], *, seconds: float, rounds: int
) -> list[Rate]:
    """Runs each path for some seconds, in turn, several times; the first round warms up and does not count."""
    rates: dict[str, list[float]] = {name: [] for name in paths}
    for turn in range(rounds + 1):
        for name, run in paths.items():
            started = time.perf_counter()
            done = await run(seconds if turn else min(seconds, 1.0))
            if turn:
                rates[name].append(done / (time.perf_counter() - started))
    return [Rate(name, statistics.median(found), min(found), max(found)) for name, found in rates.items()]
