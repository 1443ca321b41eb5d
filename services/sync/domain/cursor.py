"""Cursors: how far a client is in a stream, as text that it keeps and gives back.

A client's stream is fed by one or more topics, each with a sequence of its own; a cursor holds a number for each, in a
fixed order. A number that is not known yet is `UNKNOWN`, and `LOST` is the place of a client that has to read anew.
"""

import re
from collections.abc import Sequence
from typing import Final

UNKNOWN: Final = -1
LOST: Final = -2

_FORM: Final = re.compile(r"1(\.(?:[0-9]{1,19}|u))+")
_LARGEST: Final = 2**63 - 1


class MalformedCursor(ValueError):
    """The text is no cursor that this program made."""


def encode(numbers: Sequence[int]) -> str:
    """The text of a cursor."""
    return ".".join(["1", *("u" if number < 0 else str(number) for number in numbers)])


def decode(text: str, count: int) -> tuple[int, ...]:
    """The `count` numbers in a cursor; LOST for one that was not known. Raises MalformedCursor."""
    if _FORM.fullmatch(text) is None:
        raise MalformedCursor("this is no cursor")
    numbers = tuple(LOST if part == "u" else int(part) for part in text.split(".")[1:])
    if len(numbers) != count or max(numbers) > _LARGEST:
        raise MalformedCursor("this is the cursor of another stream")
    return numbers
