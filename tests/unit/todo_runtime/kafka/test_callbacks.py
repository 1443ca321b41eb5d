"""Callbacks of the Kafka client that fail."""

import pytest
from todo_runtime.kafka.callbacks import Failures


def failing(reason: str) -> None:
    raise ValueError(reason)


def test_a_failure_is_raised_once_when_it_is_asked_for() -> None:
    failures = Failures()
    call = failures.kept(failing)
    call("first")
    call("second")
    with pytest.raises(ValueError, match="first"):
        failures.raise_first()
    failures.raise_first()


def test_what_does_not_fail_is_called_as_it_is() -> None:
    failures, seen = Failures(), list[int]()
    failures.kept(seen.append)(1)
    failures.raise_first()
    assert seen == [1]
