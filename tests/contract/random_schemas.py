"""Random Avro records and random next versions of them, from a seed: wilder than the house rules allow."""

import copy
import random
from collections.abc import Callable
from typing import Any

NAMESPACE = "todo.random.v1"
_PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
_DEFAULTS: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 2,
    "float": 0.5,
    "double": 1.5,
    "bytes": "b",
    "string": "s",
}
Schema = dict[str, Any]


class Schemas:
    """A source of schemas; the same seed gives the same ones.

    `aliases`: whether a type that is renamed may keep its old name as one.
    """

    def __init__(self, seed: int, *, aliases: bool = True) -> None:
        self._random = random.Random(seed)
        self._aliases = aliases
        self._names = 0

    def record(self) -> Schema:
        """A record of one to four fields."""
        self._names = 0
        return self._record("Thing", depth=0)

    def next(self, schema: Schema) -> Schema:
        """The record after one to three random changes, some of them none at all."""
        changed = copy.deepcopy(schema)
        for _ in range(self._random.randint(1, 3)):
            self._random.choice(_CHANGES)(self, changed)
        return changed

    def _record(self, name: str, depth: int) -> Schema:
        fields = [self._field(f"f{number}", depth) for number in range(self._random.randint(1, 4))]
        return {"type": "record", "name": name, "namespace": NAMESPACE, "fields": fields}

    def _field(self, name: str, depth: int) -> Schema:
        kind = self._type(depth + 1)
        made: Schema = {"name": name, "type": kind}
        default = _default(kind)
        if default is not ... and self._random.random() < 0.5:
            made["default"] = default
        return made

    def _type(self, depth: int) -> Any:
        kinds = ["primitive", "primitive", "enum", "fixed", "logical"]
        kinds += ["record", "array", "map", "union", "union"] if depth < 3 else []
        kind = self._random.choice(kinds)
        if kind == "primitive":
            return self._random.choice(_PRIMITIVES)
        if kind == "logical":
            return self._random.choice(
                (
                    {"type": "string", "logicalType": "uuid"},
                    {"type": "long", "logicalType": "timestamp-micros"},
                    {"type": "long", "logicalType": "timestamp-millis"},
                    {"type": "int", "logicalType": "date"},
                )
            )
        if kind == "array":
            return {"type": "array", "items": self._type(depth + 1)}
        if kind == "map":
            return {"type": "map", "values": self._type(depth + 1)}
        if kind == "union":
            return self._union(depth)
        return self._named(kind, depth)

    def _union(self, depth: int) -> list[Any]:
        branches = self._random.sample(_PRIMITIVES, self._random.randint(1, 3))
        extra = [self._named(self._random.choice(("enum", "fixed", "record")), depth)]
        return [*branches, *(extra if self._random.random() < 0.4 else [])]

    def _named(self, kind: str, depth: int) -> Schema:
        self._names += 1
        name = f"{kind.capitalize()}{self._names}"
        if kind == "record":
            return self._record(name, depth)
        if kind == "fixed":
            return {"type": "fixed", "name": name, "namespace": NAMESPACE, "size": self._random.choice((2, 4))}
        symbols = self._random.sample(("A", "B", "C", "D"), self._random.randint(1, 4))
        made: Schema = {"type": "enum", "name": name, "namespace": NAMESPACE, "symbols": symbols}
        return made | ({"default": symbols[0]} if self._random.random() < 0.5 else {})

    def _any(self, schema: Any, wanted: Callable[[Schema], bool]) -> Schema | None:
        found = [one for one in _nodes(schema) if wanted(one)]
        return self._random.choice(found) if found else None

    def add_field(self, schema: Schema) -> None:
        """Somewhere, a field more."""
        if record := self._any(schema, _is("record")):
            self._names += 100
            record["fields"].append(self._field(f"g{self._names}", depth=1))

    def drop_field(self, schema: Schema) -> None:
        """Somewhere, a field less."""
        record = self._any(schema, lambda one: _is("record")(one) and len(one["fields"]) > 1)
        if record:
            record["fields"].pop(self._random.randrange(len(record["fields"])))

    def retype_field(self, schema: Schema) -> None:
        """Somewhere, a field of another type."""
        if field := self._any(schema, _is_field):
            field["type"] = self._random.choice(_PRIMITIVES)
            field.pop("default", None)

    def promote_field(self, schema: Schema) -> None:
        """Somewhere, a wider number, or text for bytes."""
        wider = {"int": "long", "long": "double", "float": "double", "string": "bytes", "bytes": "string"}
        field = self._any(schema, lambda one: _is_field(one) and isinstance(one["type"], str) and one["type"] in wider)
        if field:
            field["type"] = wider[field["type"]]
            field.pop("default", None)

    def flip_default(self, schema: Schema) -> None:
        """Somewhere, a default given or taken."""
        if field := self._any(schema, _is_field):
            if "default" in field:
                del field["default"]
            elif (default := _default(field["type"])) is not ...:
                field["default"] = default

    def make_optional(self, schema: Schema) -> None:
        """Somewhere, null allowed."""
        field = self._any(schema, lambda one: _is_field(one) and isinstance(one["type"], str) and one["type"] != "null")
        if field:
            field |= {"type": ["null", field["type"]], "default": None}

    def change_symbols(self, schema: Schema) -> None:
        """Somewhere, other symbols of an enum."""
        if enum := self._any(schema, _is("enum")):
            enum["symbols"] = self._random.sample(("A", "B", "C", "D", "E"), self._random.randint(1, 5))
            if enum.get("default") not in enum["symbols"]:
                enum.pop("default", None)
            self._without_defaults(schema)

    def resize(self, schema: Schema) -> None:
        """Somewhere, another size of a fixed."""
        if fixed := self._any(schema, _is("fixed")):
            fixed["size"] = 4 if fixed["size"] == 2 else 2

    def rename(self, schema: Schema) -> None:
        """Somewhere inside, another name of a type, perhaps with the old one as its alias."""
        named = self._any(
            schema, lambda one: one.get("type") in ("record", "enum", "fixed") and one is not schema and "name" in one
        )
        if named:
            if self._aliases and self._random.random() < 0.5:
                named["aliases"] = [named["name"]]
            named["name"] = f"Renamed{named['name']}"

    def reorder(self, schema: Schema) -> None:
        """Somewhere, a union in another order."""
        field = self._any(schema, lambda one: _is_field(one) and isinstance(one["type"], list))
        if field:
            field["type"].reverse()
            field.pop("default", None)

    def _without_defaults(self, schema: Schema) -> None:
        """A default of an enum's field may name a symbol that is gone."""
        for field in _nodes(schema):
            if _is_field(field) and isinstance(field["type"], dict) and field["type"].get("type") == "enum":
                field.pop("default", None)


