"""Finds out when a client will never hear of its topics again, although a broker answers.

librdkafka keeps the newest leader epoch that it has seen of each partition and drops older ones as outdated. A Kafka
that was replaced, by an empty one or from a backup, and a topic that was made again begin with older epochs: to a
client that has run on, their partitions have no leader, for ever and without an error. Only a new client gets over it.
"""

from collections.abc import Mapping
from typing import Any, Final

from todo_runtime.kafka.lag import fetched

ROUNDS: Final = 3
"""Statistics one after the other; elections of leaders are over by then."""


class Watch:
    """Looks at one client's statistics as they come. Not thread-safe: asked in the thread in which it is told."""

    def __init__(self) -> None:
        self._rounds = 0

    def observe(self, statistics: Mapping[str, Any]) -> None:
        """Takes librdkafka's statistics, parsed."""
        self._rounds = self._rounds + 1 if _is_stranded(statistics) else 0

    @property
    def is_stranded(self) -> bool:
        """Whether none of its partitions has had a leader for `ROUNDS` statistics, while a broker answered."""
        return self._rounds >= ROUNDS

    def reset(self) -> None:
        """There is a new client."""
        self._rounds = 0


def is_connected(statistics: Mapping[str, Any]) -> bool:
    """Whether a broker answers."""
    return any(broker["state"] == "UP" for broker in statistics["brokers"].values())


def _is_stranded(statistics: Mapping[str, Any]) -> bool:
    topics = statistics["topics"].values()
    leaders = [partition["leader"] for topic in topics for partition in fetched(topic["partitions"])]
    return bool(leaders) and max(leaders) < 0 and is_connected(statistics)
