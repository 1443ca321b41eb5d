"""The order by hand: positions are strings that are compared byte by byte, and between two there is always a third.

So a task moves without its neighbours being written. A position is read as digits of base 36 after a point; one that
is made here never ends in `0`, since nothing would fit between it and the same without the `0`.
Idea: David Greenspan, "Implementing Fractional Indexing", https://observablehq.com/@dgreensp/implementing-fractional-indexing

Halving what is between two takes a digit more every five times, also where a person puts one thing after another in
front of all others. So a step away from the longer of the two, which is the newer one, is small: it leaves room for
those that are moved there later.
"""

from uuid import UUID

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_ORDERED = 24
"""Hexadecimal digits of an id that are its time; the others are random."""
_MORE = 6
"""Digits that are added where nothing is left between two."""
_STEP = 1_024
"""The part of what is left that a small step takes: some 20,000 of them fit into the digits that are added."""
MAX_LENGTH = 2_000
"""Digits of a position, as in todo/task/v1/task.proto: an index of the database takes no more than 2,700."""


def position_of(id_: UUID) -> str:
    """The position after all older tasks: it grows with the time-ordered id, down to the last bit of its counter."""
    return f"a{id_.hex[:_ORDERED]}8"


def at_the_end(before: str, id_: UUID) -> str:
    """A position after `before`, which is the last one, and before tasks that are created later than `id_`."""
    fresh = position_of(id_)
    return fresh if before < fresh else between(before, None)


def between(before: str, after: str | None) -> str:
    """A position after `before` (empty: the first) and, unless it is None, before `after`.

    Raises ValueError when there is none: `after` does not come after `before`, or only by zeros at its end.
    """
    length = max(len(before), len(after or ""))
    low, high = _number(before, length), _BASE**length if after is None else _number(after, length)
    if high <= low:
        raise ValueError(f"there is nothing between {before!r} and {after!r}")
    if high - low == 1:
        low, high, length = low * _BASE**_MORE, high * _BASE**_MORE, length + _MORE
        return _text((low + high) // 2 + 1, length)
    found = low + _step(high - low, len(before) - len(after or ""))
    return _text(found + 1 if found % _BASE == 0 and found + 1 < high else found, length)


def _step(room: int, longer: int) -> int:
    """How far from the lower one: half of the way, or a little from the longer one. `longer` says by how much it is."""
    if longer == 0:
        return room // 2
    little = max(1, room // _STEP)
    return little if longer > 0 else room - little


def _number(position: str, length: int) -> int:
    zeros = length - len(position)
    return int(f"{position}{'0' * zeros}" or "0", _BASE)


def _text(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits)).rstrip("0")
