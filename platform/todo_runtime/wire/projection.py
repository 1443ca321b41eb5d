"""What the engine receives of a record: the fields that expressions name, each as a separate variable.

The engine spends most of its time on converting values, strings above all. So where an expression only asks whether a
value is null, equals a constant string, how long it is, or whether it names a time zone, the variable holds the answer
instead of the value. An expression keeps its meaning, errors included: a field of a null record is an unknown variable.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from todo_calendar.time_zones import is_time_zone

from todo_runtime.wire.cel_text import Chain, InvalidRule, chains_of, tokens_of


def _is_time_zone(name: Any) -> bool | None:
    """None for a value that is not a string: the engine would log an error raised by a function."""
    return is_time_zone(name) if isinstance(name, str) else None


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"isTimeZone": _is_time_zone}
"""The functions that expressions may call besides those of the language."""

Values = dict[str, Any]

_PLAIN_TEXT = re.compile(r""""[^"\\]*"|'[^'\\]*'""")
# Tokens that bind weaker than a comparison, or the end: what lies between two of them is a whole operand.
_OPEN = (None, "(", "[", "{", "&&", "||", "?", ":", ",")
_CLOSED = (None, ")", "]", "}", "&&", "||", "?", ":", ",")


@dataclass(frozen=True, slots=True)
class _Extraction:
    """How a value becomes a variable: `of` the value, or `null` if it is null; if `null` is empty, none is set."""

    of: Callable[[Any], Any] | None
    null: tuple[Any, ...] = ()


_WHOLE = _Extraction(None, (None,))
_GIVEN = _Extraction(lambda _: True, (None,))
# `size` counts characters of a text and items of a list, as Python does.
_COMPUTED = {"size": _Extraction(len), "isTimeZone": _Extraction(_is_time_zone, (None,))}


@cache
def _is_text(text: str) -> _Extraction:
    return _Extraction(partial(operator.eq, text), (False,))


@dataclass
class _Node:
    """What is read from one record: its fields and the records in it. `absent` has the variables of a null record."""

    leaves: list[tuple[str, str, Callable[[Any], Any] | None, tuple[Any, ...]]] = field(default_factory=list)
    children: dict[str, "_Node"] = field(default_factory=dict)
    absent: Values = field(default_factory=dict)


class Projection:
    """The variables that some expressions need, and how to read them from a record."""

    def __init__(self) -> None:
        self._root = _Node()
        self._variables: dict[tuple[tuple[str, ...], _Extraction, bool], str] = {}

    def of(self, record: Any) -> Values:
        """The variables of a record. Raises KeyError or TypeError if it does not match the schema."""
        values: Values = {}
        _fill(values, self._root, record)
        return values

    def rewritten(self, cel: str, prefix: tuple[str, ...]) -> str:
        """Rewrites an expression to use variables; `this` is the record at the prefix. Raises InvalidRule."""
        tokens = tokens_of(cel)
        for chain in reversed(list(chains_of(tokens, ("this",)))):
            if not chain.fields:
                raise InvalidRule("it uses `this` without a field")
            extraction, start, end, before = _extraction(tokens, chain)
            tokens[start:end] = [*before, self._variable((*prefix, *chain.fields), extraction)]
        return " ".join(tokens)

    def guarded(self, rewritten: str, prefix: tuple[str, ...]) -> str:
        """The rewritten expression, or true if the record at the prefix is null."""
        # Not `||`: it would turn a value that is not a boolean into an error without a cause.
        return f"{self._variable(prefix, _GIVEN, guard=True)} == null ? true : ({rewritten})" if prefix else rewritten

    def _variable(self, fields: tuple[str, ...], extraction: _Extraction, *, guard: bool = False) -> str:
        key = (fields, extraction, guard)
        if key not in self._variables:
            name = f"this_{len(self._variables)}"
            self._variables[key] = name
            node = self._root
            for outer in fields[:-1]:
                node = node.children.setdefault(outer, _Node())
                if guard:
                    node.absent[name] = None
            node.leaves.append((fields[-1], name, extraction.of, extraction.null))
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


def _extraction(tokens: Sequence[str], chain: Chain) -> tuple[_Extraction, int, int, tuple[str, ...]]:
    """How a field is read here, which tokens the variable replaces, and the tokens to put before it."""
    start, end = chain.start, chain.end
    if _token(tokens, start - 1) in _OPEN and _token(tokens, end + 2) in _CLOSED:
        sign, other = _token(tokens, end), _token(tokens, end + 1)
        if sign in ("==", "!=") and other == "null":
            return _GIVEN, start, end, ()
        if sign in ("==", "!=") and _PLAIN_TEXT.fullmatch(other or ""):
            return _is_text(str(other)[1:-1]), start, end + 2, () if sign == "==" else ("!",)
    before, called = tokens[max(start - 3, 0) : start - 2], _token(tokens, start - 2)
    if called in _COMPUTED and before != ["."] and _token(tokens, start - 1) == "(" and _token(tokens, end) == ")":
        return _COMPUTED[called], start - 2, end + 1, ()
    return _WHOLE, start, end, ()


def _token(tokens: Sequence[str], index: int) -> str | None:
    return tokens[index] if 0 <= index < len(tokens) else None
