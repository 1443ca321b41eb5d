"""Cursors: what was encoded comes back, and nothing else is taken for one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sync.domain.cursor import LOST, UNKNOWN, MalformedCursor, decode, encode

NUMBERS = st.lists(st.integers(min_value=0, max_value=2**63 - 1), min_size=1, max_size=3)


@given(NUMBERS)
def test_a_cursor_says_what_was_put_into_it(numbers: list[int]) -> None:
    assert decode(encode(numbers), len(numbers)) == tuple(numbers)


def test_whoever_did_not_know_where_it_was_is_lost() -> None:
    assert decode(encode([7, UNKNOWN]), 2) == (7, LOST)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.", "1.x", "2.1.1", "1.1", "1.1.1.1", "1.-1.1", "1.1.99999999999999999999", " 1.1.1", "1.\u0661.1"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(MalformedCursor):
        decode(text, 2)


@given(st.text(max_size=20))
def test_no_text_does_harm(text: str) -> None:
    with contextlib.suppress(MalformedCursor):
        assert len(decode(text, 2)) == 2
