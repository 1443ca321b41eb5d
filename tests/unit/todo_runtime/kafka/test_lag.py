"""Lag, told from librdkafka's statistics."""

import json
from typing import Any

from todo_runtime.kafka import lag
from todo_runtime.telemetry.metrics import REGISTRY


def partition(number: int, *, end: int, committed: int, taken: int, state: str = "active") -> dict[str, Any]:
    return {
        "partition": number,
        "fetch_state": state,
        "lo_offset": 4,
        "hi_offset": end,
        "committed_offset": committed,
        "app_offset": taken,
    }


def statistics(*partitions: dict[str, Any]) -> dict[str, Any]:
    return {"topics": {"task-events": {"partitions": {str(one["partition"]): one for one in partitions}}}}


def test_what_is_not_committed_or_not_taken_is_behind() -> None:
    found = statistics(
        partition(0, end=100, committed=90, taken=95),
        partition(1, end=50, committed=50, taken=50),
    )
    assert lag.lags(found, lag.COMMITTED, {}) == {"task-events": 10}
    assert lag.lags(found, lag.TAKEN, {}) == {"task-events": 5}


def test_a_group_that_never_committed_has_everything_before_it() -> None:
    assert lag.lags(statistics(partition(0, end=100, committed=-1001, taken=-1001)), lag.COMMITTED, {}) == {
        "task-events": 96
    }


def test_what_lies_before_its_beginning_is_no_lag_of_a_client_that_has_moved_nothing_yet() -> None:
    found = statistics(
        partition(0, end=100, committed=-1001, taken=-1001),
        partition(1, end=50, committed=-1001, taken=-1001),
        partition(2, end=60, committed=58, taken=58),
    )
    begun = {("task-events", 0): 100, ("task-events", 1): 20, ("task-events", 2): 10}
    assert lag.lags(found, lag.COMMITTED, begun) == {"task-events": 32}
    assert lag.lags(found, lag.TAKEN, begun) == {"task-events": 32}


def test_partitions_of_others_and_unknown_ends_are_no_lag() -> None:
    found = statistics(
        partition(0, end=100, committed=-1001, taken=-1001, state="none"),
        partition(1, end=-1001, committed=3, taken=3),
        partition(-1, end=0, committed=-1001, taken=-1001),
    )
    assert lag.lags(found, lag.COMMITTED, {}) == {"task-events": 0}


def test_the_metric_follows() -> None:
    observe = lag.observer("somebody", lag.COMMITTED, {})
    for committed, behind in ((60, 40), (100, 0)):
        observe(json.dumps(statistics(partition(0, end=100, committed=committed, taken=100))))
        labels = {"consumer": "somebody", "topic": "task-events"}
        assert REGISTRY.get_sample_value("todo_consumer_lag_messages", labels) == behind
