"""Positions: between any two there is a third, and it stays short."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from todo_runtime.ids import uuid7

from services.chat_api.tasks.domain.fractional_index import (
    at_the_end,
    between,
    position_of,
)

DIGITS = st.text("0123456789abcdefghijklmnopqrstuvwxyz", max_size=22)
MADE = DIGITS.filter(lambda text: not text.endswith("0"))


def test_tasks_that_are_made_at_once_have_places_of_their_own_in_their_order() -> None:
    places = [position_of(uuid7()) for _ in range(1_000)]
    assert sorted(set(places)) == places
    assert all(low < between(low, high) < high for low, high in pairwise(places))


def test_at_the_end_is_in_front_of_what_is_made_later() -> None:
    first, now, later = (uuid7() for _ in range(3))
    assert position_of(first) < at_the_end(position_of(first), now) < position_of(later)
    assert at_the_end("n", now) > "n"


@given(MADE, MADE | st.none())
def test_between_two_there_is_a_third_that_can_be_used_again(one: str, other: str | None) -> None:
    assume(one != other)
    low, high = (one, None) if other is None else (min(one, other), max(one, other))
    found = between(low, high)
    assert low < found
    assert high is None or found < high
    assert not found.endswith("0")


@given(DIGITS, DIGITS)
def test_also_between_those_that_were_not_made_here(one: str, other: str) -> None:
    low, high = sorted((one, other))
    if low == high or (high.startswith(low) and not high[len(low) :].strip("0")):
        with pytest.raises(ValueError, match="nothing between"):
            between(low, high)
    else:
        assert low < between(low, high) < high


@pytest.mark.parametrize("where", ["front", "back", "behind one", "behind the last one"])
def test_ten_thousand_moves_to_one_place_stay_short(where: str) -> None:
    low, high = position_of(UUID(int=1 << 100)), position_of(UUID(int=2 << 100))
    found = low if where == "back" else high
    for _ in range(10_000):
        match where:
            case "front":
                found = between("", found)
            case "back":
                found = between(found, None)
            case "behind one":
                found = high = between(low, high)
            case _:
                found = low = between(low, high)
    assert len(found) <= 40


def test_even_moves_to_and_fro_grow_it_by_a_third_of_a_digit_only() -> None:
    low, high = position_of(UUID(int=1 << 100)), position_of(UUID(int=2 << 100))
    for turn in range(1_000):
        found = between(low, high)
        low, high = (found, high) if turn % 2 else (low, found)
    assert len(high) < 30 + 1_000 / 3


def test_newer_tasks_come_behind_older_ones() -> None:
    assert position_of(UUID(int=1 << 64)) < position_of(UUID(int=1 << 65))
