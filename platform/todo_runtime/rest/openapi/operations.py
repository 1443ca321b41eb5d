"""The operations of the OpenAPI document, one for each route: path, parameters, body and responses."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from todo_runtime.rest.openapi.schemas import Schema, Schemas, is_output_only, is_required
from todo_runtime.rest.options import PUBLIC, option
from todo_runtime.rest.routes import EVENTS, LINES, WHOLE_BODY, Route
from todo_runtime.rest.templates import ANY_SEGMENT

STATUS = "google.rpc.Status"
_DEPTH = 3


def path_of(route: Route) -> str:
    """The path with one named parameter per wildcard: `/v1/workspaces/{workspace}/tasks/{task}:complete`."""
    names = iter(_segment_names(route))
    path = "/".join(f"{{{next(names)}}}" if segment == ANY_SEGMENT else segment for segment in route.template.segments)
    return f"/{path}" + (f":{route.template.verb}" if route.template.verb else "")


def operation(route: Route, schemas: Schemas, number: int = 1) -> dict[str, Any]:
    """The operation of a route, the `number`th of its method."""
    method = route.method
    comment = schemas.comment(method.full_name)
    made: dict[str, Any] = {
        "operationId": f"{method.containing_service.name}_{method.name}{number if number > 1 else ''}",
        "tags": [method.containing_service.name],
        "summary": comment.partition(". ")[0].removesuffix(".") or method.name,
        "parameters": [*_path_parameters(route), *_query_parameters(route, schemas)],
        "responses": _responses(route, schemas),
    }
    if comment:
        made["description"] = comment
    if route.body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _body(route, schemas)}}}
    if option(method, PUBLIC):
        made["security"] = []
    return made


def _segment_names(route: Route) -> list[str]:
    """A name for each `*` of a path, made of the literal before it: `tasks/*` names a `task`."""
    names: list[str] = []
    segments = route.template.segments
    for index, segment in enumerate(segments):
        if segment == ANY_SEGMENT:
            name = _singular(segments[index - 1]) if index else "id"
            names.append(name if name not in names else f"{name}{len(names) + 1}")
    return names


def _singular(plural: str) -> str:
    return f"{plural[:-3]}y" if plural.endswith("ies") else plural.removesuffix("s")


def _path_parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name in _segment_names(route):
        schema = {"type": "string", "minLength": 1, "pattern": "^[^/:]+$"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(route: Route, schemas: Schemas) -> Iterator[dict[str, Any]]:
    if route.body == WHOLE_BODY:
        return
    excluded = {variable.field_path for variable in route.template.variables} | {(route.body,)}
    for names, field in _leaves(route.method.input_type, (), excluded):
        schema = schemas.field(field)
        description = schema.pop("description", "")
        made = {"name": ".".join(names), "in": "query", "schema": schema, "required": is_required(field)}
        yield made | ({"description": description} if description else {})


Path = tuple[str, ...]


def _leaves(
    descriptor: Descriptor, prefix: Path, excluded: set[Path], proto_prefix: Path = ()
) -> Iterator[tuple[Path, FieldDescriptor]]:
    """The fields that query parameters can set, with their JSON names."""
    for field in descriptor.fields:
        proto_path = (*proto_prefix, field.name)
        if proto_path in excluded or is_output_only(field):
            continue
        kind = field.message_type
        if kind is None or kind.full_name.startswith("google.protobuf."):
            yield (*prefix, field.json_name), field
        elif not field.is_repeated and len(prefix) < _DEPTH:
            yield from _leaves(kind, (*prefix, field.json_name), excluded, proto_path)


def _body(route: Route, schemas: Schemas) -> Schema:
    request = route.method.input_type
    if route.body != WHOLE_BODY:
        return schemas.field(request.fields_by_name[route.body])
    in_path = {variable.field_path[0] for variable in route.template.variables if len(variable.field_path) == 1}
    if not in_path:
        return schemas.message(request)
    return schemas.described(request, [field for field in request.fields if field.name not in in_path])


def _responses(route: Route, schemas: Schemas) -> dict[str, Any]:
    schema = schemas.message(route.method.output_type)
    kinds = (LINES, EVENTS) if route.method.server_streaming else ("application/json",)
    comment = schemas.comment(route.method.output_type.full_name) or "The answer."
    return {
        "200": {"description": comment, "content": {kind: {"schema": schema} for kind in kinds}},
        "default": {
            "description": "An error.",
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{STATUS}"}}},
        },
    }
