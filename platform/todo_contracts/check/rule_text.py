"""The text of one rule: CEL that compiles, and names nothing that isn't there."""

from collections.abc import Iterator, Mapping
from typing import Any

from todo_runtime.wire.cel_text import Chain, InvalidRule, chains_of, tokens_of
from todo_runtime.wire.expressions import compiled
from todo_runtime.wire.projection import FUNCTIONS

from todo_contracts.avro_source import full_name_of, named_types

_MACROS = frozenset(("all", "exists", "exists_one", "filter", "map"))
_LANGUAGE = frozenset(("contains", "double", "endsWith", "int", "matches", "size", "startsWith", "string", "type"))
_TYPES = frozenset(("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "uint"))


def text_faults(cel: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong, and what to do; `schema` is the expanded one of the record that `this` is."""
    try:
        program = compiled(cel)
    except InvalidRule as error:
        yield f"doesn't compile ({error})", "correct the expression"
        return
    names = _Names(schema)
    yield from names.faults(tokens_of(cel))
    for variable in program.variables():
        if variable not in names.known and variable not in _TYPES:
            yield f"names {variable}, which is nothing", "name fields of the record, as `this.title`"
    for function in program.functions():
        if function.isidentifier() and function not in _LANGUAGE and function not in FUNCTIONS:
            allowed = ", ".join(sorted({*FUNCTIONS, *_LANGUAGE}))
            yield f"calls {function}, which no reader of the contract knows", f"use {allowed}, or a macro"


class _Names:
    """What each name of an expression stands for: `this`, and the variables of macros."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._named = {full_name_of(one): one for one in named_types(schema)}
        self.known: dict[str, Any] = {"this": schema}

    def faults(self, tokens: list[str]) -> Iterator[tuple[str, str]]:
        if "has" in tokens:
            yield "asks whether a record has a field", "every field is there: compare it with null"
        used = False
        for chain in chains_of(tokens, self.known):
            used = used or (chain.root == "this" and bool(chain.fields))
            if chain.root == "this" and not chain.fields:
                yield "uses `this` without a field of it", "name the field"
            found = self._type(chain)
            if found is None:
                yield (
                    f"names {'.'.join((chain.root, *chain.fields))}, which doesn't exist",
                    "name a field of the schema",
                )
            self._bind(tokens[chain.end : chain.end + 5], found)
        if not used:
            yield "names no field", "say what must hold of `this`"

    def _type(self, chain: Chain) -> Any:
        found = self.known[chain.root]
        for name in chain.fields:
            record = self._inner(found)
            fields = record.get("fields", ()) if isinstance(record, Mapping) else ()
            found = next((field["type"] for field in fields if field["name"] == name), None)
            if found is None:
                return None
        return found

    def _bind(self, after: list[str], listed: Any) -> None:
        """In `this.tags.all(tag, …)`, `tag` stands for an item."""
        match after:
            case [".", macro, "(", variable, ","] if macro in _MACROS:
                inner = self._inner(listed)
                is_list = isinstance(inner, Mapping) and inner.get("type") == "array"
                self.known[variable] = inner["items"] if is_list else "string"

    def _inner(self, schema: Any) -> Any:
        """The type itself: behind its name, and beside null."""
        if isinstance(schema, list):
            schema = next((branch for branch in schema if branch != "null"), None)
        return self._named.get(schema, schema) if isinstance(schema, str) else schema
