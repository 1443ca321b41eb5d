"""The judgement of sequences: every event counts once, in whatever way Kafka repeats or reorders them."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.inbox import Marks, Verdict

KEY = UUID(int=1)
TOPIC = "task-events"


def marks(before: int = 0, holes: tuple[int, ...] = ()) -> Marks:
    return Marks({(TOPIC, KEY): before}, {(TOPIC, KEY, sequence) for sequence in holes})


def test_the_next_number_is_processed_and_moves_the_mark() -> None:
    judged = marks(before=4)
    assert judged.judge(TOPIC, KEY, 5) is Verdict.NEXT
    assert judged.now == {(TOPIC, KEY): 5}


def test_a_number_below_the_mark_is_a_duplicate() -> None:
    assert marks(before=4).judge(TOPIC, KEY, 4) is Verdict.DUPLICATE


def test_a_recorded_hole_is_filled_once() -> None:
    judged = marks(before=9, holes=(3,))
    assert judged.judge(TOPIC, KEY, 3) is Verdict.HOLE
    assert judged.judge(TOPIC, KEY, 3) is Verdict.DUPLICATE


def test_what_was_missing_is_accepted_when_it_comes_late() -> None:
    judged = marks(before=1)
    assert judged.judge(TOPIC, KEY, 4) is Verdict.GAP
    assert [judged.judge(TOPIC, KEY, late) for late in (2, 3)] == [Verdict.HOLE, Verdict.HOLE]


def test_a_forged_number_far_ahead_does_not_make_duplicates_of_the_real_ones() -> None:
    judged = marks(before=1)
    assert judged.judge(TOPIC, KEY, 10**12) is Verdict.LEAP
    assert judged.judge(TOPIC, KEY, 2) is Verdict.NEXT


def test_a_stream_that_is_new_here_may_begin_anywhere() -> None:
    assert marks().judge(TOPIC, KEY, 10**6) is Verdict.GAP


def test_a_dead_letter_leaves_a_hole() -> None:
    judged = marks(before=1)
    judged.judge(TOPIC, KEY, 2)
    judged.leave_hole(TOPIC, KEY, 2)
    assert judged.judge(TOPIC, KEY, 2) is Verdict.HOLE


@given(st.lists(st.integers(1, 30), max_size=100))
def test_every_number_that_comes_is_processed_exactly_once_whatever_the_order(arrivals: list[int]) -> None:
    judged = marks()
    processed = [n for n in arrivals if judged.judge(TOPIC, KEY, n) is not Verdict.DUPLICATE]
    assert sorted(processed) == sorted(set(arrivals))
