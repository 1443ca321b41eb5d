"""What a newer version of a schema adds, drops and says differently, in words; whether it may is judged elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from todo_contracts.avro_source import full_name_of, named_types
from todo_contracts.evolution.resolution import kind_of


def differences(older: Mapping[str, Any], newer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(path, words) for every difference between two expanded schemas, by fields, symbols and types."""
    return list(dict.fromkeys(_Walk(older, newer).of(older, newer, "")))


class _Walk:
    """One step, walked by field names."""

    def __init__(self, older: Any, newer: Any) -> None:
        self._older = {full_name_of(named): named for named in named_types(older)}
        self._newer = {full_name_of(named): named for named in named_types(newer)}
        self._open: set[str] = set()

    def of(self, older: Any, newer: Any, path: str) -> Iterator[tuple[str, str]]:
        older, newer = _unwrapped(older, self._older), _unwrapped(newer, self._newer)
        if kind_of(older) != kind_of(newer):
            yield path, f"its type was {kind_of(older)} and is {kind_of(newer)}"
            return
        kind = kind_of(older)
        if kind == "record":
            yield from self._record(older, newer, path)
        elif kind == "enum":
            yield from _symbols(older, newer, path)
        elif kind == "union":
            for before, after in zip(_branches(older), _branches(newer), strict=False):
                yield from self.of(before, after, path)
        elif kind in ("array", "map"):
            inner, mark = ("items", "[]") if kind == "array" else ("values", "{}")
            yield from self.of(older[inner], newer[inner], f"{path}{mark}")

    def _record(self, older: Mapping[str, Any], newer: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
        if full_name_of(newer) in self._open:
            return
        self._open.add(full_name_of(newer))
        before = {field["name"]: field for field in older["fields"]}
        after = {field["name"]: field for field in newer["fields"]}
        for name, field in after.items():
            where = f"{path}.{name}" if path else str(name)
            if name not in before:
                yield where, f"the field was added{_default(field)}"
                continue
            yield from self.of(before[name]["type"], field["type"], where)
            if before[name].get("doc") != field.get("doc"):
                yield where, "its description was changed"
        for name in before:
            if name not in after:
                yield f"{path}.{name}" if path else str(name), "the field was removed"
        self._open.remove(full_name_of(newer))


def _unwrapped(schema: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(schema, str):
        return known.get(schema, schema)
    if isinstance(schema, Mapping) and isinstance(schema["type"], list | Mapping):
        return _unwrapped(schema["type"], known)
    return schema


def _branches(union: list[Any]) -> list[Any]:
    return [branch for branch in union if branch != "null"]


def _symbols(older: Mapping[str, Any], newer: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for symbol in newer["symbols"]:
        if symbol not in older["symbols"]:
            yield path, f"the symbol {symbol} was added"
    for symbol in older["symbols"]:
        if symbol not in newer["symbols"]:
            yield path, f"the symbol {symbol} was removed"


def _default(field: Mapping[str, Any]) -> str:
    return f", by default {field['default']!r}" if "default" in field else ""
