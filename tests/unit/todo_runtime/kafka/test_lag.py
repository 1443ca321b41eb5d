"""Lag, derived from librdkafka's statistics."""

import json
from typing import Any

from todo_runtime.kafka import lag
from todo_runtime.telemetry.metrics import REGISTRY


def partition(number: int, *, end: int, committed: int, delivered: int, state: str = "active") -> dict[str, Any]:
    return {
        "partition": number,
        "fetch_state": state,
        "lo_offset": 4,
        "hi_offset": end,
        "committed_offset": committed,
        "app_offset": delivered,
    }


def statistics(*partitions: dict[str, Any]) -> dict[str, Any]:
    return {"topics": {"task-events": {"partitions": {str(one["partition"]): one for one in partitions}}}}


def test_messages_not_committed_or_not_delivered_are_lag() -> None:
    found = statistics(
        partition(0, end=100, committed=90, delivered=95),
        partition(1, end=50, committed=50, delivered=50),
    )
    assert lag.lags(found, lag.COMMITTED, {}) == {"task-events": 10}
    assert lag.lags(found, lag.DELIVERED, {}) == {"task-events": 5}


def test_for_a_group_that_never_committed_everything_is_lag() -> None:
    assert lag.lags(statistics(partition(0, end=100, committed=-1001, delivered=-1001)), lag.COMMITTED, {}) == {
        "task-events": 96
    }


def test_messages_before_the_start_offset_are_no_lag() -> None:
    found = statistics(
        partition(0, end=100, committed=-1001, delivered=-1001),
        partition(1, end=50, committed=-1001, delivered=-1001),
        partition(2, end=60, committed=58, delivered=58),
    )
    start_offsets = {("task-events", 0): 100, ("task-events", 1): 20, ("task-events", 2): 10}
    assert lag.lags(found, lag.COMMITTED, start_offsets) == {"task-events": 32}
    assert lag.lags(found, lag.DELIVERED, start_offsets) == {"task-events": 32}


def test_unassigned_partitions_and_unknown_ends_are_no_lag() -> None:
    found = statistics(
        partition(0, end=100, committed=-1001, delivered=-1001, state="none"),
        partition(1, end=-1001, committed=3, delivered=3),
        partition(-1, end=0, committed=-1001, delivered=-1001),
    )
    assert lag.lags(found, lag.COMMITTED, {}) == {"task-events": 0}


def test_the_metric_follows() -> None:
    observe = lag.statistics_callback("somebody", lag.COMMITTED, {})
    for committed, expected in ((60, 40), (100, 0)):
        observe(json.dumps(statistics(partition(0, end=100, committed=committed, delivered=100))))
        labels = {"consumer": "somebody", "topic": "task-events"}
        assert REGISTRY.get_sample_value("todo_consumer_lag_messages", labels) == expected
