"""Reads avro/**/<N>.avsc and makes each version self-contained.

A source is legal Avro that may name a shared record by its full name; its attribute `x-types` pins the
numbered version of each record that it names. Expansion writes a pinned record inline where it is named
first, and leaves its name everywhere later, so that registries, decoders and the generated classes need
nothing but the one text. In an expanded schema every named type carries its namespace and every reference is
a full name.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import fastavro
from fastavro.schema import to_parsing_canonical_form

from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem

PRIMITIVES = frozenset(("null", "boolean", "int", "long", "float", "double", "bytes", "string"))
_NAMED = ("record", "enum", "fixed")
_VERSION = re.compile(r"[1-9][0-9]*\.avsc")


@dataclass(frozen=True)
class Schema:
    """One numbered version of a record: `expanded` is self-contained, `pins` are the types it names."""

    file: str
    path: Path
    full_name: str
    version: int
    source: Mapping[str, Any]
    expanded: Mapping[str, Any]
    pins: Mapping[str, int]

    @cached_property
    def text(self) -> str:
        """The expanded schema as compact JSON, in the order of the source: what the registry is given."""
        return json.dumps(self.expanded, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the Parsing Canonical Form (Avro specification), in hexadecimal."""
        # fastavro annotates what it parses, so it gets a copy of its own.
        canonical = to_parsing_canonical_form(fastavro.parse_schema(json.loads(self.text)))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def examples(self) -> list[Path]:
        """The golden examples of this version, sorted by name."""
        return sorted((self.path.parent / "examples").glob(f"{self.version}-*.json"))


@dataclass(frozen=True)
class Library:
    """Every schema in the repository, by full name and version number, both sorted."""

    types: Mapping[str, Mapping[int, Schema]]
    events: Mapping[str, Mapping[int, Schema]]

    def newest(self, full_name: str) -> Schema:
        """The highest numbered version of an event or a shared type."""
        versions = self.events.get(full_name) or self.types[full_name]
        return versions[max(versions)]

    def schemas(self) -> Iterator[Schema]:
        """All versions of everything, shared types first."""
        for versions in (*self.types.values(), *self.events.values()):
            yield from versions.values()


@dataclass(frozen=True)
class _Source:
    file: str
    path: Path
    full_name: str
    version: int
    content: dict[str, Any]
    pins: dict[str, int]


def load_library(layout: Layout) -> Library:
    """Read and expand every schema; raises ContractError with all that keeps any from being expanded."""
    problems: list[Problem] = []
    sources = list(_read_sources(layout, problems))
    shared = {(source.full_name, source.version): source for source in sources if source.path.parts[-3] == "types"}
    types: dict[str, dict[int, Schema]] = {}
    events: dict[str, dict[int, Schema]] = {}
    for source in sorted(sources, key=lambda source: (source.full_name, source.version)):
        schema = _expand(source, shared, problems)
        group = types if (source.full_name, source.version) in shared else events
        group.setdefault(source.full_name, {})[source.version] = schema
    if problems:
        raise ContractError(problems)
    return Library(types, events)


def _read_sources(layout: Layout, problems: list[Problem]) -> Iterator[_Source]:
    for folder in layout.schema_folders():
        namespace = f"todo.{folder.name.replace('-', '_')}.v1"
        for path in sorted(folder.glob("*/*.avsc")):
            file = layout.name(path)
            content = _read_json(path, file, problems)
            if content is None:
                continue
            full_name = f"{content.get('namespace', '')}.{content.get('name', '')}"
            expected = f"{namespace}.{path.parent.name}"
            if full_name != expected:
                remedy = f"its folder says {expected}: correct namespace and name, or move the file"
                problems.append(Problem(file, f"defines {full_name}", remedy))
                continue
            pins = content.get("x-types", {})
            yield _Source(file, path, full_name, int(path.stem), content, pins)


