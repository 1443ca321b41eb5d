"""Events and shared types as the page shows them: fields with their types in words, versions with what they changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from todo_contracts.avro_source import Schema, full_name_of, named_types
from todo_contracts.catalogue import Topic
from todo_contracts.data_rules import rules_in
from todo_contracts.docs.sources import Sources
from todo_contracts.evolution.additions import differences

_LOGICAL = {"uuid": "UUID", "timestamp-micros": "time, UTC", "date": "date"}


@dataclass(frozen=True)
class FieldView:
    """One field. `link` is the full name of the type that it leads to; empty for a plain one."""

    name: str
    type: str
    link: str
    default: str
    doc: str


@dataclass(frozen=True)
class RuleView:
    """One rule beyond types; `place` is where in the event it holds."""

    id: str
    place: str
    cel: str
    message: str


@dataclass(frozen=True)
class VersionView:
    """One version: its state, and what it changed in words."""

    number: int
    state: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class EventView:
    """One event on one topic."""

    name: str
    full_name: str
    doc: str
    fields: tuple[FieldView, ...]
    versions: tuple[VersionView, ...]
    rules: tuple[RuleView, ...]
    examples: Mapping[str, Any]


@dataclass(frozen=True)
class TypeView:
    """A record or an enum that events hold. Only an enum has `symbols`, only a shared type `versions`."""

    name: str
    full_name: str
    doc: str
    fields: tuple[FieldView, ...]
    symbols: tuple[str, ...]
    versions: tuple[VersionView, ...]
    used_by: tuple[str, ...]


def event_views(sources: Sources, topic: Topic) -> Iterator[EventView]:
    """The events of a topic, in the order of the catalogue."""
    for record, states in topic.records.items():
        newest = sources.library.newest(record)
        yield EventView(
            name=record.rpartition(".")[2],
            full_name=record,
            doc=str(newest.expanded.get("doc", "")),
            fields=tuple(_fields(newest.expanded)),
            versions=tuple(_versions(sources.library.events[record], states)),
            rules=tuple(
                RuleView(rule.id, rule.path, rule.cel, rule.message)
                for rule in rules_in(newest, sources.library, sources.rules)
            ),
            examples={path.stem: json.loads(path.read_text()) for path in newest.examples},
        )


def type_views(sources: Sources) -> Iterator[TypeView]:
    """Every record and enum that lies within an event, by full name; a shared type as its newest version."""
    library = sources.library
    found: dict[str, Mapping[str, Any]] = {}
    users: dict[str, list[str]] = {}
    for record in library.events:
        for named in named_types(library.newest(record).expanded):
            if (name := full_name_of(named)) not in library.events:
                found.setdefault(name, named)
                users.setdefault(name, []).append(record)
    for name, named in sorted(found.items()):
        newest = library.newest(name).expanded if name in library.types else named
        yield TypeView(
            name=str(newest["name"]),
            full_name=name,
            doc=str(newest.get("doc", "")),
            fields=tuple(_fields(newest)),
            symbols=tuple(newest.get("symbols", ())),
            versions=tuple(_versions(library.types.get(name, {}), {})),
            used_by=tuple(users[name]),
        )


def _fields(record: Mapping[str, Any]) -> Iterator[FieldView]:
    for field in record.get("fields", ()):
        words, link = _words(field["type"])
        default = json.dumps(field["default"]) if "default" in field else ""
        yield FieldView(field["name"], words, link, default, str(field.get("doc", "")))


def _words(schema: Any) -> tuple[str, str]:
    """A type in words, and the full name of the named type in it."""
    if isinstance(schema, list):
        words, link = _words(next(branch for branch in schema if branch != "null"))
        return f"{words}, or null", link
    if isinstance(schema, str):
        return (schema.rpartition(".")[2], schema) if "." in schema else (schema, "")
    kind = schema["type"]
    if kind in ("record", "enum", "fixed"):
        return str(schema["name"]), full_name_of(schema)
    if kind in ("array", "map"):
        words, link = _words(schema["items" if kind == "array" else "values"])
        return f"{'list' if kind == 'array' else 'map'} of {words}", link
    return _LOGICAL.get(schema.get("logicalType", ""), str(kind)), ""


def _versions(versions: Mapping[int, Schema], states: Mapping[int, object]) -> Iterator[VersionView]:
    before: Schema | None = None
    for number in sorted(versions):
        schema = versions[number]
        changes = differences(before.expanded, schema.expanded) if before else []
        words = tuple(f"{path}: {what}" if path else what for path, what in changes)
        yield VersionView(number, str(states.get(number, "")), words or (() if before else ("the first version",)))
        before = schema
