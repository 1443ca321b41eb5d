"""What a reader must get of what a writer wrote: the Avro specification's resolution, worked out on the values.

It is independent of the decoder that it judges. Values are raw ones: no logical types.
"""

from collections.abc import Mapping
from typing import Any

from todo_contracts.avro_source import full_name_of, named_types
from todo_contracts.evolution.resolution import incompatibilities, kind_of


class Expectation:
    """One writer's and one reader's expanded schema."""

    def __init__(self, writer: Any, reader: Any) -> None:
        self._writer, self._reader = writer, reader
        self._written = {full_name_of(named): named for named in named_types(writer)}
        self._read = {full_name_of(named): named for named in named_types(reader)}

    def of(self, value: Any) -> Any:
        """The value that the reader must get."""
        return self._value(self._writer, self._reader, value)

    def _value(self, writer: Any, reader: Any, value: Any) -> Any:
        writer, reader = _resolved(writer, self._written), _resolved(reader, self._read)
        if isinstance(writer, list):
            return self._value(_branch_of(value, writer, self._written), reader, value)
        if isinstance(reader, list):
            return self._value(writer, self._branch_for(writer, reader), value)
        kind = kind_of(reader)
        if kind == "record":
            return self._record(writer, reader, value)
        if kind == "array":
            return [self._value(writer["items"], reader["items"], item) for item in value]
        if kind == "map":
            return {key: self._value(writer["values"], reader["values"], item) for key, item in value.items()}
        if kind == "enum":
            return value if value in reader["symbols"] else reader["default"]
        return _promoted(kind, value)

    def _record(self, writer: Mapping[str, Any], reader: Mapping[str, Any], value: Any) -> dict[str, Any]:
        written = {field["name"]: field["type"] for field in writer["fields"]}
        return {
            field["name"]: self._value(written[field["name"]], field["type"], value[field["name"]])
            if field["name"] in written
            else self._default(field["type"], field["default"])
            for field in reader["fields"]
        }

    def _default(self, reader: Any, default: Any) -> Any:
        """A default as a decoder gives it: JSON's text stands for bytes, and a union's is of its first branch."""
        reader = _resolved(reader, self._read)
        if isinstance(reader, list):
            return self._default(reader[0], default)
        kind = kind_of(reader)
        if kind in ("bytes", "fixed"):
            return default.encode("latin-1")
        if kind == "record":
            return {
                field["name"]: self._default(field["type"], default.get(field["name"], field.get("default")))
                for field in reader["fields"]
            }
        return default

    def _branch_for(self, writer: Any, reader: list[Any]) -> Any:
        """The branch of the same kind, else the first that can read it."""
        alike = [branch for branch in reader if kind_of(_resolved(branch, self._read)) == kind_of(writer)]
        return next(iter(alike), None) or next(branch for branch in reader if not incompatibilities(branch, writer))


def _resolved(schema: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(schema, str):
        return known.get(schema, schema)
    if isinstance(schema, Mapping) and isinstance(schema["type"], list | Mapping):
        return _resolved(schema["type"], known)
    return schema


def _branch_of(value: Any, union: list[Any], known: Mapping[str, Any]) -> Any:
    """What a value was written as; contracts have no union but one type or null."""
    return next(branch for branch in union if (kind_of(_resolved(branch, known)) == "null") is (value is None))


def _promoted(kind: str, value: Any) -> Any:
    if kind in ("float", "double"):
        return float(value)
    if kind == "bytes" and isinstance(value, str):
        return value.encode()
    if kind == "string" and isinstance(value, bytes):
        return value.decode()
    return value
