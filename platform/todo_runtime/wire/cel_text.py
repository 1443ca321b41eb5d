"""Splits a CEL expression into tokens and finds the fields that it names.

It knows just enough of the grammar (https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax) to find
names such as `this.task.due`; the engine does the parsing.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
      | (?P<text>[bB]?[rR][bB]?(?:"[^"\n]*"|'[^'\n]*')|[bB]?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
      | (?P<number>\d[\w.]*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign>==|!=|<=|>=|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z_]\w*")


class InvalidRule(Exception):
    """The text of a rule is not valid; the message says where."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of field accesses such as `this.task.due`: the tokens from `start` up to `end`.

    A method that is called on it is not part of it: in `this.tags.all(` the only field is `tags`.
    """

    root: str
    fields: tuple[str, ...]
    start: int
    end: int


def tokens_of(cel: str) -> list[str]:
    """The tokens, without white space and comments. Joined by spaces, they mean the same as the expression."""
    return [match.group() for match in _TOKEN.finditer(cel) if match.lastgroup != "space"]


def chains_of(tokens: Sequence[str], roots: Collection[str]) -> Iterator[Chain]:
    """The chains that start with one of `roots`, which may grow during the iteration."""
    index = 0
    while index < len(tokens):
        if tokens[index] in roots and (index == 0 or tokens[index - 1] != "."):
            chain = _chain_at(tokens, index)
            yield chain
            index = chain.end
        else:
            index += 1


def _chain_at(tokens: Sequence[str], start: int) -> Chain:
    end = start + 1
    while end + 1 < len(tokens) and tokens[end] == "." and _WORD.fullmatch(tokens[end + 1]):
        if tokens[end + 2 : end + 3] == ["("]:
            break
        end += 2
    return Chain(tokens[start], tuple(tokens[start + 2 : end : 2]), start, end)
