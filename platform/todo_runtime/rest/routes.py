"""Routes from google.api.http annotations, and the table that finds the route of a request.

Guarantees: a literal segment takes precedence over `*`; a lookup takes time that depends only on the path. Methods for
services or operators only, and methods with a client stream, get no route.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote

from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from todo_runtime.rest.options import HTTP, INTERNAL, OPERATOR, has_option, option
from todo_runtime.rest.templates import ANY_SEGMENT, REMAINDER, PathTemplate, Variable

WHOLE_BODY = "*"
LINES = "application/x-ndjson"
"""The media type of a stream of responses: one JSON object per line."""
EVENTS = "text/event-stream"
"""The media type of a stream for a client that accepts server-sent events."""
Metadata = Mapping[str, str]


class Backend(Protocol):
    """Serves the methods of some services. `timeout` is in seconds; None leaves it to the server."""

    async def unary(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> Message:
        """Calls a method that has one response."""
        ...

    def stream(
        self, method: MethodDescriptor, request: Message, metadata: Metadata, timeout: float | None
    ) -> AsyncGenerator[Message]:
        """Calls a method that has many responses."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One HTTP binding of a method. `body` is the field for the HTTP body: `*` is the whole request, empty none."""

    verb: str
    template: PathTemplate
    body: str
    method: MethodDescriptor
    backend: Backend
    request_class: type[Message]

    @property
    def path(self) -> str:
        """gRPC's name of the method."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"


@dataclass(frozen=True, slots=True)
class Match:
    """A route, and the values of its path variables."""

    route: Route
    values: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    wildcard: "_Node | None" = None
    ends: dict[tuple[str, bool], dict[str, Route]] = field(default_factory=dict)
    """(custom verb, whether `**` takes the rest) → HTTP verb → route."""


def routes_of(methods: Iterable[MethodDescriptor], backend: Backend) -> Iterator[Route]:
    """The routes of the methods that a backend serves."""
    for method in methods:
        if not _is_reachable(method):
            continue
        rule = option(method, HTTP)
        for one in (rule, *rule.additional_bindings):
            yield _route(one, method, backend)


class RouteTable:
    """Finds routes. Raises ValueError if two routes match the same requests."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        self.routes = tuple(routes)
        for route in self.routes:
            self._add(route)

    def find(self, raw_path: str) -> Mapping[str, Route] | None:
        """The routes of a percent-encoded path, by HTTP verb; None if there are none."""
        segments, verb = _split(raw_path)
        return _search(self._root, segments, 0, verb)

    def _add(self, route: Route) -> None:
        node = self._root
        rest = route.template.segments[-1] == REMAINDER
        for segment in route.template.segments[: -1 if rest else None]:
            node = _child(node, segment)
        verbs = node.ends.setdefault((route.template.verb, rest), {})
        if route.verb in verbs:
            raise ValueError(f"{route.path} and {verbs[route.verb].path} have the same route.")
        verbs[route.verb] = route


def values_of(route: Route, raw_path: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The values of a route's variables in a matching path. Raises UnicodeDecodeError for invalid encoding."""
    segments, _verb = _split(raw_path)
    return tuple((one.field_path, _value(one, segments)) for one in route.template.variables)


def _is_reachable(method: MethodDescriptor) -> bool:
    hidden = option(method, INTERNAL) or option(method, OPERATOR)
    return has_option(method, HTTP) and not hidden and not method.client_streaming


def _route(rule: HttpRule, method: MethodDescriptor, backend: Backend) -> Route:
    pattern = rule.WhichOneof("pattern")
    verb, path = (
        (rule.custom.kind, rule.custom.path) if pattern == "custom" else (pattern, getattr(rule, pattern or ""))
    )
    template = PathTemplate.parse(path)
    return Route(str(verb).upper(), template, rule.body, method, backend, GetMessageClass(method.input_type))


def _child(node: _Node, segment: str) -> _Node:
    if segment == ANY_SEGMENT:
        node.wildcard = node.wildcard or _Node()
        return node.wildcard
    return node.literals.setdefault(segment, _Node())


def _split(raw_path: str) -> tuple[list[str], str]:
    segments = raw_path.removeprefix("/").split("/")
    last, colon, verb = segments[-1].rpartition(":")
    if colon and last:
        segments[-1] = last
        return segments, verb
    return segments, ""


def _search(node: _Node, segments: list[str], index: int, verb: str) -> Mapping[str, Route] | None:
    if index == len(segments):
        return node.ends.get((verb, False))
    child = node.literals.get(segments[index])
    routes = _search(child, segments, index + 1, verb) if child else None
    if routes is None and node.wildcard is not None and segments[index]:
        routes = _search(node.wildcard, segments, index + 1, verb)
    return routes if routes is not None else node.ends.get((verb, True))


def _value(variable: Variable, segments: list[str]) -> str:
    matched = segments[variable.start : variable.end]
    if variable.single:
        return unquote(matched[0], errors="strict")
    return "/".join(unquote(segment, errors="strict") for segment in matched)
