"""Identifiers: form, order, uniqueness."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122

import pytest
from todo_runtime.ids import Uuid7Source, uuid7


def test_the_form_is_version_7() -> None:
    made = uuid7()
    assert (made.version, made.variant) == (7, RFC_4122)


def test_it_begins_with_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = Uuid7Source()()
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_later_ones_are_greater() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_get_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: [uuid7() for _ in range(2_000)], range(8)))
    assert len({one for batch in batches for one in batch}) == 16_000


def test_a_clock_that_goes_back_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Uuid7Source()
    first = source()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert source() > first


def test_a_full_counter_borrows_from_the_next_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Uuid7Source()
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)
    source()
    source._counter = (1 << 42) - 2
    last, borrowed = source(), source()
    assert last < borrowed
    assert borrowed.int >> 80 == 6
