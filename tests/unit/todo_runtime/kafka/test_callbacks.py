"""Callbacks of the Kafka client that fail."""

import pytest
from todo_runtime.kafka.callbacks import Failures


def failing(reason: str) -> None:
    raise ValueError(reason)


def test_the_first_failure_is_raised_once() -> None:
    failures = Failures()
    call = failures.catch(failing)
    call("first")
    call("second")
    with pytest.raises(ValueError, match="first"):
        failures.raise_first()
    failures.raise_first()


def test_a_callback_that_does_not_fail_is_just_called() -> None:
    failures, seen = Failures(), list[int]()
    failures.catch(seen.append)(1)
    failures.raise_first()
    assert seen == [1]
