"""Metrics of the connection pools of this process: connections, waiting transactions, timeouts."""

from collections.abc import Callable, Iterator, Mapping
from weakref import WeakSet

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import AsyncConnectionPool

from todo_runtime.telemetry import metrics
from todo_runtime.telemetry.metrics import REGISTRY, Declared

Value = Callable[[Mapping[str, int]], float]
_GAUGES: Mapping[Declared, Value] = {
    metrics.POOL_CONNECTIONS: lambda stats: stats["pool_size"],
    metrics.POOL_IDLE: lambda stats: stats["pool_available"],
    metrics.POOL_WAITING: lambda stats: stats["requests_waiting"],
}
_COUNTERS: Mapping[Declared, Value] = {
    metrics.POOL_WAITED: lambda stats: stats.get("requests_wait_ms", 0) / 1_000,
    metrics.POOL_TIMEOUTS: lambda stats: stats.get("requests_errors", 0),
}


class PoolMetrics(Collector):
    """The metrics of all open pools, by name; names are unique within a service."""

    def __init__(self) -> None:
        self._pools: WeakSet[AsyncConnectionPool] = WeakSet()

    def add(self, pool: AsyncConnectionPool) -> None:
        """Adds a pool to the metrics."""
        self._pools.add(pool)

    def collect(self) -> Iterator[Metric]:
        """The metrics, for the registry."""
        stats = {pool.name: pool.get_stats() for pool in list(self._pools) if not pool.closed}
        for declared, value in _GAUGES.items():
            yield _with_values(GaugeMetricFamily(declared.name, declared.meaning, labels=declared.labels), stats, value)
        for declared, value in _COUNTERS.items():
            yield _with_values(
                CounterMetricFamily(declared.name, declared.meaning, labels=declared.labels), stats, value
            )


def _with_values(
    family: GaugeMetricFamily | CounterMetricFamily, stats: Mapping[str, Mapping[str, int]], value: Value
) -> Metric:
    for name, pool_stats in stats.items():
        family.add_metric([name], value(pool_stats))
    return family


POOLS = PoolMetrics()
"""The pools of this process; in REGISTRY."""

REGISTRY.register(POOLS)
