"""Numbers as people write them: digits, words, ordinals."""

import re

from services.chat_api.chat.interpreter.words import Words

_CARDINALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ORDINALS = (
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)
_CARDINAL = {word: value for value, word in enumerate(_CARDINALS)}
_ORDINAL = {word: value for value, word in enumerate(_ORDINALS)}
_ORDINAL_DIGITS = re.compile(r"^([0-9]{1,3})(?:st|nd|rd|th)$")
_DIGITS = re.compile(r"^[0-9]{1,6}$")


def parse_cardinal(key: str) -> int | None:
    """The value of "3" or "three"; None for anything else."""
    if _DIGITS.match(key):
        return int(key)
    return _CARDINAL.get(key)


def parse_ordinal(key: str) -> int | None:
    """The value of "3rd" or "third"; None for anything else."""
    digits = _ORDINAL_DIGITS.match(key)
    return int(digits[1]) if digits else _ORDINAL.get(key)


def parse_quantity(words: Words, at: int) -> tuple[float, int] | None:
    """A number of units at an index and the index after it: "3", "three", "a", "an", "half an", "a couple of"."""
    for phrase, value in _PHRASES:
        if words.starts(phrase, at):
            return value, at + len(phrase)
    value_here = parse_cardinal(words.key(at))
    return None if value_here is None else (float(value_here), at + 1)


_PHRASES: tuple[tuple[tuple[str, ...], float], ...] = (
    (("half", "an"), 0.5),
    (("half", "a"), 0.5),
    (("a", "couple", "of"), 2.0),
    (("a", "few"), 3.0),
    (("a",), 1.0),
    (("an",), 1.0),
    (("one",), 1.0),
)
