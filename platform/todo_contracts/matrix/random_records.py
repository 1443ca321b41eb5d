"""Hypothesis strategies for raw records of an expanded Avro schema, within what a small message may hold."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from todo_contracts.avro_source import full_name_of, named_types
from todo_contracts.evolution.resolution import kind_of

_DEEPEST = 6
_MOST = 2
_PLAIN: Mapping[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(width=32, allow_nan=False),
    "double": st.floats(allow_nan=False),
    "bytes": st.binary(max_size=12),
    "string": st.text(max_size=12),
}


def random_records(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Records of a schema, raw: a uuid is a text, a time a number."""
    known = {full_name_of(named): named for named in named_types(schema)}
    return _values(schema, known, 0)


def _values(schema: Any, known: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if isinstance(schema, str):
        return _PLAIN[schema] if schema in _PLAIN else _values(known[schema], known, depth)
    if isinstance(schema, list):
        # Deep inside, a type that holds itself ends with null.
        branches = [one for one in schema if one == "null" or depth < _DEEPEST]
        return st.one_of([_values(one, known, depth) for one in branches])
    kind = kind_of(schema)
    if kind == "record":
        fields = {field["name"]: _values(field["type"], known, depth + 1) for field in schema["fields"]}
        return st.fixed_dictionaries(fields)
    if kind == "array":
        return st.lists(_values(schema["items"], known, depth + 1), max_size=_MOST if depth < _DEEPEST else 0)
    if kind == "map":
        values = _values(schema["values"], known, depth + 1)
        return st.dictionaries(st.text(max_size=5), values, max_size=_MOST if depth < _DEEPEST else 0)
    if kind == "enum":
        return st.sampled_from(schema["symbols"])
    if kind == "fixed":
        return st.binary(min_size=schema["size"], max_size=schema["size"])
    return _values(schema["type"], known, depth)
