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


Listener = Callable[[Mapping[str, Any]], None]
Begun = Mapping[tuple[str, int], int]
"""The offset at which a client began with a partition, (topic, number)."""


def statistics(consumer: str, done: str, begun: Begun, *listeners: Listener) -> Mapping[str, object]:
    """Settings of a client that keep its lag up to date.

    `done` says what counts as done: COMMITTED for a member of a group, TAKEN for a consumer that commits nothing. What
    lies before `begun` counts as done as well: librdkafka knows of no offset before it has moved one itself.
    `listeners` get the statistics too, in the thread in which the client is polled.
    """
    return {"statistics.interval.ms": int(INTERVAL * 1000), "stats_cb": observer(consumer, done, begun, *listeners)}


def observer(consumer: str, done: str, begun: Begun, *listeners: Listener) -> Callable[[str], None]:
    """Takes librdkafka's statistics (JSON) and sets the lag of each topic."""

    def observe(text: str) -> None:
        found = orjson.loads(text)
        for topic, lag in lags(found, done, begun).items():
            metrics.CONSUMER_LAG.labels(consumer, topic).set(lag)
        for listener in listeners:
            listener(found)

    return observe


def lags(found: Mapping[str, Any], done: str, begun: Begun) -> Mapping[str, int]:
    """Messages that are not done, by topic; topics without a partition here have 0."""
    behind: Counter[str] = Counter()
    for topic, one in found["topics"].items():
        behind[topic] = sum(
            _behind(partition, done, begun.get((topic, partition["partition"]), -1))
            for partition in fetched(one["partitions"])
        )
    return behind


def fetched(partitions: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Of a topic's partitions those that this client has; the others are known from metadata alone."""
    for partition in partitions.values():
        if partition["partition"] >= 0 and partition["fetch_state"] not in _IDLE:
            yield partition


def _behind(partition: Mapping[str, Any], done: str, begun: int) -> int:
    """Offsets below 0 say that nothing is known: of the end, then there is no lag yet; of what is done, then all is."""
    end, reached = int(partition["hi_offset"]), max(int(partition[done]), begun)
    if end < 0:
        return 0
    return max(0, end - (reached if reached >= 0 else max(0, int(partition["lo_offset"]))))
