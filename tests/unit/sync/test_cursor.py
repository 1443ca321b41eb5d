"""Cursors: every position survives encoding, and nothing else is accepted."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sync.domain.cursor import LOST, UNKNOWN, MalformedCursor, decode, encode

POSITIONS = st.lists(st.integers(min_value=0, max_value=2**63 - 1), min_size=1, max_size=3)


@given(POSITIONS)
def test_a_position_survives_encoding(position: list[int]) -> None:
    assert decode(encode(position), len(position)) == tuple(position)


def test_an_unknown_position_is_lost() -> None:
    assert decode(encode([7, UNKNOWN]), 2) == (7, LOST)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.", "1.x", "2.1.1", "1.1", "1.1.1.1", "1.-1.1", "1.1.99999999999999999999", " 1.1.1", "1.\u0661.1"],
)
def test_malformed_cursors_are_refused(text: str) -> None:
    with pytest.raises(MalformedCursor):
        decode(text, 2)


@given(st.text(max_size=20))
def test_any_text_is_decoded_or_refused(text: str) -> None:
    with contextlib.suppress(MalformedCursor):
        assert len(decode(text, 2)) == 2
