"""A reorder buffer returns items in sequence, each once, whatever comes in."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from services.sync.domain.reorder_buffer import MAX_PENDING, ReorderBuffer, Sequenced


@dataclass(frozen=True)
class Item:
    size: int = 10


def item(sequence: int) -> Sequenced[Item]:
    return Sequenced(sequence, Item())


def sequences(items: list[Sequenced[Item]]) -> list[int]:
    return [item.sequence for item in items]


@given(st.permutations(range(1, 9)), st.lists(st.integers(min_value=1, max_value=8), max_size=5))
def test_items_leave_in_order_and_complete(arrivals: list[int], again: list[int]) -> None:
    buffer: ReorderBuffer[Item] = ReorderBuffer(0)
    out = [number for arrival in [*arrivals, *again] for number in sequences(buffer.accept(item(arrival)))]
    assert out == list(range(1, 9))
    assert buffer.gap is None


@given(st.lists(st.integers(min_value=1, max_value=20), max_size=20))
def test_nothing_leaves_after_a_gap(arrivals: list[int]) -> None:
    buffer: ReorderBuffer[Item] = ReorderBuffer(0)
    out = [number for arrival in arrivals for number in sequences(buffer.accept(item(arrival)))]
    assert out == list(range(1, len(out) + 1))
    if buffer.gap is not None:
        assert set(buffer.gap).isdisjoint(arrivals)
        assert buffer.gap.stop in arrivals


def test_the_first_item_sets_an_unknown_position() -> None:
    buffer: ReorderBuffer[Item] = ReorderBuffer()
    assert buffer.gap is None
    assert sequences(buffer.accept(item(7))) == [7]
    assert buffer.last == 7


def test_a_gap_can_be_skipped() -> None:
    buffer: ReorderBuffer[Item] = ReorderBuffer(3)
    for number in (6, 7, 9):
        assert buffer.accept(item(number)) == []
    assert buffer.gap == range(4, 6)
    buffer.skip_gap()
    assert buffer.last == 5
    assert buffer.since(3) is None
    assert sequences(buffer.advance()) == [6, 7]
    assert buffer.gap == range(8, 9)


def test_items_that_left_are_retained_up_to_a_bound() -> None:
    buffer: ReorderBuffer[Item] = ReorderBuffer(0, retain=3)
    for number in range(1, 6):
        buffer.accept(item(number))
    assert sequences(buffer.since(2) or []) == [3, 4, 5]
    assert buffer.since(5) == []
    assert buffer.since(1) is None
    assert buffer.since(6) is None
    assert buffer.first_retained == 3
    assert buffer.size == 3 * item(1).size
    assert buffer.evict() == 3 * item(1).size
    assert (buffer.size, buffer.since(4), buffer.since(5)) == (0, None, [])


def test_too_many_pending_items_overflow() -> None:
    buffer: ReorderBuffer[Item] = ReorderBuffer(0)
    for number in range(2, MAX_PENDING + 3):
        buffer.accept(item(number))
    assert buffer.overflows
