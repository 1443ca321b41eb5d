"""The text of a CEL expression as tokens, and the fields that it names.

It knows just enough of the grammar (https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax) to find
names such as `this.task.due`; the engine is the one that parses.
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
    """The text of a rule is not what it should be; the message says where."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Fields read one from another, as `this.task.due`: the tokens from `start` up to `end`.

    A method that is called on it does not belong to it: in `this.tags.all(` the fields are `tags`.
    """

    root: str
    fields: tuple[str, ...]
    start: int
    end: int


def tokens_of(cel: str) -> list[str]:
    """The tokens, without white space and comments. Joined by spaces, they mean the same."""
    return [match.group() for match in _TOKEN.finditer(cel) if match.lastgroup != "space"]


def chains_of(tokens: Sequence[str], roots: Collection[str]) -> Iterator[Chain]:
    """The chains that begin with one of `roots`, which may grow meanwhile."""
    place = 0
    while place < len(tokens):
        if tokens[place] in roots and (place == 0 or tokens[place - 1] != "."):
            chain = _chain_at(tokens, place)
            yield chain
            place = chain.end
        else:
            place += 1


def _chain_at(tokens: Sequence[str], start: int) -> Chain:
    end = start + 1
    while end + 1 < len(tokens) and tokens[end] == "." and _WORD.fullmatch(tokens[end + 1]):
        if tokens[end + 2 : end + 3] == ["("]:
            break
        end += 2
    return Chain(tokens[start], tuple(tokens[start + 2 : end : 2]), start, end)