def _read_json(path: Path, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    if not _VERSION.fullmatch(path.name):
        problems.append(Problem(file, "has no version as its name", "name it 1.avsc, 2.avsc and so on"))
        return None
    try:
        content = json.loads(path.read_text())
    except ValueError as error:
        problems.append(Problem(file, f"is not JSON ({error})", "correct the syntax"))
        return None
    if not isinstance(content, dict) or content.get("type") != "record":
        problems.append(Problem(file, "is not an Avro record", "define one record per file"))
        return None
    return content


def _expand(source: _Source, shared: Mapping[tuple[str, int], _Source], problems: list[Problem]) -> Schema:
    expansion = _Expansion(source.file, shared, problems)
    expanded = expansion.inline(source)
    return Schema(
        source.file,
        source.path,
        source.full_name,
        source.version,
        source.content,
        expanded,
        dict(source.pins),
    )


class _Expansion:
    """The expansion of one schema: which names are defined so far, and from which version of a type."""

    def __init__(self, file: str, shared: Mapping[tuple[str, int], _Source], problems: list[Problem]) -> None:
        self._file = file
        self._shared = shared
        self._problems = problems
        self._defined: dict[str, int | None] = {}

    def inline(self, source: _Source) -> dict[str, Any]:
        content = {key: value for key, value in source.content.items() if key != "x-types"}
        expanded: dict[str, Any] = self._type(content, "", source)
        self._defined[source.full_name] = source.version
        for pinned in source.pins:
            if pinned not in self._defined:
                self._complain(source, f"pins {pinned} and never uses it", "remove it from x-types")
        return expanded

    def _type(self, schema: Any, namespace: str, source: _Source) -> Any:
        if isinstance(schema, str):
            return self._reference(schema, namespace, source)
        if isinstance(schema, list):
            return [self._type(branch, namespace, source) for branch in schema]
        kind = schema.get("type")
        if kind in _NAMED:
            return self._named(schema, namespace, source)
        inner = {"array": "items", "map": "values"}.get(kind) if isinstance(kind, str) else "type"
        if inner is None:
            return dict(schema)
        return {**schema, inner: self._type(schema.get(inner, "null"), namespace, source)}

    def _named(self, schema: Mapping[str, Any], namespace: str, source: _Source) -> dict[str, Any]:
        own = str(schema.get("namespace", namespace))
        full_name = f"{own}.{schema.get('name')}"
        if full_name in self._defined and full_name != source.full_name:
            self._complain(source, f"defines {full_name} a second time", "name it where it is needed again")
        self._defined.setdefault(full_name, None)
        expanded = {**schema, "namespace": own}
        if "fields" in schema:
            expanded["fields"] = [
                {**field, "type": self._type(field.get("type", "null"), own, source)} for field in schema["fields"]
            ]
        return expanded

    def _reference(self, name: str, namespace: str, source: _Source) -> Any:
        if name in PRIMITIVES:
            return name
        full_name = name if "." in name else f"{namespace}.{name}"
        version = source.pins.get(full_name)
        if full_name in self._defined:
            self._agree(source, full_name, version)
            return full_name
        if version is None:
            self._complain(source, f"names {full_name}, which it doesn't define", "define it, or pin it in x-types")
            return "null"
        if (full_name, version) not in self._shared:
            self._complain(source, f"pins {full_name} at {version}", "there is no such file in avro/types: add it")
            return "null"
        return self.inline(self._shared[full_name, version])

    def _agree(self, source: _Source, full_name: str, version: int | None) -> None:
        known = self._defined[full_name]
        if version is not None and known is not None and version != known:
            what = f"needs {full_name} both at {known} and at {version}"
            self._complain(source, what, "pin one version everywhere, with new versions of the types between")

    def _complain(self, source: _Source, what: str, remedy: str) -> None:
        via = "" if source.file == self._file else f" (through {source.file})"
        self._problems.append(Problem(self._file, what + via, remedy))


def named_types(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Every record, enum and fixed that an expanded schema defines, outermost first."""
    if isinstance(schema, list):
        for branch in schema:
            yield from named_types(branch)
    elif isinstance(schema, dict):
        if schema.get("type") in _NAMED:
            yield schema
        for field in schema.get("fields", ()):
            yield from named_types(field["type"])
        for inner in ("items", "values"):
            yield from named_types(schema.get(inner))
        if not isinstance(schema.get("type"), str):
            yield from named_types(schema.get("type"))


def full_name_of(schema: Mapping[str, Any]) -> str:
    """The full name of a named type in an expanded schema."""
    return f"{schema['namespace']}.{schema['name']}"
