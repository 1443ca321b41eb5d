"""Counts calls and requests: rate, errors, duration (RED).

Plain numbers in the event loop's thread, read on each scrape: cheaper than an object for each series.
"""

from bisect import bisect_left
from collections.abc import Iterator

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from todo_runtime.telemetry.metrics import (
    DURATIONS,
    HTTP_DURATION,
    HTTP_REQUESTS,
    REGISTRY,
    RPC_DURATION,
    RPC_IN_FLIGHT,
    RPC_REQUESTS,
    Declared,
)

_log = structlog.get_logger(__name__)
_BOUNDS = [*(str(bound) for bound in DURATIONS), "+Inf"]


class MethodCalls:
    """The calls of one method. `success` is the code of a successful call, `event` the debug log event of each."""

    def __init__(self, method: str, success: str, event: str) -> None:
        self.method = method
        self.codes = {success: 0}  # a series that starts with its first call would hide that call from `rate`
        self.buckets = [0] * len(_BOUNDS)
        self.seconds = 0.0
        self.in_flight = 0
        self._event = event

    def begin(self) -> None:
        """Counts a call that has arrived."""
        self.in_flight += 1

    def end(self, code: str, seconds: float) -> None:
        """Counts a call that was answered with this code after so many seconds."""
        self.in_flight -= 1
        self.count(code, seconds)

    def count(self, code: str, seconds: float) -> None:
        """Counts an answered call for which `begin` was not called."""
        self.codes[code] = self.codes.get(code, 0) + 1
        self.buckets[bisect_left(DURATIONS, seconds)] += 1
        self.seconds += seconds
        _log.debug(self._event, method=self.method, code=code, seconds=seconds)

    def cumulative_buckets(self) -> list[tuple[str, float]]:
        """The buckets as Prometheus wants them: (upper bound, number of calls up to it)."""
        total, buckets = 0, []
        for bound, count in zip(_BOUNDS, self.buckets, strict=True):
            total += count
            buckets.append((bound, float(total)))
        return buckets


class CallMetrics(Collector):
    """The calls of a process, by method."""

    def __init__(
        self, requests: Declared, duration: Declared, in_flight: Declared | None = None, *, success: str, event: str
    ) -> None:
        self._requests, self._duration, self._in_flight = requests, duration, in_flight
        self._success, self._event = success, event
        self._methods: dict[str, MethodCalls] = {}

    def method(self, path: str) -> MethodCalls:
        """The counters of one method, `/package.Service/Method`."""
        return self._methods.setdefault(path, MethodCalls(path.removeprefix("/"), self._success, self._event))

    def collect(self) -> Iterator[Metric]:
        """The metrics, for the registry."""
        requests = CounterMetricFamily(self._requests.name, self._requests.meaning, labels=self._requests.labels)
        duration = HistogramMetricFamily(self._duration.name, self._duration.meaning, labels=self._duration.labels)
        for calls in self._methods.values():
            for code, count in calls.codes.items():
                requests.add_metric([calls.method, code], count)
            duration.add_metric([calls.method], calls.cumulative_buckets(), calls.seconds)
        yield from (requests, duration)
        if self._in_flight is not None:
            yield self._in_flight_gauge(self._in_flight)

    def _in_flight_gauge(self, declared: Declared) -> Metric:
        gauge = GaugeMetricFamily(declared.name, declared.meaning, labels=declared.labels)
        for calls in self._methods.values():
            gauge.add_metric([calls.method], calls.in_flight)
        return gauge


def rpc_calls() -> CallMetrics:
    """The calls of a gRPC server."""
    return CallMetrics(RPC_REQUESTS, RPC_DURATION, RPC_IN_FLIGHT, success="OK", event="call_finished")


def http_requests() -> CallMetrics:
    """The requests of a REST gateway, by HTTP status."""
    return CallMetrics(HTTP_REQUESTS, HTTP_DURATION, success="200", event="request_finished")


CALLS = rpc_calls()
"""The calls of this process; in REGISTRY."""

REQUESTS = http_requests()
"""The requests of this process; in REGISTRY."""

for _collector in (CALLS, REQUESTS):
    REGISTRY.register(_collector)
