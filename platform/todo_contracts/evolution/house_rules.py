"""What this project refuses although a registry accepts it: the second verdict, stricter than compatibility.

A default that goes, a logical type that changes, a union in another order, an enum symbol that disappears and
text that becomes bytes all leave a schema compatible, and each of them gives somebody wrong data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from todo_contracts.avro_source import full_name_of, named_types
from todo_contracts.evolution.resolution import kind_of


@dataclass(frozen=True, order=True)
class Violation:
    """One rule that a newer version breaks. `path` as in resolution.Incompatibility."""

    path: str
    rule: str
    what: str


def violations(older: Mapping[str, Any], newer: Mapping[str, Any]) -> list[Violation]:
    """What the house rules refuse in the step from one expanded schema to another, sorted."""
    return sorted(set(_Comparison(older, newer).of(older, newer, "")))


class _Comparison:
    """One step, walked by field names and by place in unions, arrays and maps."""

    def __init__(self, older: Any, newer: Any) -> None:
        self._older = {full_name_of(named): named for named in named_types(older)}
        self._newer = {full_name_of(named): named for named in named_types(newer)}
        self._open: set[tuple[str, str]] = set()

    def of(self, older: Any, newer: Any, path: str) -> Iterator[Violation]:
        older, newer = _resolved(older, self._older), _resolved(newer, self._newer)
        if _logical(older) != _logical(newer):
            what = f"its logical type was {_logical(older) or 'none'} and is {_logical(newer) or 'none'}"
            yield Violation(path, "LOGICAL_TYPE_CHANGED", what)
        if {kind_of(older), kind_of(newer)} == {"string", "bytes"}:
            yield Violation(path, "STRING_BYTES_SWAPPED", f"it was {kind_of(older)} and is {kind_of(newer)}")
        if kind_of(older) != kind_of(newer):
            yield from self._other_kind(older, newer, path)
        elif isinstance(older, list):
            yield from self._union(older, newer, path)
        elif older != newer or not isinstance(older, str):
            yield from self._same_kind(older, newer, path)

    def _other_kind(self, older: Any, newer: Any, path: str) -> Iterator[Violation]:
        """A type that became optional, or stopped being so, is compared with what is left of the union."""
        if isinstance(newer, list) and not isinstance(older, list):
            for branch in self._like(newer, older, self._newer):
                yield from self.of(older, branch, path)
        elif isinstance(older, list) and not isinstance(newer, list):
            for branch in self._like(older, newer, self._older):
                yield from self.of(branch, newer, path)

    @staticmethod
    def _like(union: list[Any], schema: Any, known: Mapping[str, Any]) -> list[Any]:
        return [branch for branch in union if kind_of(_resolved(branch, known)) == kind_of(schema)][:1]

    def _union(self, older: list[Any], newer: list[Any], path: str) -> Iterator[Violation]:
        before = [_label(branch, self._older) for branch in older]
        after = [_label(branch, self._newer) for branch in newer]
        kept = [label for label in before if label in after]
        if kept != [label for label in after if label in before]:
            what = f"its branches were {', '.join(before)} and are {', '.join(after)}"
            yield Violation(path, "UNION_REORDERED", what)
        for label in kept:
            yield from self.of(older[before.index(label)], newer[after.index(label)], path)

    def _same_kind(self, older: Any, newer: Any, path: str) -> Iterator[Violation]:
        kind = kind_of(older)
        if kind == "record":
            yield from self._record(older, newer, path)
        elif kind == "enum":
            yield from _enum(older, newer, path)
        elif kind == "array":
            yield from self.of(older["items"], newer["items"], f"{path}[]")
        elif kind == "map":
            yield from self.of(older["values"], newer["values"], f"{path}{{}}")
        if kind in ("record", "enum", "fixed") and full_name_of(older) != full_name_of(newer):
            what = f"its type was called {full_name_of(older)} and is called {full_name_of(newer)}"
            yield Violation(path, "TYPE_RENAMED", what)

    def _record(self, older: Mapping[str, Any], newer: Mapping[str, Any], path: str) -> Iterator[Violation]:
        pair = (full_name_of(older), full_name_of(newer))
        if pair in self._open:
            return
        self._open.add(pair)
        after = {field["name"]: field for field in newer["fields"]}
        before = {field["name"]: field for field in older["fields"]}
        for name in (*before, *(name for name in after if name not in before)):
            where = f"{path}.{name}" if path else str(name)
            if name in before and name in after:
                yield from _defaults(before[name], after[name], where)
                yield from self.of(before[name]["type"], after[name]["type"], where)
            elif "default" not in (before.get(name) or after[name]):
                rule, what = ("FIELD_REMOVED", "removed") if name in before else ("FIELD_ADDED", "added")
                yield Violation(where, f"{rule}_WITHOUT_DEFAULT", f"it was {what}, and it has no default")
        self._open.remove(pair)


def _resolved(schema: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(schema, str):
        return known.get(schema, schema)
    if isinstance(schema, Mapping) and isinstance(schema["type"], list | Mapping):
        return _resolved(schema["type"], known)
    return schema


def _logical(schema: Any) -> str:
    return str(schema.get("logicalType", "")) if isinstance(schema, Mapping) else ""


def _label(branch: Any, known: Mapping[str, Any]) -> str:
    """A branch by its name, or by its kind where it has none: no union holds two of one label."""
    resolved = _resolved(branch, known)
    return full_name_of(resolved) if kind_of(resolved) in ("record", "enum", "fixed") else kind_of(resolved)


def _enum(older: Mapping[str, Any], newer: Mapping[str, Any], path: str) -> Iterator[Violation]:
    for symbol in older["symbols"]:
        if symbol not in newer["symbols"]:
            yield Violation(path, "ENUM_SYMBOL_REMOVED", f"its symbol {symbol} was removed")
    if older.get("default") not in (None, newer.get("default")):
        what = f"its default symbol was {older['default']} and is {newer.get('default', 'none')}"
        yield Violation(path, "ENUM_DEFAULT_CHANGED", what)


def _defaults(older: Mapping[str, Any], newer: Mapping[str, Any], path: str) -> Iterator[Violation]:
    if "default" not in older:
        return
    if "default" not in newer:
        yield Violation(path, "DEFAULT_DROPPED", f"its default {older['default']!r} was dropped")
    elif newer["default"] != older["default"] or type(newer["default"]) is not type(older["default"]):
        what = f"its default was {older['default']!r} and is {newer['default']!r}"
        yield Violation(path, "DEFAULT_CHANGED", what)
