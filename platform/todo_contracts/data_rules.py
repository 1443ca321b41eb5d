"""The rules beyond types, avro/**/<N>.rules.yaml: what must hold in every record of version N, in CEL.

A file belongs to the schema beside it and is frozen with it. The rules of a shared type hold wherever that version
of it lies within an event.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from todo_contracts.avro_source import Library, Schema, full_name_of, named_types
from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem
from todo_contracts.strict_yaml import Fields, read_fields

_NAME = re.compile(r"([1-9][0-9]*)\.rules\.yaml")


@dataclass(frozen=True)
class DataRule:
    """One rule: `cel` is over `this`, the record; `message` says in a sentence what must hold."""

    id: str
    cel: str
    message: str


@dataclass(frozen=True)
class RuleFile:
    """The rules of one version of an event or of a shared type."""

    file: str
    schema: Schema
    rules: tuple[DataRule, ...]

    @property
    def counterexamples(self) -> Path:
        """Where the records lie that each break one of the rules."""
        return self.schema.path.parent / "counterexamples"


@dataclass(frozen=True)
class PlacedRule:
    """A rule where it holds in a record: `path` is empty, or as `task.due`, or as `task.reminders[]` for every item."""

    file: str
    id: str
    path: str
    cel: str
    message: str


def load_rules(layout: Layout, library: Library) -> dict[tuple[str, int], RuleFile]:
    """Full name and version → its rules; raises ContractError with all that is wrong in any file."""
    problems: list[Problem] = []
    schemas = {schema.path: schema for schema in library.schemas()}
    found: dict[tuple[str, int], RuleFile] = {}
    for folder in layout.schema_folders():
        for path in sorted((*folder.glob("*/*.yaml"), *folder.glob("*/*.yml"))):
            rules = _read(path, layout.name(path), schemas, problems)
            if rules is not None:
                found[rules.schema.full_name, rules.schema.version] = rules
    if problems:
        raise ContractError(problems)
    return found


def rules_in(schema: Schema, library: Library, files: Mapping[tuple[str, int], RuleFile]) -> Iterator[PlacedRule]:
    """The rules of a version, its own first, then those of the shared types in it by their place."""
    versions = _versions(schema, library)
    for path, full_name in ("", schema.full_name), *_places(schema):
        if file := files.get((full_name, versions.get(full_name, 0))):
            for rule in file.rules:
                yield PlacedRule(file.file, rule.id, path, rule.cel, rule.message)


def _read(path: Path, file: str, schemas: Mapping[Path, Schema], problems: list[Problem]) -> RuleFile | None:
    match = _NAME.fullmatch(path.name)
    schema = schemas.get(path.with_name(f"{match[1]}.avsc")) if match else None
    if schema is None:
        remedy = "name it <N>.rules.yaml, like the <N>.avsc that it belongs to"
        problems.append(Problem(file, "holds the rules of no version of a schema", remedy))
        return None
    fields = read_fields(path, file, problems)
    if fields is None:
        return None
    rules = tuple(_rule(entry) for entry in fields.entries("rules"))
    fields.close()
    return RuleFile(file, schema, rules)


def _rule(fields: Fields) -> DataRule:
    rule = DataRule(fields.text("id"), fields.text("cel").strip(), fields.text("message"))
    fields.close()
    return rule


def _versions(schema: Schema, library: Library) -> dict[str, int]:
    """Full name → version of a schema and of all shared types in it, also those that only another type pins."""
    versions = {schema.full_name: schema.version}
    waiting = [schema]
    while waiting:
        for name, version in waiting.pop().pins.items():
            if name not in versions:
                versions[name] = version
                waiting.append(library.types[name][version])
    return versions


def _places(schema: Schema) -> Iterator[tuple[str, str]]:
    """Path and full name of every record within a record, outermost first. A type within itself isn't entered again."""
    named = {full_name_of(one): one for one in named_types(schema.expanded)}
    yield from _inside(schema.expanded, "", named, frozenset((schema.full_name,)))


def _inside(
    record: Mapping[str, Any], path: str, named: Mapping[str, Mapping[str, Any]], around: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for field in record["fields"]:
        place = f"{path}.{field['name']}" if path else str(field["name"])
        yield from _at(field["type"], place, named, around)


def _at(
    schema: Any, path: str, named: Mapping[str, Mapping[str, Any]], around: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if isinstance(schema, str):
        schema = named.get(schema, {})
    if isinstance(schema, list):
        for branch in schema:
            yield from _at(branch, path, named, around)
    elif schema.get("type") in ("array", "map"):
        yield from _at(schema.get("items", schema.get("values")), f"{path}[]", named, around)
    elif schema.get("type") == "record" and (name := full_name_of(schema)) not in around:
        yield path, name
        yield from _inside(schema, path, named, around | {name})
