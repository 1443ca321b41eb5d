"""Tries a property on generated inputs, always the same ones, and says what is the smallest that breaks it."""

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

T = TypeVar("T")


def smallest_failure(
    inputs: st.SearchStrategy[T], check: Callable[[T], str], show: Callable[[T], str], count: int
) -> str:
    """What is wrong with the smallest input that `check` has words about, and the input; empty when there is none."""
    found: list[tuple[str, T]] = []

    def prove(value: T) -> None:
        if words := check(value):
            found.append((words, value))
            raise AssertionError(words)

    quiet = settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    try:
        _run(quiet(given(inputs)(prove)))
    except AssertionError:
        # Hypothesis ends with its smallest.
        words, value = found[-1]
        return f"{words}, for {show(value)}"
    return ""


def _run(proof: Any) -> None:
    proof()
