"""Services and messages as the page shows them: routes, audiences, constraints, who serves and who calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from todo_contracts.docs.sources import Sources
from todo_contracts.evolution.proto_image import Element

# Levels of protovalidate's options that only repeat what the type says.
_KINDS = frozenset(("string", "repeated", "int32", "int64", "bytes", "enum", "duration", "map"))
_AUDIENCES = {
    "people": "with a token",
    "public": "everybody",
    "operator": "operators",
    "internal": "services only",
}


@dataclass(frozen=True)
class MethodView:
    """One method. `routes` such as `GET /v1/{name=workspaces/*}`."""

    name: str
    doc: str
    routes: tuple[str, ...]
    audience: str
    request: str
    response: str
    streams: str
    callers: tuple[str, ...]


@dataclass(frozen=True)
class ServiceView:
    """One gRPC service; `servers` are the services of this repository that serve it, `rest`: also through a gateway."""

    name: str
    full_name: str
    doc: str
    servers: tuple[str, ...]
    rest: bool
    methods: tuple[MethodView, ...]


@dataclass(frozen=True)
class FieldView:
    """One field of a message, or one value of an enum."""

    name: str
    number: str
    type: str
    link: str
    constraints: str
    doc: str


@dataclass(frozen=True)
class MessageView:
    """One message or enum."""

    package: str
    name: str
    full_name: str
    kind: str
    doc: str
    fields: tuple[FieldView, ...]


def service_views(sources: Sources) -> Iterator[ServiceView]:
    """Every gRPC service, by full name."""
    for name, service in sources.wiring.services.items():
        methods = tuple(_method(sources, f"{name}.{method.name}") for method in service.methods)
        yield ServiceView(
            service.name, name, sources.comments.get(name, ""), sources.servers(name), sources.has_rest(name), methods
        )


def message_views(sources: Sources) -> Iterator[MessageView]:
    """Every message and enum of the contracts, in the order of their files."""
    members: dict[str, list[tuple[str, Element]]] = {}
    for key, element in sources.image.elements.items():
        if element.kind in ("FIELD", "ENUM_VALUE"):
            members.setdefault(element.of, []).append((key[2], element))
    packages = {
        element.file: element.attributes["package"] for element in sources.image.elements.values() if not element.of
    }
    for element in sources.image.elements.values():
        if element.kind in ("MESSAGE", "ENUM"):
            package = str(packages[element.file])
            fields = tuple(_field(sources, number, member) for number, member in members.get(element.name, ()))
            name = element.name.removeprefix(f"{package}.")
            doc = sources.comments.get(element.name, "")
            yield MessageView(package, name, element.name, element.kind.lower(), doc, fields)


def _method(sources: Sources, full_name: str) -> MethodView:
    element = sources.image.elements["RPC", full_name]
    attributes = element.attributes
    directions = {"requests": attributes["client_streaming"], "answers": attributes["server_streaming"]}
    name = full_name.rpartition(".")[2]
    return MethodView(
        name=name,
        doc=sources.comments.get(full_name, ""),
        routes=tuple(_routes(attributes["http"])),
        audience=_AUDIENCES.get(attributes["audience"], attributes["audience"]),
        request=attributes["request_type"],
        response=attributes["response_type"],
        streams=" and ".join(side for side, streamed in directions.items() if streamed),
        callers=tuple(one.name for one in sources.wiring.manifests.values() if name in one.calls.get(element.of, ())),
    )


def _routes(http: Mapping[str, Any]) -> Iterator[str]:
    for rule in (http, *http.get("additional_bindings", ())):
        for verb in ("get", "post", "put", "patch", "delete"):
            if verb in rule:
                yield f"{verb.upper()} {rule[verb]}"


def _field(sources: Sources, number: str, element: Element) -> FieldView:
    attributes = element.attributes
    doc = sources.comments.get(element.name, "")
    words, link = _type(sources, str(attributes.get("type", "")), str(attributes.get("cardinality", "")))
    oneof = attributes.get("oneof")
    said = [
        *(["required"] if attributes.get("required") else ()),
        *([f"at most one of {oneof}"] if oneof else ()),
        *_constraints(attributes.get("constraints", {})),
    ]
    return FieldView(element.name.rpartition(".")[2], number, words, link, ", ".join(said), doc)


def _type(sources: Sources, kind: str, cardinality: str) -> tuple[str, str]:
    """A type in words, and the full name of the type of ours that it leads to."""
    if entry := sources.map_entries.get(kind):
        key, value = entry
        words, link = _type(sources, value, "")
        return f"map of {key} to {words}", link
    words = kind.rpartition(".")[2]
    return f"list of {words}" if cardinality == "repeated" else words, kind if kind in sources.comments else ""


def _constraints(rules: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """protovalidate's rules in its own words: `max_len 500`."""
    for name, value in rules.items():
        if isinstance(value, Mapping):
            yield from _constraints(value, path + ("" if name in _KINDS else f"{name} "))
        elif (path, name) != ("", "ignore") and (path, name) != ("", "required"):
            yield f"{path}{name} {value}" if value is not True else f"{path}{name}"
