"""Classifying sequence numbers: every event counts once, however Kafka repeats or reorders them."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.inbox import HighWaterMarks, Verdict

KEY = UUID(int=1)
TOPIC = "task-events"


def marks(before: int = 0, gaps: tuple[int, ...] = ()) -> HighWaterMarks:
    return HighWaterMarks({(TOPIC, KEY): before}, {(TOPIC, KEY, sequence) for sequence in gaps})


def test_the_next_number_is_processed_and_moves_the_mark() -> None:
    high_water = marks(before=4)
    assert high_water.classify(TOPIC, KEY, 5) is Verdict.NEXT
    assert high_water.now == {(TOPIC, KEY): 5}


def test_a_number_below_the_mark_is_a_duplicate() -> None:
    assert marks(before=4).classify(TOPIC, KEY, 4) is Verdict.DUPLICATE


def test_a_recorded_gap_is_filled_once() -> None:
    high_water = marks(before=9, gaps=(3,))
    assert high_water.classify(TOPIC, KEY, 3) is Verdict.REDELIVERED_GAP
    assert high_water.classify(TOPIC, KEY, 3) is Verdict.DUPLICATE


def test_a_late_event_fills_its_gap() -> None:
    high_water = marks(before=1)
    assert high_water.classify(TOPIC, KEY, 4) is Verdict.GAP
    assert [high_water.classify(TOPIC, KEY, late) for late in (2, 3)] == [
        Verdict.REDELIVERED_GAP,
        Verdict.REDELIVERED_GAP,
    ]


def test_a_forged_number_far_ahead_does_not_make_duplicates_of_the_real_ones() -> None:
    high_water = marks(before=1)
    assert high_water.classify(TOPIC, KEY, 10**12) is Verdict.IMPLAUSIBLE
    assert high_water.classify(TOPIC, KEY, 2) is Verdict.NEXT


def test_a_stream_that_is_new_here_may_start_at_any_number() -> None:
    assert marks().classify(TOPIC, KEY, 10**6) is Verdict.GAP


def test_a_dead_letter_leaves_a_gap() -> None:
    high_water = marks(before=1)
    high_water.classify(TOPIC, KEY, 2)
    high_water.add_gap(TOPIC, KEY, 2)
    assert high_water.classify(TOPIC, KEY, 2) is Verdict.REDELIVERED_GAP


@given(st.lists(st.integers(1, 30), max_size=100))
def test_every_number_that_comes_is_processed_exactly_once_whatever_the_order(arrivals: list[int]) -> None:
    high_water = marks()
    processed = [n for n in arrivals if high_water.classify(TOPIC, KEY, n) is not Verdict.DUPLICATE]
    assert sorted(processed) == sorted(set(arrivals))
