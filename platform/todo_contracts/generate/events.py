"""Generates one Python module per Avro namespace: a typed view for each record, a StrEnum for each enum."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2

from todo_contracts.avro_source import Library, Schema, full_name_of, named_types
from todo_contracts.catalogue import Topic
from todo_contracts.data_rules import PlacedRule, RuleFile, rules_in
from todo_contracts.generate.conversions import Conversion, UnsupportedTypeError, conversion, default_of
from todo_contracts.generate.names import safe
from todo_contracts.problems import ContractError, Problem

_RESERVED = frozenset(("record", "wrap", "self", "SCHEMA"))


@dataclass(frozen=True)
class Field:
    """One field of a record, ready for the template."""

    key: str
    name: str
    doc: str
    conversion: Conversion
    default: str | None


@dataclass(frozen=True)
class Definition:
    """One enum (`symbols`) or record (`fields`) of a module; `event` when it is a message of its own."""

    name: str
    doc: str
    symbols: tuple[str, ...]
    fields: tuple[Field, ...]
    event: Schema | None
    topics: tuple[str, ...]
    rules: tuple[PlacedRule, ...]


def event_modules(
    library: Library,
    topics: Mapping[str, Topic],
    rule_files: Mapping[tuple[str, int], RuleFile],
    templates: jinja2.Environment,
) -> dict[str, str]:
    """Path below gen/ → text, for every Avro namespace; raises ContractError for unsupported types."""
    found = _definitions(library)
    kinds = {name: str(schema["type"]) for name, (schema, _) in found.items()}
    problems: list[Problem] = []
    modules: dict[str, list[Definition]] = {}
    foreign: dict[str, set[str]] = {}
    for schema, origin in found.values():
        namespace = str(schema["namespace"])
        fields = tuple(_fields(schema, kinds, origin, problems))
        if schema["type"] != "fixed":
            modules.setdefault(namespace, []).append(_definition(schema, fields, library, topics, rule_files))
        foreign.setdefault(namespace, set()).update(_references(schema, namespace))
    if problems:
        raise ContractError(problems)
    template = templates.get_template("events.py.j2")
    return {
        f"{namespace.replace('.', '/')}/__init__.py": template.render(
            namespace=namespace,
            imports=_imports(foreign[namespace], kinds),
            enums=[definition for definition in definitions if definition.symbols],
            records=[definition for definition in definitions if not definition.symbols],
        )
        for namespace, definitions in sorted(modules.items())
    }


def _definition(
    schema: Mapping[str, Any],
    fields: tuple[Field, ...],
    library: Library,
    topics: Mapping[str, Topic],
    rule_files: Mapping[tuple[str, int], RuleFile],
) -> Definition:
    full_name = full_name_of(schema)
    event = library.newest(full_name) if full_name in library.events else None
    return Definition(
        name=str(schema["name"]),
        doc=_doc(schema),
        symbols=tuple(schema.get("symbols", ())),
        fields=fields,
        event=event,
        topics=tuple(topic.name for topic in topics.values() if full_name in topic.records),
        rules=tuple(rules_in(event, library, rule_files)) if event else (),
    )


def _definitions(library: Library) -> dict[str, tuple[Mapping[str, Any], Schema]]:
    """Every named type of the newest versions with the schema that it was met in; raises where two differ."""
    found: dict[str, tuple[Mapping[str, Any], Schema]] = {}
    problems: list[Problem] = []
    for full_name in (*library.types, *library.events):
        newest = library.newest(full_name)
        problems.extend(_stale_pins(newest, library))
        for schema in named_types(newest.expanded):
            name = full_name_of(schema)
            known, origin = found.setdefault(name, (schema, newest))
            if _shape(known) != _shape(schema) and name not in library.types:
                what = f"defines {name} otherwise than {origin.file}"
                problems.append(Problem(newest.file, what, "make them equal, or move it to avro/types"))
    if problems:
        raise ContractError(problems)
    return dict(sorted(found.items()))


def _stale_pins(schema: Schema, library: Library) -> Iterator[Problem]:
    for name, version in schema.pins.items():
        newest = library.newest(name).version
        if version != newest:
            what = f"pins {name} at {version}, and the newest is {newest}"
            yield Problem(schema.file, what, f"add a version of {schema.full_name} that pins {newest}")


def _shape(schema: Any) -> Any:
    """A schema with nested definitions reduced to their names: what two sightings of one type must share."""
    if isinstance(schema, list):
        return [_shape(branch) for branch in schema]
    if not isinstance(schema, Mapping):
        return schema
    shape = dict(schema)
    if "fields" in shape:
        shape["fields"] = [{**field, "type": _shape_or_name(field["type"])} for field in shape["fields"]]
    return shape


def _shape_or_name(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_shape_or_name(branch) for branch in schema]
    if isinstance(schema, Mapping) and "name" in schema:
        return full_name_of(schema)
    if isinstance(schema, Mapping):
        return {key: _shape_or_name(value) if key in ("items", "values") else value for key, value in schema.items()}
    return schema


def _fields(
    schema: Mapping[str, Any], kinds: Mapping[str, str], origin: Schema, problems: list[Problem]
) -> Iterator[Field]:
    for field in schema.get("fields", ()):
        where = f"{schema['name']}.{field['name']}"
        if field["name"] in _RESERVED:
            problems.append(Problem(origin.file, f"{where} has a reserved name", "choose another name"))
        try:
            converted = conversion(field["type"], kinds)
        except UnsupportedTypeError as error:
            remedy = "use a type, one type or null, an array or a map of them; uuid, timestamp-micros or date"
            problems.append(Problem(origin.file, f"{where} has {error}", remedy))
            continue
        default = default_of(field, kinds)
        yield Field(field["name"], safe(field["name"]), _doc(field), converted, default)


def _doc(schema: Mapping[str, Any]) -> str:
    return str(schema.get("doc") or schema["name"])


def _references(schema: Mapping[str, Any], namespace: str) -> Iterator[str]:
    """Full names from other namespaces that the fields of one record use."""
    for field in schema.get("fields", ()):
        for name in _names(field["type"]):
            if name.rpartition(".")[0] != namespace:
                yield name


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, str):
        if "." in schema:
            yield schema
    elif isinstance(schema, list):
        for branch in schema:
            yield from _names(branch)
    elif "name" in schema:
        yield full_name_of(schema)
    else:
        for inner in ("items", "values", "type"):
            yield from _names(schema.get(inner, "null"))


def _imports(names: set[str], kinds: Mapping[str, str]) -> dict[str, list[str]]:
    imports: dict[str, list[str]] = {}
    for full_name in sorted(name for name in names if kinds[name] != "fixed"):
        module, _, name = full_name.rpartition(".")
        imports.setdefault(module, []).append(name)
    return imports
