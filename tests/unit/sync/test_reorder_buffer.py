"""A track brings numbers out in order, each once, whatever comes in."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from services.sync.domain.reorder_buffer import MAX_WAITING, Numbered, Track


@dataclass(frozen=True)
class Item:
    size: int = 10


def numbered(number: int) -> Numbered[Item]:
    return Numbered(number, Item())


def numbers(out: list[Numbered[Item]]) -> list[int]:
    return [one.number for one in out]


@given(st.permutations(range(1, 9)), st.lists(st.integers(min_value=1, max_value=8), max_size=5))
def test_what_comes_out_is_in_order_and_complete(arrivals: list[int], again: list[int]) -> None:
    track: Track[Item] = Track(0)
    out = [number for arrival in [*arrivals, *again] for number in numbers(track.accept(numbered(arrival)))]
    assert out == list(range(1, 9))
    assert track.missing is None


@given(st.lists(st.integers(min_value=1, max_value=20), max_size=20))
def test_nothing_comes_out_behind_a_hole(arrivals: list[int]) -> None:
    track: Track[Item] = Track(0)
    out = [number for arrival in arrivals for number in numbers(track.accept(numbered(arrival)))]
    assert out == list(range(1, len(out) + 1))
    if track.missing is not None:
        assert set(track.missing).isdisjoint(arrivals)
        assert track.missing.stop in arrivals


def test_the_first_number_says_where_an_unknown_track_is() -> None:
    track: Track[Item] = Track()
    assert track.missing is None
    assert numbers(track.accept(numbered(7))) == [7]
    assert track.last == 7


def test_what_is_missing_can_be_left_out() -> None:
    track: Track[Item] = Track(3)
    for number in (6, 7, 9):
        assert track.accept(numbered(number)) == []
    assert track.missing == range(4, 6)
    track.skip()
    assert track.last == 5
    assert track.since(3) is None
    assert numbers(track.advance()) == [6, 7]
    assert track.missing == range(8, 9)


def test_what_came_out_is_kept_for_those_who_come_back() -> None:
    track: Track[Item] = Track(0, keep=3)
    for number in range(1, 6):
        track.accept(numbered(number))
    assert numbers(track.since(2) or []) == [3, 4, 5]
    assert track.since(5) == []
    assert track.since(1) is None
    assert track.since(6) is None
    assert track.first_kept == 3
    assert track.size == 3 * numbered(1).size
    assert track.forget() == 3 * numbered(1).size
    assert (track.size, track.since(4), track.since(5)) == (0, None, [])


def test_too_much_that_waits_shows() -> None:
    track: Track[Item] = Track(0)
    for number in range(2, MAX_WAITING + 3):
        track.accept(numbered(number))
    assert track.overflows
