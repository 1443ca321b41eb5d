"""From an HTTP request to a request message, and from a response message to JSON (google/api/http.proto).

Guarantees: what cannot be a field of the request is refused with the field's name; path, query and body never set the
same field twice; numbers, enums, times and masks have the forms of protobuf's JSON mapping.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from todo_runtime.errors import FieldViolation
from todo_runtime.rest.routes import WHOLE_BODY, Route

from services.chat_api.gateway.failures import HttpFailure, invalid

Json = dict[str, Any]
MAX_PARAMETERS = 200

_SCALAR_MESSAGES = frozenset(
    f"google.protobuf.{name}"
    for name in (
        "Timestamp",
        "Duration",
        "FieldMask",
        "StringValue",
        "BytesValue",
        "BoolValue",
        "Int32Value",
        "Int64Value",
        "UInt32Value",
        "UInt64Value",
        "FloatValue",
        "DoubleValue",
    )
)
_UNKNOWN = re.compile(r'has no field named "(?P<name>[^"]*)" at "(?P<path>[^"]*)"')
_STEPS = re.compile(r"Failed to parse (\w+) field:")


def request_of(route: Route, values: Iterable[tuple[tuple[str, ...], str]], query: str, body: bytes) -> Message:
    """The request message. Raises HttpFailure."""
    document = _document(route, body)
    descriptor = route.method.input_type
    for field_path, value in values:
        _put(document, descriptor, field_path, value)
    if query:
        _add_query(document, route, query)
    message = route.request_class()
    try:
        json_format.ParseDict(document, message)
    except (json_format.ParseError, ValueError, RecursionError, OverflowError) as error:
        raise _refused(error, descriptor) from error
    return message


def json_of(message: Message) -> bytes:
    """A message in JSON; fields without a value are left out."""
    return orjson.dumps(json_format.MessageToDict(message))


def _document(route: Route, body: bytes) -> Json:
    """The request as far as the body sets it."""
    if not route.body:
        if body.strip():
            raise invalid("This method takes no body: its fields go into the path and the query.")
        return {}
    given = _parsed(body) if body.strip() else {}
    if route.body == WHOLE_BODY:
        if not isinstance(given, dict):
            raise invalid("The body must be a JSON object.")
        return given
    if route.method.input_type.fields_by_name[route.body].message_type is not None and not isinstance(given, dict):
        raise _violation(route.body, "This must be a JSON object.")
    return {route.body: given}


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise invalid(f"The body is not JSON: {error}.", reason="MALFORMED_JSON") from error


def _put(document: Json, descriptor: Descriptor, field_path: tuple[str, ...], value: str) -> None:
    """Sets the field of a path variable; the path wins over the body."""
    *outer, last = field_path
    kind: Descriptor | None = descriptor
    for name in outer:
        inner = document.setdefault(name, {})
        if not isinstance(inner, dict):
            raise _violation(name, "This must be a JSON object.")
        document, kind = inner, kind.fields_by_name[name].message_type if kind else None
    if kind is not None:
        document.pop(kind.fields_by_name[last].json_name, None)
    document[last] = value


def _add_query(document: Json, route: Route, query: str) -> None:
    if route.body == WHOLE_BODY:
        raise invalid("This method takes its fields from the body, not from the query.")
    in_path = {".".join(variable.field_path) for variable in route.template.variables}
    for name, value in _parameters(query):
        fields = _fields(route.method.input_type, name)
        proto_path = ".".join(field.name for field in fields)
        if proto_path in in_path or fields[0].name == route.body:
            raise _violation(name, "This is set by the path or the body.")
        _set(document, fields, name, value)


def _parameters(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError as error:
        raise invalid("The query is not a list of name=value in UTF-8.") from error


def _fields(descriptor: Descriptor, name: str) -> list[FieldDescriptor]:
    """The fields on a dotted path of names in camelCase or snake_case."""
    fields: list[FieldDescriptor] = []
    kind: Descriptor | None = descriptor
    for part in name.split("."):
        field = None if kind is None else kind.fields_by_name.get(part) or kind.fields_by_camelcase_name.get(part)
        if field is None:
            raise _violation(name, "This is not a field of the request.", reason="UNKNOWN_FIELD")
        fields.append(field)
        scalar = field.message_type is None or field.message_type.full_name in _SCALAR_MESSAGES
        kind = None if scalar or field.is_repeated else field.message_type
    if kind is not None or (fields[-1].is_repeated and fields[-1].message_type is not None):
        raise _violation(name, "This has fields of its own: name one of them.")
    return fields


def _set(document: Json, fields: list[FieldDescriptor], name: str, value: str) -> None:
    for field in fields[:-1]:
        document = document.setdefault(field.name, {})
    last = fields[-1]
    typed = _boolean(name, value) if last.type == FieldDescriptor.TYPE_BOOL else value
    if last.is_repeated:
        document.setdefault(last.name, []).append(typed)
    elif last.name in document:
        raise _violation(name, "This is given more than once.")
    else:
        document[last.name] = typed


def _boolean(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise _violation(name, "This must be true or false.")
    return value == "true"


def _violation(field: str, text: str, reason: str = "INVALID_REQUEST") -> HttpFailure:
    return invalid(f"{field[:100]}: {text}", [FieldViolation(field, text)], reason)


def _refused(error: Exception, descriptor: Descriptor) -> HttpFailure:
    """A violation that names the field, as far as the message of json_format tells it."""
    text = str(error)
    unknown = _UNKNOWN.search(text)
    if unknown:
        path = ".".join(part for part in (*unknown["path"].split(".")[1:], unknown["name"]) if part)
        return _violation(_snake_case(path), "This is not a field of the request.", "UNKNOWN_FIELD")
    path = _path_in(text, descriptor)
    if path:
        return _violation(_snake_case(path), "The value does not have the form of this field.")
    return invalid("The request does not have the form that the method takes.")


def _path_in(text: str, descriptor: Descriptor) -> str:
    """The field that json_format complains about: it names a path and each step on the way; the longer one is right."""
    named = re.search(rf'at "?{re.escape(descriptor.name)}\.([\w.\[\]]*\w\]?)', text)
    path, steps = named[1].split(".") if named else [], _STEPS.findall(text)
    return ".".join(path if len(path) >= len(steps) else steps)


def _snake_case(path: str) -> str:
    """A path in proto names."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda upper: f"_{upper[0].lower()}", path)
