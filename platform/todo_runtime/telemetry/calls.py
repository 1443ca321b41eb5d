"""Counts calls: rate, errors, duration (RED). Plain numbers on the event loop's thread, read when they are scraped."""

from bisect import bisect_left
from collections.abc import Iterator

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from todo_runtime.telemetry.metrics import DURATIONS, REGISTRY, RPC_DURATION, RPC_IN_FLIGHT, RPC_REQUESTS

_log = structlog.get_logger(__name__)
_BOUNDS = [*(str(bound) for bound in DURATIONS), "+Inf"]


class MethodCalls:
    """The calls of one method."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.codes = {"OK": 0}  # a series that begins with its first call would hide that call from `rate`
        self.buckets = [0] * len(_BOUNDS)
        self.seconds = 0.0
        self.in_flight = 0

    def begin(self) -> None:
        """A call has come in."""
        self.in_flight += 1

    def end(self, code: str, seconds: float) -> None:
        """A call was answered with this code after so many seconds."""
        self.in_flight -= 1
        self.codes[code] = self.codes.get(code, 0) + 1
        self.buckets[bisect_left(DURATIONS, seconds)] += 1
        self.seconds += seconds
        _log.debug("call", method=self.method, code=code, seconds=seconds)

    def cumulated(self) -> list[tuple[str, float]]:
        """The buckets as Prometheus wants them: how many took at most so long."""
        total, buckets = 0, []
        for bound, count in zip(_BOUNDS, self.buckets, strict=True):
            total += count
            buckets.append((bound, float(total)))
        return buckets


class CallMetrics(Collector):
    """The calls of a process, by method."""

    def __init__(self) -> None:
        self._methods: dict[str, MethodCalls] = {}

    def method(self, path: str) -> MethodCalls:
        """Where the calls of a method, `/package.Service/Method`, are counted."""
        return self._methods.setdefault(path, MethodCalls(path.removeprefix("/")))

    def collect(self) -> Iterator[Metric]:
        """The three metrics, for the registry."""
        requests = CounterMetricFamily(RPC_REQUESTS.name, RPC_REQUESTS.meaning, labels=RPC_REQUESTS.labels)
        duration = HistogramMetricFamily(RPC_DURATION.name, RPC_DURATION.meaning, labels=RPC_DURATION.labels)
        in_flight = GaugeMetricFamily(RPC_IN_FLIGHT.name, RPC_IN_FLIGHT.meaning, labels=RPC_IN_FLIGHT.labels)
        for calls in self._methods.values():
            for code, count in calls.codes.items():
                requests.add_metric([calls.method, code], count)
            duration.add_metric([calls.method], calls.cumulated(), calls.seconds)
            in_flight.add_metric([calls.method], calls.in_flight)
        yield from (requests, duration, in_flight)


CALLS = CallMetrics()
"""The calls of this process; in REGISTRY."""

REGISTRY.register(CALLS)
