"""What changed between two images of the protobuf contracts, and which of it breaks a client.

Rule names are buf's where buf has the rule; those about routes, audiences and constraints are this project's own,
since buf looks at none of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from todo_contracts.evolution import advice, affected
from todo_contracts.evolution.change import Change, Verdict
from todo_contracts.evolution.constraints import refuses_absence, tightened
from todo_contracts.evolution.proto_image import Element, Image, Key
from todo_contracts.manifest import Manifest

_SCALARS = frozenset(
    (
        *("double", "float", "bool", "string", "bytes", "enum", "int32", "int64", "uint32", "uint64"),
        *("sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"),
    )
)
_OWN_RULES = {"http": "HTTP_SAME_RULE", "audience": "AUDIENCE_SAME", "required": "REQUIRED_SAME"}


def proto_changes(older: Image, newer: Image, manifests: Mapping[str, Manifest]) -> list[Change]:
    """Every difference, sorted."""
    return sorted(set(_Comparison(older, newer, manifests).changes()))


class _Comparison:
    """One step from an image to another."""

    def __init__(self, older: Image, newer: Image, manifests: Mapping[str, Manifest]) -> None:
        self._older, self._newer, self._manifests = older, newer, manifests

    def changes(self) -> Iterator[Change]:
        for key, element in self._older.elements.items():
            if key in self._newer.elements:
                yield from self._changed(element, self._newer.elements[key])
            elif not self._said_by_parent(key, self._newer):
                yield self._refused(element, f"{_word(element)} was removed", f"{element.kind}_NO_DELETE")
        for key, element in self._newer.elements.items():
            if key not in self._older.elements and not self._said_by_parent(key, self._older):
                yield from self._added(key, element)

    @staticmethod
    def _said_by_parent(key: Key, other: Image) -> bool:
        """A field of a message that went or came with it needs no line of its own."""
        parent = {"FIELD": "MESSAGE", "ONEOF": "MESSAGE", "ENUM_VALUE": "ENUM"}.get(key[0])
        if key[0] == "RPC":
            return ("SERVICE", key[1].rpartition(".")[0]) not in other.elements
        return parent is not None and (parent, key[1]) not in other.elements

    def _added(self, key: Key, element: Element) -> Iterator[Change]:
        if key[0] == "FIELD" and self._must_be_set(element):
            what = "a field was added that every request must set, and clients of before don't"
            yield self._refused(element, what, "NEW_FIELD_OPTIONAL")
        else:
            yield self._legal(element, f"{_word(element)} was added", "servers first, then clients")

    def _must_be_set(self, element: Element) -> bool:
        known = element.attributes
        message = known["type"] not in _SCALARS and ("ENUM", known["type"]) not in self._newer.elements
        presence = known["cardinality"] == "optional" or bool(known["oneof"]) or message
        tracked = presence and known["cardinality"] != "repeated"
        return bool(known["required"]) or refuses_absence(known["constraints"], presence=tracked)

    def _changed(self, older: Element, newer: Element) -> Iterator[Change]:
        for name, before in older.attributes.items():
            after = newer.attributes[name]
            if before != after:
                yield from self._attribute(older, newer, name, (before, after))

    def _attribute(self, older: Element, newer: Element, name: str, values: tuple[Any, Any]) -> Iterator[Change]:
        before, after = values
        if name == "constraints":
            stricter = tightened(before, after)
            for what in stricter:
                yield self._refused(older, f"a constraint was tightened: {what}", "CONSTRAINT_NOT_TIGHTENED")
            if not stricter:
                yield self._legal(older, "its constraints were loosened", "servers first, then clients")
        elif _harmless(name, before, after):
            yield self._legal(newer, f"{name} became {_said(after)}", "servers first, then clients")
        else:
            rule = _OWN_RULES.get(name, f"{older.kind}_SAME_{name.upper()}")
            yield self._refused(older, f"its {_title(name)} was {_said(before)} and is {_said(after)}", rule)

    def _refused(self, element: Element, what: str, rule: str) -> Change:
        affects = self._affects(element)
        return Change(element.file, element.name, what, Verdict.BREAKING, rule, advice.for_proto(rule), affects)

    def _legal(self, element: Element, what: str, order: str) -> Change:
        affects = self._affects(element)
        return Change(element.file, element.name, what, Verdict.LEGAL, advice=order, affects=affects)

    def _affects(self, element: Element) -> str:
        if element.kind == "RPC":
            methods = {(element.of, element.name.rpartition(".")[2])}
        elif element.kind in ("SERVICE", "FILE"):
            methods = {
                (rpc.of, rpc.name.rpartition(".")[2])
                for image in (self._older, self._newer)
                for rpc in image.elements.values()
                if rpc.kind == "RPC" and element.name in (rpc.of, rpc.file)
            }
        else:
            methods = {*self._older.uses.get(element.of, ()), *self._newer.uses.get(element.of, ())}
        return affected.of_methods(methods, self._manifests)


def _harmless(name: str, before: Any, after: Any) -> bool:
    if name == "http":
        return not before or _bindings(before) <= _bindings(after)
    if name == "audience":
        # Whoever could call it with a token can call it without one.
        return bool(after == "public")
    return name == "required" and not after


def _bindings(rule: Mapping[str, Any]) -> set[tuple[tuple[str, str], ...]]:
    """Every way to call a method: the route itself and its additional bindings."""
    own = {key: value for key, value in rule.items() if key != "additional_bindings"}
    bindings = (own, *rule.get("additional_bindings", ()))
    return {tuple(sorted((key, str(value)) for key, value in binding.items())) for binding in bindings}


def _title(name: str) -> str:
    return {"http": "HTTP route", "json_name": "JSON name"}.get(name, name.replace("_", " "))


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {inner}" for key, inner in sorted(value.items())) or "none"
    return str(value) if value != "" else "none"


def _word(element: Element) -> str:
    return {
        "FILE": "the file",
        "MESSAGE": "the message",
        "FIELD": "the field",
        "ONEOF": "the oneof",
        "ENUM": "the enum",
        "ENUM_VALUE": "the value",
        "EXTENSION": "the option",
        "SERVICE": "the service",
        "RPC": "the method",
    }[element.kind]
