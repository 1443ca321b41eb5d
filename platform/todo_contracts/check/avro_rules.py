"""House rules for one version of an Avro schema, stricter than any registry.

Sources: the Avro specification for names and defaults; the rest is the project's own (docs, nullable fields,
times, ids), so that every later version can stay compatible in both directions.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import avro.errors
import avro.schema
import fastavro

from todo_contracts.avro_source import Library, Schema, named_types
from todo_contracts.generate.conversions import UnsupportedTypeError, conversion
from todo_contracts.problems import Problem

_TYPE = re.compile(r"[A-Z][A-Za-z0-9]*")
_FIELD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SYMBOL = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_UUID = {"type": "string", "logicalType": "uuid"}
_MICROS = {"type": "long", "logicalType": "timestamp-micros"}


def parse_problems(library: Library) -> Iterator[Problem]:
    """Schemas that a parser refuses: nothing can be generated from them."""
    for schema in library.schemas():
        yield from _parsing(schema)


def avro_problems(library: Library) -> Iterator[Problem]:
    """What breaks a rule in any version of any event or shared type."""
    for schema in library.schemas():
        parsing = list(_parsing(schema))
        yield from parsing
        if not parsing:
            # A shared type is checked in its own file, not again in every event that names it.
            yield from _names(schema)


def _parsing(schema: Schema) -> Iterator[Problem]:
    """Both parsers must take it: fastavro encodes, the official package is stricter about the grammar."""
    try:
        fastavro.parse_schema(json.loads(schema.text))
    except (fastavro.schema.SchemaParseException, KeyError, TypeError, ValueError) as error:
        yield Problem(schema.file, f"fastavro can't parse it ({error!r})", "correct the schema")
    try:
        avro.schema.parse(schema.text)
    except (avro.errors.AvroException, KeyError, TypeError, ValueError) as error:
        yield Problem(schema.file, f"the avro package can't parse it ({error!r})", "correct the schema")


def _names(schema: Schema) -> Iterator[Problem]:
    for named in _own(schema):
        yield from _named(schema.file, named, dict(_kinds(schema)))


def _own(schema: Schema) -> Iterator[Mapping[str, Any]]:
    """The named types that this file itself defines."""
    written = {str(named.get("name")) for named in named_types(schema.source)}
    for named in named_types(schema.expanded):
        if named["name"] in written:
            yield named


def _kinds(schema: Schema) -> Iterator[tuple[str, str]]:
    for named in named_types(schema.expanded):
        yield f"{named['namespace']}.{named['name']}", str(named["type"])


def _named(file: str, named: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[Problem]:
    name = str(named["name"])
    if not _TYPE.fullmatch(name):
        yield Problem(file, f"{name} is not UpperCamelCase", "rename the type")
    if not named.get("doc"):
        yield Problem(file, f"{name} has no doc", "say what it is")
    yield from _aliased(file, name, named)
    if named["type"] == "enum":
        yield from _enum(file, named)
    for field in named.get("fields", ()):
        yield from _field(file, name, field, kinds)


def _enum(file: str, enum: Mapping[str, Any]) -> Iterator[Problem]:
    name = enum["name"]
    if "default" not in enum:
        yield Problem(file, f"enum {name} has no default", "add one: a reader takes it for symbols of the future")
    for symbol in enum["symbols"]:
        if not _SYMBOL.fullmatch(symbol):
            yield Problem(file, f"symbol {name}.{symbol} is not UPPER_SNAKE_CASE", "rename the symbol")


def _field(file: str, record: str, field: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[Problem]:
    where = f"{record}.{field['name']}"
    if not _FIELD.fullmatch(field["name"]):
        yield Problem(file, f"{where} is not lower_snake_case", "rename the field")
    if not field.get("doc"):
        yield Problem(file, f"{where} has no doc", "say what it holds, with its unit")
    if isinstance(field["type"], list) and (field["type"][0] != "null" or field.get("default", "") is not None):
        yield Problem(file, f"{where} may be null but has no default", 'put "null" first and add "default": null')
    try:
        conversion(field["type"], kinds)
    except UnsupportedTypeError as error:
        remedy = "use a type, one type or null, an array or a map of them; uuid, timestamp-micros or date"
        yield Problem(file, f"{where} has {error}", remedy)
    yield from _aliased(file, where, field)
    yield from _convention(file, where, field)


def _aliased(file: str, where: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """Readers follow aliases and generated classes don't, so the two would see different data."""
    if schema.get("aliases"):
        yield Problem(file, f"{where} has an alias", "keep the name; a new one is a field with a default beside it")


def _convention(file: str, where: str, field: Mapping[str, Any]) -> Iterator[Problem]:
    """Fields that are called like an id or a time are one."""
    name, inner = field["name"], _inner(field["type"])
    if (name == "id" or name.endswith(("_id", "_ids"))) and not _is(inner, _UUID):
        yield Problem(file, f"{where} is not a uuid", 'use {"type": "string", "logicalType": "uuid"}')
    if name.endswith("_at") and not _is(inner, _MICROS):
        yield Problem(file, f"{where} is not a time", 'use {"type": "long", "logicalType": "timestamp-micros"}')


def _inner(schema: Any) -> Any:
    if isinstance(schema, list):
        return _inner(next((branch for branch in schema if branch != "null"), "null"))
    if isinstance(schema, Mapping) and schema["type"] == "array":
        return _inner(schema["items"])
    return schema


def _is(schema: Any, wanted: Mapping[str, str]) -> bool:
    return isinstance(schema, Mapping) and all(schema.get(key) == value for key, value in wanted.items())
