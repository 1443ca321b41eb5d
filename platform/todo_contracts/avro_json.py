"""Golden examples: plain JSON as people write it ↔ raw Avro records as they go over the wire.

A uuid is its canonical text, a time is RFC 3339 in UTC, a date is RFC 3339, bytes are base64, a union is
untagged.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from todo_contracts.avro_source import full_name_of, named_types

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.date().toordinal()
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


class ExampleError(ValueError):
    """An example doesn't fit its schema; the message names the place and what belongs there."""


class ExampleFormat:
    """Translates between examples and records of one expanded schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._named = {full_name_of(named): named for named in named_types(schema)}

    def record(self, example: Any) -> dict[str, Any]:
        """The raw record of an example; raises ExampleError."""
        record: dict[str, Any] = self._raw(self._schema, example, str(self._schema["name"]))
        return record

    def example(self, record: Mapping[str, Any]) -> Any:
        """The example of a record, raw or as fastavro decodes it with its logical types."""
        return self._plain(self._schema, record)

    def _resolved(self, schema: Any) -> Any:
        return self._named.get(schema, schema) if isinstance(schema, str) else schema

    def _raw(self, schema: Any, value: Any, where: str) -> Any:
        schema = self._resolved(schema)
        if isinstance(schema, list):
            return None if value is None else self._raw(_branch(schema), value, where)
        kind = schema if isinstance(schema, str) else schema["type"]
        logical = None if isinstance(schema, str) else schema.get("logicalType")
        if logical is not None:
            return _raw_logical(logical, value, where)
        if kind == "record":
            return self._raw_fields(schema, value, where)
        if kind == "array":
            items = _expect(value, list, where)
            return [self._raw(schema["items"], item, f"{where}[{n}]") for n, item in enumerate(items)]
        if kind == "map":
            items = _expect(value, dict, where)
            return {key: self._raw(schema["values"], item, f"{where}.{key}") for key, item in items.items()}
        if kind == "enum" and value not in schema["symbols"]:
            raise ExampleError(f"{where} is {value!r}, which is no symbol of {schema['name']}")
        return value if kind == "enum" else _raw_plain(kind, value, where)

    def _raw_fields(self, schema: Mapping[str, Any], value: Any, where: str) -> dict[str, Any]:
        given = _expect(value, dict, where)
        names = [field["name"] for field in schema["fields"]]
        if unknown := sorted(set(given) - set(names)):
            raise ExampleError(f"{where} has no field {', '.join(unknown)}")
        if missing := [name for name in names if name not in given]:
            raise ExampleError(f"{where} lacks {', '.join(missing)}")
        return {
            field["name"]: self._raw(field["type"], given[field["name"]], f"{where}.{field['name']}")
            for field in schema["fields"]
        }

    def _plain(self, schema: Any, value: Any) -> Any:
        schema = self._resolved(schema)
        if isinstance(schema, list):
            return None if value is None else self._plain(_branch(schema), value)
        kind = schema if isinstance(schema, str) else schema["type"]
        logical = None if isinstance(schema, str) else schema.get("logicalType")
        if logical is not None:
            return _plain_logical(logical, value)
        if kind == "record":
            return {field["name"]: self._plain(field["type"], value[field["name"]]) for field in schema["fields"]}
        if kind == "array":
            return [self._plain(schema["items"], item) for item in value]
        if kind == "map":
            return {key: self._plain(schema["values"], item) for key, item in value.items()}
        return base64.b64encode(value).decode() if kind in ("bytes", "fixed") else value


def _branch(schema: list[Any]) -> Any:
    """What a union holds beside null; contracts allow no other unions."""
    return next(_branches(schema))


def _branches(schema: list[Any]) -> Iterator[Any]:
    return (branch for branch in schema if branch != "null")


def _expect(value: Any, kind: type, where: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ExampleError(f"{where} is {value!r}, and {kind.__name__} belongs there")
    return value


_KINDS: Mapping[str, type] = {"string": str, "boolean": bool, "int": int, "long": int}


def _raw_plain(kind: str, value: Any, where: str) -> Any:
    if kind in _KINDS:
        return _expect(value, _KINDS[kind], where)
    if kind in ("float", "double"):
        return float(_expect(value, float if isinstance(value, float) else int, where))
    if kind in ("bytes", "fixed"):
        try:
            return base64.b64decode(_expect(value, str, where), validate=True)
        except binascii.Error as error:
            raise ExampleError(f"{where} is not base64 ({error})") from error
    return _expect(value, type(None), where)


def _raw_logical(logical: str, value: Any, where: str) -> Any:
    text: str = _expect(value, str, where)
    try:
        if logical == "uuid" and str(UUID(text)) == text:
            return text
        if logical == "date":
            return date.fromisoformat(text).toordinal() - _EPOCH_DAY
        if logical == "timestamp-micros" and _TIME.fullmatch(text):
            return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    except ValueError as error:
        raise ExampleError(f"{where} is {text!r}: {error}") from error
    expected = {
        "uuid": "a uuid in lower case with hyphens",
        "timestamp-micros": "RFC 3339 in UTC, ending in Z",
    }
    raise ExampleError(f"{where} is {text!r}, and {expected.get(logical, 'nothing known')} belongs there")


def _plain_logical(logical: str, value: Any) -> Any:
    """Of the raw value, or of what fastavro makes of it."""
    if logical == "timestamp-micros":
        time = value if isinstance(value, datetime) else _EPOCH + timedelta(microseconds=value)
        return time.isoformat().replace("+00:00", "Z")
    if logical == "date":
        return (value if isinstance(value, date) else date.fromordinal(value + _EPOCH_DAY)).isoformat()
    return str(value)
