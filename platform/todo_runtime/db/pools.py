"""Reads the pools of this process for operators: connections, who waits for one, who got none in time."""

from collections.abc import Callable, Iterator, Mapping
from weakref import WeakSet

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import AsyncConnectionPool

from todo_runtime.telemetry import metrics
from todo_runtime.telemetry.metrics import REGISTRY, Declared

Figure = Callable[[Mapping[str, int]], float]
_GAUGES: Mapping[Declared, Figure] = {
    metrics.POOL_CONNECTIONS: lambda stats: stats["pool_size"],
    metrics.POOL_IDLE: lambda stats: stats["pool_available"],
    metrics.POOL_WAITING: lambda stats: stats["requests_waiting"],
}
_COUNTERS: Mapping[Declared, Figure] = {
    metrics.POOL_WAITED: lambda stats: stats.get("requests_wait_ms", 0) / 1_000,
    metrics.POOL_TIMEOUTS: lambda stats: stats.get("requests_errors", 0),
}


class PoolMetrics(Collector):
    """The pools that were added and are still open, by their names, which differ within a service."""

    def __init__(self) -> None:
        self._pools: WeakSet[AsyncConnectionPool] = WeakSet()

    def add(self, pool: AsyncConnectionPool) -> None:
        """Has a pool read."""
        self._pools.add(pool)

    def collect(self) -> Iterator[Metric]:
        """The metrics, for the registry."""
        stats = {pool.name: pool.get_stats() for pool in list(self._pools) if not pool.closed}
        for declared, figure in _GAUGES.items():
            yield _filled(GaugeMetricFamily(declared.name, declared.meaning, labels=declared.labels), stats, figure)
        for declared, figure in _COUNTERS.items():
            yield _filled(CounterMetricFamily(declared.name, declared.meaning, labels=declared.labels), stats, figure)


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, stats: Mapping[str, Mapping[str, int]], figure: Figure
) -> Metric:
    for name, found in stats.items():
        family.add_metric([name], figure(found))
    return family


POOLS = PoolMetrics()
"""The pools of this process; in REGISTRY."""

REGISTRY.register(POOLS)
