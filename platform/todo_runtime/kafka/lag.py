"""Consumer lag as a metric, from librdkafka's own statistics: no questions to the broker beside its own."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from todo_runtime.telemetry import metrics

INTERVAL: Final = 5.0
"""Seconds between two statistics."""

COMMITTED: Final = "committed_offset"
TAKEN: Final = "app_offset"
_IDLE: Final = {"none", "stopping", "stopped"}


def statistics(consumer: str, done: str, connected: Callable[[], None] | None = None) -> Mapping[str, object]:
    """Settings of a client that keep its lag up to date.

    `done` says what counts as done: COMMITTED for a member of a group, TAKEN for a consumer that commits nothing.
    `connected` is called, in the client's thread, with each statistics of a client that has a connection.
    """
    return {"statistics.interval.ms": int(INTERVAL * 1000), "stats_cb": observer(consumer, done, connected)}


def observer(consumer: str, done: str, connected: Callable[[], None] | None = None) -> Callable[[str], None]:
    """Takes librdkafka's statistics (JSON) and sets the lag of each topic."""

    def observe(text: str) -> None:
        found = orjson.loads(text)
        for topic, lag in lags(found, done).items():
            metrics.CONSUMER_LAG.labels(consumer, topic).set(lag)
        if connected is not None and is_connected(found):
            connected()

    return observe


def is_connected(found: Mapping[str, Any]) -> bool:
    """Whether a broker answers."""
    return any(broker["state"] == "UP" for broker in found["brokers"].values())


def lags(found: Mapping[str, Any], done: str) -> Mapping[str, int]:
    """Messages that are not done, by topic; topics without a partition here have 0."""
    behind: Counter[str] = Counter()
    for topic, one in found["topics"].items():
        behind[topic] = sum(_behind(partition, done) for partition in _fetched(one["partitions"]))
    return behind


def _fetched(partitions: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The partitions that this client has; the others are known from metadata alone."""
    for partition in partitions.values():
        if partition["partition"] >= 0 and partition["fetch_state"] not in _IDLE:
            yield partition


def _behind(partition: Mapping[str, Any], done: str) -> int:
    """Offsets below 0 say that nothing is known: of the end, then there is no lag yet; of what is done, then all is."""
    end, reached = int(partition["hi_offset"]), int(partition[done])
    if end < 0:
        return 0
    return max(0, end - (reached if reached >= 0 else max(0, int(partition["lo_offset"]))))
