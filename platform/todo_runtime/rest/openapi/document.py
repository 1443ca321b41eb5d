"""The OpenAPI 3.1 document, derived from the routes that are actually served."""

from collections import Counter
from typing import Any

from todo_runtime.rest.openapi.comments import Comments
from todo_runtime.rest.openapi.operations import STATUS, operation, path_of
from todo_runtime.rest.openapi.schemas import Schema, Schemas
from todo_runtime.rest.routes import RouteTable

_ERROR: Schema = {
    "type": "object",
    "description": "An error: google.rpc.Status. `details` may hold BadRequest (the fields at fault), ErrorInfo "
    "(a reason for programs) and RetryInfo (when to try again).",
    "properties": {
        "code": {"type": "integer", "description": "The gRPC code, e.g. 3 for INVALID_ARGUMENT."},
        "message": {"type": "string", "description": "What went wrong, for a developer."},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"@type": {"type": "string"}},
                "required": ["@type"],
            },
        },
    },
}


def document(table: RouteTable, comments: Comments, *, server_url: str) -> dict[str, Any]:
    """The document. `server_url` is where clients reach the gateway."""
    schemas = Schemas(comments)
    schemas.components[STATUS] = _ERROR
    paths: dict[str, dict[str, Any]] = {}
    routes = Counter[str]()
    for route in table.routes:
        routes[route.path] += 1
        paths.setdefault(path_of(route), {})[route.verb.lower()] = operation(route, schemas, routes[route.path])
    services = {route.method.containing_service.name: route.method.containing_service for route in table.routes}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "To-do",
            "version": "v1",
            "description": "Tasks, chat and what belongs to them. Every path is also a gRPC method.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server_url}],
        "security": [{"bearer": []}],
        "tags": [
            {"name": name, "description": schemas.comment(service.full_name)} for name, service in services.items()
        ],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
