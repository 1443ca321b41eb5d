"""The order by hand: positions are strings that are compared byte by byte, and between two there is always a third.

So a task moves without its neighbours being written. A position is read as digits of base 36 after a point; one that
is made here never ends in `0`, since nothing would fit between it and the same without the `0`.
Idea: David Greenspan, "Implementing Fractional Indexing", https://observablehq.com/@dgreensp/implementing-fractional-indexing
"""

from uuid import UUID

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_ORDERED = 24
"""Hexadecimal digits of an id that tell its place in time; the others are random."""


def position_of(id_: UUID) -> str:
    """The place behind all older tasks: it grows with the time-ordered id, down to the last bit of its counter."""
    return f"a{id_.hex[:_ORDERED]}8"


def at_the_end(before: str, id_: UUID) -> str:
    """A position behind `before`, which is the last one, and in front of tasks that are made later than `id_`."""
    fresh = position_of(id_)
    return fresh if before < fresh else between(before, None)


def between(before: str, after: str | None) -> str:
    """A position behind `before` (empty: behind nothing) and, unless it is None, in front of `after`.

    Raises ValueError when there is none: `after` is not behind `before`, or is it with nothing but zeros added.
    """
    if after is not None and (after <= before or (after.startswith(before) and not after[len(before) :].strip("0"))):
        raise ValueError(f"there is nothing between {before!r} and {after!r}")
    same = _common(before, after)
    return before[:same] + _differing(before[same:], None if after is None else after[same:])


def _differing(before: str, after: str | None) -> str:
    """The same, for two that differ in their first digit; `before` may be over."""
    low = _DIGITS.index(before[0]) if before else 0
    high = _BASE if after is None else _DIGITS.index(after[0])
    if high - low > 1:
        return _DIGITS[(low + high) // 2]
    if before:
        return before[0] + _behind(before[1:])
    if high == 1:
        return "0" + _behind("")
    assert after is not None  # noqa: S101 - high is 0, so there is one
    return "0" + between("", after[1:])


def _behind(before: str) -> str:
    """A position behind one, in front of nothing."""
    for place, digit in enumerate(before):
        low = _DIGITS.index(digit)
        if low < _BASE - 1:
            return before[:place] + _DIGITS[(low + _BASE) // 2]
    return before + _DIGITS[_BASE // 2]


def _common(before: str, after: str | None) -> int:
    pairs = zip(before, after or "", strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after or "")))