_CHANGES: tuple[Callable[[Schemas, Schema], None], ...] = (
    Schemas.add_field,
    Schemas.add_field,
    Schemas.drop_field,
    Schemas.retype_field,
    Schemas.promote_field,
    Schemas.flip_default,
    Schemas.make_optional,
    Schemas.change_symbols,
    Schemas.resize,
    Schemas.rename,
    Schemas.reorder,
)


def _nodes(schema: Any) -> list[Schema]:
    """Every mapping in a schema: types and fields."""
    if isinstance(schema, list):
        return [node for branch in schema for node in _nodes(branch)]
    if not isinstance(schema, dict):
        return []
    inner = [*schema.get("fields", ()), *(schema.get(key) for key in ("type", "items", "values"))]
    return [schema, *(node for one in inner for node in _nodes(one))]


def _is(kind: str) -> Callable[[Schema], bool]:
    return lambda one: one.get("type") == kind


def _is_field(one: Schema) -> bool:
    return "name" in one and "fields" not in one and "symbols" not in one and "size" not in one


def _default(kind: Any) -> Any:
    """A legal default of a type; `...` for those that this module gives none."""
    if isinstance(kind, list):
        return _default(kind[0])
    if isinstance(kind, str):
        return _DEFAULTS.get(kind, ...)
    if kind["type"] == "enum":
        return kind["symbols"][0]
    if kind["type"] in ("array", "map"):
        return [] if kind["type"] == "array" else {}
    return _DEFAULTS[kind["type"]] if kind["type"] in ("int", "long") else ...
