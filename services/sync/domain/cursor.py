"""Cursors: a client's position in a stream, as text that the client keeps and sends back.

A stream is fed by one or more topics, each with its own sequence. A position holds one sequence number for each topic,
in a fixed order. `UNKNOWN` stands for a number that is not known yet, `LOST` for a client that has to read everything
again.
"""

import re
from collections.abc import Sequence
from typing import Final

UNKNOWN: Final = -1
LOST: Final = -2

_PATTERN: Final = re.compile(r"1(\.(?:[0-9]{1,19}|u))+")
_MAX_SEQUENCE: Final = 2**63 - 1


class MalformedCursor(ValueError):
    """The text is not a cursor of this stream."""


def encode(position: Sequence[int]) -> str:
    """The cursor of a position."""
    return ".".join(["1", *("u" if sequence < 0 else str(sequence) for sequence in position)])


def decode(text: str, topics: int) -> tuple[int, ...]:
    """The position in a stream of so many topics; `LOST` where the sequence was unknown. Raises MalformedCursor."""
    if _PATTERN.fullmatch(text) is None:
        raise MalformedCursor("The text is not a cursor.")
    position = tuple(LOST if part == "u" else int(part) for part in text.split(".")[1:])
    if len(position) != topics or max(position) > _MAX_SEQUENCE:
        raise MalformedCursor("The cursor belongs to another stream.")
    return position
