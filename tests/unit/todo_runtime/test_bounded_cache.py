"""A bounded cache: who is evicted, and when a value is too old."""

from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.bounded_cache import BoundedCache


class Watch:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_value_that_was_not_used_for_longest_is_evicted() -> None:
    cache = BoundedCache[str, int](2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


@given(st.lists(st.integers(0, 20)), st.integers(1, 5))
def test_it_never_holds_more_than_its_size_and_always_what_came_last(keys: list[int], size: int) -> None:
    cache = BoundedCache[int, int](size)
    for key in keys:
        cache.put(key, -key)
        assert cache.get(key) == -key
        assert len(cache) <= size


def test_a_value_that_is_too_old_is_not_there() -> None:
    watch = Watch()
    cache = BoundedCache[str, int](10, max_age=2.0, clock=watch)
    cache.put("a", 1)
    watch.now += 1.9
    assert cache.get("a") == 1
    watch.now += 0.1
    assert cache.get("a") is None
    assert len(cache) == 0


def test_a_value_is_as_old_as_what_it_was_read_from() -> None:
    watch = Watch()
    cache = BoundedCache[str, int](10, max_age=2.0, clock=watch)
    cache.put("a", 1, as_of=watch.now - 1.5)
    watch.now += 0.5
    assert cache.get("a") is None


def test_what_is_evicted_is_gone_and_the_rest_is_not() -> None:
    cache = BoundedCache[str, int](10)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.evict("a", "never there")
    assert cache.items() == [("b", 2)]
