"""A filter's text as tokens, each with its position."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from services.chat_api.tasks.filtering.problems import problem

Kind = Literal["(", ")", "comparator", "minus", "AND", "OR", "NOT", "text", "string", "end"]

_BLANK = re.compile(r"\s+")
_COMPARATOR = re.compile(r"<=|>=|!=|[<>=:]")
_CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
_TEXT = re.compile(rf"\d{{4}}-\d\d-\d\dT{_CLOCK}(?:Z|[+-]\d\d:\d\d)?|{_CLOCK}(?![^\s()])|[^\s()<>=!:\"']+")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_KEYWORDS: dict[str, Kind] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the value of a string without its quotes; `position` counts characters from 1."""

    kind: Kind
    text: str
    position: int


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens of a filter, with one for its end. Raises InvalidArgument."""
    index = 0
    while index < len(text):
        if blank := _BLANK.match(text, index):
            index = blank.end()
            continue
        token, index = _next(text, index)
        yield token
    yield Token("end", "", len(text) + 1)


def _next(text: str, index: int) -> tuple[Token, int]:
    position = index + 1
    sign = text[index]
    if sign == "(":
        return Token("(", sign, position), position
    if sign == ")":
        return Token(")", sign, position), position
    if sign in "\"'":
        return _string(text, index)
    if comparator := _COMPARATOR.match(text, index):
        return Token("comparator", comparator[0], position), comparator.end()
    if sign == "-" and index + 1 < len(text) and not text[index + 1].isspace():
        return Token("minus", sign, position), position
    if word := _TEXT.match(text, index):
        return Token(_KEYWORDS.get(word[0], "text"), word[0], position), word.end()
    raise problem(position, f"{sign!r} has no meaning here.")


def _string(text: str, index: int) -> tuple[Token, int]:
    found = _STRING.match(text, index)
    if found is None:
        raise problem(index + 1, "this string has no end.")
    inside = found[1] if found[1] is not None else found[2]
    return Token("string", _ESCAPE.sub(r"\1", inside), index + 1), found.end()
