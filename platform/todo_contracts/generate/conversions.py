"""How one Avro type is seen from Python: its annotation, and how its raw value is read and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PLAIN = {
    "string": "str",
    "int": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "bytes": "bytes",
}
_LOGICAL = {
    ("string", "uuid"): ("UUID", "UUID({})", "str({})"),
    ("long", "timestamp-micros"): ("dt.datetime", "time_of({})", "micros_of({})"),
    ("int", "date"): ("dt.date", "date_of({})", "days_of({})"),
}


class UnsupportedTypeError(Exception):
    """An Avro type that no class is generated for; the message names it."""


@dataclass(frozen=True)
class Conversion:
    """`read` and `write` are expressions with `{}` where the raw value, or the Python value, stands."""

    annotation: str
    read: str = "{}"
    write: str = "{}"

    @property
    def same(self) -> bool:
        """Whether the raw value is the Python value."""
        return self.read == "{}"

    def reading(self, value: str) -> str:
        """The expression that makes the Python value of the raw one."""
        return self.read.replace("{}", value)

    def writing(self, value: str) -> str:
        """The expression that makes the raw value of the Python one."""
        return self.write.replace("{}", value)


def conversion(schema: Any, kinds: Mapping[str, str], depth: int = 0) -> Conversion:
    """The conversion of an expanded Avro type. `kinds`: full name → record, enum or fixed."""
    if isinstance(schema, str):
        return Conversion(_PLAIN[schema]) if schema in _PLAIN else _named(schema, kinds)
    if isinstance(schema, list):
        return _optional(schema, kinds, depth)
    kind = schema["type"]
    if kind in ("record", "enum", "fixed"):
        return _named(f"{schema['namespace']}.{schema['name']}", kinds)
    if kind == "array":
        return _array(conversion(schema["items"], kinds, depth + 1), depth)
    if kind == "map":
        return _map(conversion(schema["values"], kinds, depth + 1), depth)
    if "logicalType" not in schema:
        return conversion(kind, kinds, depth)
    if (kind, schema["logicalType"]) not in _LOGICAL:
        raise UnsupportedTypeError(f"the logical type {schema['logicalType']} on {kind}")
    return Conversion(*_LOGICAL[kind, schema["logicalType"]])


def _named(full_name: str, kinds: Mapping[str, str]) -> Conversion:
    name = full_name.rpartition(".")[2]
    if kinds[full_name] == "record":
        return Conversion(name, f"{name}.wrap({{}})", "{}.record")
    if kinds[full_name] == "enum":
        return Conversion(name, f"{name}({{}})", "{}.value")
    return Conversion("bytes")


def _optional(branches: list[Any], kinds: Mapping[str, str], depth: int) -> Conversion:
    if len(branches) != 2 or "null" not in branches:
        raise UnsupportedTypeError("a union other than one type or null")
    inner = conversion(next(branch for branch in branches if branch != "null"), kinds, depth)
    if inner.same:
        return Conversion(f"{inner.annotation} | None")
    guard = "None if {} is None else "
    return Conversion(f"{inner.annotation} | None", guard + inner.read, guard + inner.write)


def _array(item: Conversion, depth: int) -> Conversion:
    annotation = f"Sequence[{item.annotation}]"
    if item.same:
        return Conversion(annotation, "{}", "list({})")
    name = f"item{depth or ''}"
    read, write = item.reading(name), item.writing(name)
    return Conversion(annotation, f"[{read} for {name} in {{}}]", f"[{write} for {name} in {{}}]")


def _map(value: Conversion, depth: int) -> Conversion:
    annotation = f"Mapping[str, {value.annotation}]"
    if value.same:
        return Conversion(annotation, "{}", "dict({})")
    key, name = f"key{depth or ''}", f"item{depth or ''}"
    loop = f"for {key}, {name} in {{}}.items()"
    return Conversion(
        annotation,
        f"{{{key}: {value.reading(name)} {loop}}}",
        f"{{{key}: {value.writing(name)} {loop}}}",
    )


def default_of(field: Mapping[str, Any], kinds: Mapping[str, str]) -> str | None:
    """A field's default as a Python expression; None when there is none, or none that Python can state."""
    if "default" not in field:
        return None
    value, schema = field["default"], field["type"]
    if value is None:
        return "None"
    if isinstance(schema, dict) and schema["type"] == "enum":
        return f"{schema['name']}.{value}"
    if isinstance(schema, str) and kinds.get(schema) == "enum":
        return f"{schema.rpartition('.')[2]}.{value}"
    if isinstance(schema, str) and schema in _PLAIN:
        return repr(value.encode("latin-1")) if schema == "bytes" else repr(value)
    return {"[]": "()", "{}": "MappingProxyType({})"}.get(repr(value))
