"""What a state of the contracts guarantees for ever: the facts that may not change once they are published.

A topic with a published record keeps its partitions, key, clean-up and headers, and its level of compatibility never
sinks; a published version keeps its schema, its rules and its state, and so do the shared types that it pins.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import yaml

from todo_contracts.evolution.affected import Sides
from todo_contracts.evolution.levels import strictness
from todo_contracts.history.trees import Tree

_SETTINGS = ("partitions", "cleanup", "compatibility", "headers")
_ABSENT = "absent"


@dataclass(frozen=True, order=True)
class Guarantee:
    """One fact. `kind` says how it is compared; `subject` is what the file says it about."""

    file: str
    kind: str
    subject: str
    value: str
    sides: Sides

    @property
    def key(self) -> tuple[str, str, str]:
        """What the fact is about, whatever its value."""
        return (self.file, self.kind, self.subject)

    def joined(self, other: "Guarantee | None") -> "Guarantee":
        """The same fact with everybody who relies on it."""
        return self if other is None else replace(self, sides=self.sides.joined(other.sides))


def guarantees_of(tree: Tree) -> dict[tuple[str, str, str], Guarantee]:
    """Every fact that a state of the contracts guarantees, by what it is about."""
    found: dict[tuple[str, str, str], Guarantee] = {}
    for guarantee in _guarantees(tree):
        found[guarantee.key] = guarantee.joined(found.get(guarantee.key))
    return found


def _guarantees(tree: Tree) -> Iterator[Guarantee]:
    for file, topic in _topics(tree):
        published = list(_published(topic))
        if published:
            sides = Sides(_names(topic.get("producers")), _names(topic.get("consumers")))
            yield from _of_topic(tree, file, topic, sides)
            for record, version in published:
                yield Guarantee(file, "state", f"{record} {version}", "published", sides)
                yield from _of_version(tree, _schema_path(record, version), sides, set())


def present_value(tree: Tree, guarantee: Guarantee) -> str:
    """What the same fact is in another state; `absent` where it isn't there any more."""
    if guarantee.kind == "content":
        return tree.blobs.get(guarantee.file, _ABSENT)
    content = _yaml(tree, guarantee.file)
    if guarantee.kind == "headers":
        return _headers(content)
    if guarantee.kind == "key":
        return str(_mapping(content.get("key")).get("type", _ABSENT))
    if guarantee.kind == "state":
        record, _, version = guarantee.subject.partition(" ")
        return str(_mapping(_mapping(content.get("records")).get(record)).get(int(version), _ABSENT))
    return str(content.get(guarantee.subject, _ABSENT))


def kept(guarantee: Guarantee, value: str) -> bool:
    """Whether a later value of a fact keeps the guarantee."""
    if guarantee.kind == "level":
        return strictness(value) >= strictness(guarantee.value)
    if guarantee.kind == "headers":
        return value != _ABSENT and _headers_kept(json.loads(guarantee.value), json.loads(value))
    return value == guarantee.value


def _topics(tree: Tree) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(tree.blobs):
        if path.startswith("avro/topics/") and path.endswith(".yaml"):
            yield path, _yaml(tree, path)


def _of_topic(tree: Tree, file: str, topic: Mapping[str, Any], sides: Sides) -> Iterator[Guarantee]:
    for name in _SETTINGS:
        kind = "level" if name == "compatibility" else "setting"
        yield Guarantee(file, kind, name, str(topic.get(name, _ABSENT)), sides)
    yield Guarantee(file, "key", "key.type", str(_mapping(topic.get("key")).get("type", _ABSENT)), sides)
    headers = f"avro/headers/{topic.get('headers')}.yaml"
    yield Guarantee(headers, "headers", "its headers", _headers(_yaml(tree, headers)), sides)


def _of_version(tree: Tree, path: str, sides: Sides, seen: set[str]) -> Iterator[Guarantee]:
    """A version with its rules, and the shared types that it pins."""
    if path in seen:
        return
    seen.add(path)
    for file in (path, path.replace(".avsc", ".rules.yaml")):
        yield Guarantee(file, "content", "its content", tree.blobs.get(file, _ABSENT), sides)
    if path in tree.blobs:
        for name, version in _pins(tree.read(path)).items():
            yield from _of_version(tree, f"avro/types/{name.rpartition('.')[2]}/{version}.avsc", sides, seen)


def _names(value: Any) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def _pins(schema: bytes) -> Mapping[str, Any]:
    """The shared types that a schema pins; none where it can't be read, which other rules say."""
    try:
        return _mapping(_mapping(json.loads(schema)).get("x-types"))
    except ValueError:
        return {}


def _mapping(value: Any) -> Mapping[Any, Any]:
    """A mapping as it is, and anything else, which other rules refuse, as an empty one."""
    return value if isinstance(value, dict) else {}


def _published(topic: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for record, versions in _mapping(topic.get("records")).items():
        for version, state in _mapping(versions).items():
            if state == "published":
                yield record, version


def _schema_path(record: str, version: int) -> str:
    *_, folder, _, name = record.split(".")
    return f"avro/{folder.replace('_', '-')}/{name}/{version}.avsc"


def _yaml(tree: Tree, path: str) -> Mapping[str, Any]:
    """A file's mapping; empty where it is gone or can't be read, which other rules say."""
    if path not in tree.blobs:
        return {}
    return _parsed(tree.read(path))


@lru_cache(maxsize=256)
def _parsed(text: bytes) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return content if isinstance(content, dict) else {}


def _headers(content: Mapping[str, Any]) -> str:
    headers = content.get("headers")
    if not isinstance(headers, dict):
        return _ABSENT
    return json.dumps({name: bool(_mapping(header).get("required")) for name, header in headers.items()})


def _headers_kept(before: Mapping[str, bool], after: Mapping[str, bool]) -> bool:
    """Whoever reads one finds it, and nobody has to send one that didn't exist."""
    return all(after.get(name) == required for name, required in before.items()) and not any(
        required for name, required in after.items() if name not in before
    )
