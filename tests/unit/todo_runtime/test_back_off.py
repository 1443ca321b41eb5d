"""Back-off: growing, bounded, and not the same for everybody."""

from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.back_off import BackOff


def test_without_jitter_pauses_double_up_to_the_longest_and_begin_again_after_a_success() -> None:
    back_off = BackOff(0.1, 1.0, jitter=0)
    assert [back_off.next_pause() for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    back_off.reset()
    assert back_off.next_pause() == 0.1


@given(st.floats(0, 1), st.integers(1, 2_000))
def test_a_pause_is_never_longer_than_the_longest_nor_shorter_than_the_jitter_allows(jitter: float, count: int) -> None:
    back_off = BackOff(0.5, 8.0, jitter=jitter)
    assert all(0.5 * (1 - jitter) <= back_off.next_pause() <= 8.0 for _ in range(count))


def test_two_who_wait_do_not_wait_equally_long() -> None:
    assert len({BackOff(1.0, 1.0).next_pause() for _ in range(20)}) > 10
