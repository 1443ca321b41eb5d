"""What the engine is given of a record: the fields that expressions name, each as a variable of its own.

The engine takes most of its time to copy values into its own, texts above all. So where an expression asks only whether
a value is null, whether it is a certain text, how long it is, or whether it names a time zone, the variable is the
answer instead of the value. What an expression means stays the same, errors included: a field of a record that is
null is an unknown variable.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from todo_runtime.time_zones import is_time_zone
from todo_runtime.wire.cel_text import Chain, InvalidRule, chains_of, tokens_of


def _is_time_zone(name: Any) -> bool | None:
    """Neither true nor false for what is no text: the engine would log an error of a function."""
    return is_time_zone(name) if isinstance(name, str) else None


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"isTimeZone": _is_time_zone}
"""What expressions may call beyond the language's own functions."""

Values = dict[str, Any]

_PLAIN_TEXT = re.compile(r""""[^"\\]*"|'[^'\\]*'""")
# Signs that bind less than a comparison, or nothing: what lies between two of them is a whole operand.
_OPEN = (None, "(", "[", "{", "&&", "||", "?", ":", ",")
_CLOSED = (None, ")", "]", "}", "&&", "||", "?", ":", ",")


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a value becomes a variable: `of` it, or `null` when it is null; without `null` there is no variable then."""

    of: Callable[[Any], Any] | None
    null: tuple[Any, ...] = ()


_WHOLE = _Reading(None, (None,))
_GIVEN = _Reading(lambda _: True, (None,))
# `size` counts characters of a text and items of a list, as Python does.
_ANSWERED = {"size": _Reading(len), "isTimeZone": _Reading(_is_time_zone, (None,))}


@cache
def _is_text(text: str) -> _Reading:
    return _Reading(partial(operator.eq, text), (False,))


@dataclass
class _Node:
    """What is read of one record: its fields, and the records in it. `absent` stands for a record that is null."""

    leaves: list[tuple[str, str, Callable[[Any], Any] | None, tuple[Any, ...]]] = field(default_factory=list)
    children: dict[str, "_Node"] = field(default_factory=dict)
    absent: Values = field(default_factory=dict)


class Projection:
    """The variables that some expressions need, and how they are read from a record."""

    def __init__(self) -> None:
        self._root = _Node()
        self._variables: dict[tuple[tuple[str, ...], _Reading, bool], str] = {}

    def of(self, record: Any) -> Values:
        """The variables. Raises KeyError or TypeError for what is no record of the schema."""
        values: Values = {}
        _fill(values, self._root, record)
        return values

    def rewritten(self, cel: str, prefix: tuple[str, ...]) -> str:
        """The expression over variables, where `this` is the record at a prefix. Raises InvalidRule."""
        tokens = tokens_of(cel)
        for chain in reversed(list(chains_of(tokens, ("this",)))):
            if not chain.fields:
                raise InvalidRule("it uses `this` without a field of it")
            reading, start, end, before = _reading(tokens, chain)
            tokens[start:end] = [*before, self._variable((*prefix, *chain.fields), reading)]
        return " ".join(tokens)

    def guarded(self, rewritten: str, prefix: tuple[str, ...]) -> str:
        """The same, and true where the record at the prefix is null."""
        # Not `||`, which would turn a value that is no truth into an error without a cause.
        return f"{self._variable(prefix, _GIVEN, guard=True)} == null ? true : ({rewritten})" if prefix else rewritten

    def _variable(self, fields: tuple[str, ...], reading: _Reading, *, guard: bool = False) -> str:
        key = (fields, reading, guard)
        if key not in self._variables:
            name = f"this_{len(self._variables)}"
            self._variables[key] = name
            node = self._root
            for outer in fields[:-1]:
                node = node.children.setdefault(outer, _Node())
                if guard:
                    node.absent[name] = None
            node.leaves.append((fields[-1], name, reading.of, reading.null))
        return self._variables[key]


def _fill(values: Values, node: _Node, record: Any) -> None:
    for name, variable, of, null in node.leaves:
        value = record[name]
        if value is not None:
            values[variable] = value if of is None else of(value)
        elif null:
            values[variable] = null[0]
    for name, child in node.children.items():
        inner = record[name]
        if inner is None:
            values.update(child.absent)
        else:
            _fill(values, child, inner)


def _reading(tokens: Sequence[str], chain: Chain) -> tuple[_Reading, int, int, tuple[str, ...]]:
    """How a field is read here, which tokens the variable takes the place of, and what stands before it."""
    start, end = chain.start, chain.end
    if _token(tokens, start - 1) in _OPEN and _token(tokens, end + 2) in _CLOSED:
        sign, other = _token(tokens, end), _token(tokens, end + 1)
        if sign in ("==", "!=") and other == "null":
            return _GIVEN, start, end, ()
        if sign in ("==", "!=") and _PLAIN_TEXT.fullmatch(other or ""):
            return _is_text(str(other)[1:-1]), start, end + 2, () if sign == "==" else ("!",)
    before, called = tokens[max(start - 3, 0) : start - 2], _token(tokens, start - 2)
    if called in _ANSWERED and before != ["."] and _token(tokens, start - 1) == "(" and _token(tokens, end) == ")":
        return _ANSWERED[called], start - 2, end + 1, ()
    return _WHOLE, start, end, ()


def _token(tokens: Sequence[str], place: int) -> str | None:
    return tokens[place] if 0 <= place < len(tokens) else None
