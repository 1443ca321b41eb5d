"""Detects a client whose metadata is stale for good: a broker answers, yet no partition ever has a leader.

librdkafka keeps the newest leader epoch of each partition and ignores metadata with an older one. A Kafka cluster that
was replaced (by an empty one or from a backup) and a topic that was created again start with lower epochs: a client
that kept running sees partitions without a leader, forever and without an error. Only a new client recovers.
"""

from collections.abc import Mapping
from typing import Any, Final

from todo_runtime.kafka.lag import assigned

ROUNDS: Final = 3
"""Consecutive reports of statistics; a leader election is over by then."""


class Detector:
    """Observes the statistics of one client. Not thread-safe: use it in the thread that polls."""

    def __init__(self) -> None:
        self._rounds = 0

    def observe(self, statistics: Mapping[str, Any]) -> None:
        """Receives librdkafka's statistics, parsed."""
        self._rounds = self._rounds + 1 if _has_no_leader(statistics) else 0

    @property
    def is_stale(self) -> bool:
        """Whether no partition had a leader in the last `ROUNDS` reports, while a broker answered."""
        return self._rounds >= ROUNDS

    def reset(self) -> None:
        """Starts over, for a new client."""
        self._rounds = 0


def is_connected(statistics: Mapping[str, Any]) -> bool:
    """Whether any broker is connected."""
    return any(broker["state"] == "UP" for broker in statistics["brokers"].values())


def _has_no_leader(statistics: Mapping[str, Any]) -> bool:
    topics = statistics["topics"].values()
    leaders = [partition["leader"] for topic in topics for partition in assigned(topic["partitions"])]
    return bool(leaders) and max(leaders) < 0 and is_connected(statistics)
