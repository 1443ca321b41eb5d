"""Consumer lag as a metric, from librdkafka's own statistics: it costs no extra requests to the broker."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from todo_runtime.telemetry import metrics

INTERVAL: Final = 5.0
"""Seconds between two reports of statistics."""

COMMITTED: Final = "committed_offset"
DELIVERED: Final = "app_offset"
_IDLE: Final = {"none", "stopping", "stopped"}


Listener = Callable[[Mapping[str, Any]], None]
StartOffsets = Mapping[tuple[str, int], int]
"""(topic, partition) → the offset at which a client started to read it."""


def statistics_settings(
    consumer: str, progress: str, start_offsets: StartOffsets, *listeners: Listener
) -> Mapping[str, object]:
    """The settings with which a client keeps its lag up to date.

    `progress` is the offset to measure from: COMMITTED for a member of a group, DELIVERED for a consumer that commits
    nothing. Messages before `start_offsets` are not lag either: librdkafka reports no offset until it has moved one.
    `listeners` also receive the statistics, in the thread that polls the client.
    """
    return {
        "statistics.interval.ms": int(INTERVAL * 1000),
        "stats_cb": statistics_callback(consumer, progress, start_offsets, *listeners),
    }


def statistics_callback(
    consumer: str, progress: str, start_offsets: StartOffsets, *listeners: Listener
) -> Callable[[str], None]:
    """A callback that sets the lag of each topic from librdkafka's statistics (JSON)."""

    def observe(text: str) -> None:
        statistics = orjson.loads(text)
        for topic, lag in lags(statistics, progress, start_offsets).items():
            metrics.CONSUMER_LAG.labels(consumer, topic).set(lag)
        for listener in listeners:
            listener(statistics)

    return observe


def lags(statistics: Mapping[str, Any], progress: str, start_offsets: StartOffsets) -> Mapping[str, int]:
    """The lag in messages, by topic; 0 for a topic of which this client has no partition."""
    messages: Counter[str] = Counter()
    for topic, state in statistics["topics"].items():
        messages[topic] = sum(
            _lag(partition, progress, start_offsets.get((topic, partition["partition"]), -1))
            for partition in assigned(state["partitions"])
        )
    return messages


def assigned(partitions: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The partitions of a topic that this client reads; the others are known from metadata alone."""
    for partition in partitions.values():
        if partition["partition"] >= 0 and partition["fetch_state"] not in _IDLE:
            yield partition


def _lag(partition: Mapping[str, Any], progress: str, start: int) -> int:
    """A negative offset is unknown: without an end there is no lag yet, without progress everything is lag."""
    end, done = int(partition["hi_offset"]), max(int(partition[progress]), start)
    if end < 0:
        return 0
    return max(0, end - (done if done >= 0 else max(0, int(partition["lo_offset"]))))
