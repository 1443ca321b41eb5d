"""Whether data written with one Avro schema can be read with another, and where not.

The rules are those of "Schema Resolution" in the Avro specification 1.12, as the Java library's
SchemaCompatibility applies them, because that is what registries ask: named types match by their short names or
by the reader's aliases, and a logical type doesn't count. Rule names are that library's. Both schemas are
expanded ones: every named type carries its namespace, every reference is a full name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from todo_contracts.avro_source import full_name_of, named_types

_PROMOTIONS = {
    "long": ("int",),
    "float": ("int", "long"),
    "double": ("int", "long", "float"),
    "bytes": ("string",),
    "string": ("bytes",),
}
_NAMED = ("record", "enum", "fixed")


@dataclass(frozen=True, order=True)
class Incompatibility:
    """One reason. `path` leads from the record to the place: `task.tags[]`; empty for the record itself."""

    path: str
    rule: str
    what: str


def incompatibilities(reader: Mapping[str, Any], writer: Mapping[str, Any]) -> list[Incompatibility]:
    """Why a reader of one schema can't read what was written with another, sorted; empty when it can."""
    return sorted(set(_Resolution(reader, writer).of(reader, writer, "")))


class _Resolution:
    """One question about two schemas, with the types that each of them names."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self._reader = {full_name_of(named): named for named in named_types(reader)}
        self._writer = {full_name_of(named): named for named in named_types(writer)}
        # A pair that is being looked at counts as compatible inside itself: recursive types end there.
        self._open: set[tuple[str, str]] = set()

    def of(self, reader: Any, writer: Any, path: str) -> Iterator[Incompatibility]:
        reader, writer = self._resolved(reader, self._reader), self._resolved(writer, self._writer)
        if isinstance(writer, list):
            yield from self._written_union(reader, writer, path)
        elif isinstance(reader, list):
            yield from self._read_union(reader, writer, path)
        elif kind_of(reader) != kind_of(writer):
            if kind_of(writer) not in _PROMOTIONS.get(kind_of(reader), ()):
                yield Incompatibility(path, "TYPE_MISMATCH", f"{kind_of(writer)} is read as {kind_of(reader)}")
        elif kind_of(reader) in _NAMED:
            yield from self._named(reader, writer, path)
        elif kind_of(reader) == "array":
            yield from self.of(reader["items"], writer["items"], f"{path}[]")
        elif kind_of(reader) == "map":
            yield from self.of(reader["values"], writer["values"], f"{path}{{}}")

    def _resolved(self, schema: Any, known: Mapping[str, Any]) -> Any:
        """A reference as what it refers to, and `{"type": X}` around anything but a type of its own as X."""
        if isinstance(schema, str):
            return known.get(schema, schema)
        if isinstance(schema, Mapping) and (isinstance(schema["type"], list | Mapping) or schema["type"] in known):
            return self._resolved(schema["type"], known)
        return schema

    def _written_union(self, reader: Any, writer: list[Any], path: str) -> Iterator[Incompatibility]:
        """Every branch may have been written, so each must be readable."""
        for branch in writer:
            yield from self.of(reader, branch, path)

    def _read_union(self, reader: list[Any], writer: Any, path: str) -> Iterator[Incompatibility]:
        reasons = [list(self.of(branch, writer, path)) for branch in reader]
        if all(reasons):
            # Where only one branch could have been meant, its own reasons say more.
            alike = [found for branch, found in zip(reader, reasons, strict=True) if self._alike(branch, writer)]
            if len(alike) == 1:
                yield from alike[0]
            else:
                yield Incompatibility(path, "MISSING_UNION_BRANCH", f"no branch reads {self._name(writer)}")

    def _alike(self, branch: Any, writer: Any) -> bool:
        return kind_of(self._resolved(branch, self._reader)) == kind_of(writer)

    def _named(self, reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[Incompatibility]:
        if reader["name"] != writer["name"] and full_name_of(writer) not in _aliases(reader):
            what = f"{full_name_of(writer)} is read as {full_name_of(reader)}"
            yield Incompatibility(path, "NAME_MISMATCH", what)
        elif reader["type"] == "record":
            yield from self._record(reader, writer, path)
        elif reader["type"] == "enum":
            yield from _enum(reader, writer, path)
        elif reader["size"] != writer["size"]:
            what = f"{writer['size']} bytes are read as {reader['size']}"
            yield Incompatibility(path, "FIXED_SIZE_MISMATCH", what)

    def _record(self, reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[Incompatibility]:
        pair = (full_name_of(reader), full_name_of(writer))
        if pair in self._open:
            return
        self._open.add(pair)
        for field in reader["fields"]:
            where = f"{path}.{field['name']}" if path else str(field["name"])
            written = _written_field(field, writer)
            if written is not None:
                yield from self.of(field["type"], written["type"], where)
            elif "default" not in field:
                what = "it isn't written, and its reader has no default for it"
                yield Incompatibility(where, "READER_FIELD_MISSING_DEFAULT_VALUE", what)
        self._open.remove(pair)

    @staticmethod
    def _name(schema: Any) -> str:
        return full_name_of(schema) if kind_of(schema) in _NAMED else kind_of(schema)


def kind_of(schema: Any) -> str:
    """The kind of a resolved schema: `union`, or the Avro type."""
    if isinstance(schema, list):
        return "union"
    return schema if isinstance(schema, str) else str(schema["type"])


def _enum(reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[Incompatibility]:
    missing = [symbol for symbol in writer["symbols"] if symbol not in reader["symbols"]]
    if missing and "default" not in reader:
        what = f"the reader doesn't know {', '.join(missing)} and has no default"
        yield Incompatibility(path, "MISSING_ENUM_SYMBOLS", what)


def _written_field(field: Mapping[str, Any], writer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    by_name: dict[str, Mapping[str, Any]] = {written["name"]: written for written in writer["fields"]}
    if field["name"] in by_name:
        return by_name[field["name"]]
    aliased = [by_name[alias] for alias in field.get("aliases", ()) if alias in by_name]
    return aliased[0] if len(aliased) == 1 else None


def _aliases(named: Mapping[str, Any]) -> set[str]:
    """Full names: an alias without a namespace is in that of its type."""
    return {alias if "." in alias else f"{named['namespace']}.{alias}" for alias in named.get("aliases", ())}
