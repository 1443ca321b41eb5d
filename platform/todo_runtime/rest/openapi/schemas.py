"""JSON Schemas (2020-12) of messages and enums in protobuf's JSON mapping.

Guarantees: every referenced message is described once, under its full name; protovalidate's limits on lengths, numbers
and items become those of the schema.
"""

from collections.abc import Iterable
from typing import Any

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from todo_runtime.rest.openapi.comments import Comments
from todo_runtime.rest.options import FIELD_BEHAVIOR, FIELD_RULES, option

Schema = dict[str, Any]

_SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_FLOAT: {"type": "number"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_SINT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_SFIXED32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "minimum": 0},
    FieldDescriptor.TYPE_FIXED32: {"type": "integer", "minimum": 0},
    FieldDescriptor.TYPE_INT64: {"type": "string", "format": "int64"},
    FieldDescriptor.TYPE_SINT64: {"type": "string", "format": "int64"},
    FieldDescriptor.TYPE_SFIXED64: {"type": "string", "format": "int64"},
    FieldDescriptor.TYPE_UINT64: {"type": "string", "format": "uint64"},
    FieldDescriptor.TYPE_FIXED64: {"type": "string", "format": "uint64"},
}
_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$", "examples": ["600s"]},
    "google.protobuf.FieldMask": {"type": "string", "examples": ["title,due"]},
    "google.protobuf.Empty": {"type": "object", "additionalProperties": False},
    "google.protobuf.Any": {"type": "object", "properties": {"@type": {"type": "string"}}, "required": ["@type"]},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
}


class Schemas:
    """Collects the schemas of all referenced messages and enums."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments
        self.components: dict[str, Schema] = {}

    def comment(self, full_name: str) -> str:
        """The comment of a contract element; empty if it is unknown."""
        return self._comments.get(full_name, "")

    def message(self, descriptor: Descriptor) -> Schema:
        """A message: a reference, or the schema of a well-known type."""
        if descriptor.full_name in _WELL_KNOWN:
            return dict(_WELL_KNOWN[descriptor.full_name])
        if descriptor.full_name not in self.components:
            self.components[descriptor.full_name] = {}  # a message may contain itself
            self.components[descriptor.full_name] = self.described(descriptor, descriptor.fields)
        return _reference(descriptor.full_name)

    def described(self, descriptor: Descriptor, fields: Iterable[FieldDescriptor]) -> Schema:
        """The schema of a message with some of its fields."""
        included = list(fields)
        required = [field.json_name for field in included if is_required(field)]
        schema: Schema = {"type": "object", "properties": {field.json_name: self.field(field) for field in included}}
        if required:
            schema["required"] = required
        return _with_description(schema, self.comment(descriptor.full_name))

    def field(self, field: FieldDescriptor) -> Schema:
        """The schema of a field, with its comment."""
        rules = option(field, FIELD_RULES)
        single = self._single(field, rules.repeated.items if rules and field.is_repeated else rules)
        value = _map_value(field)
        if value is not None:
            schema: Schema = {"type": "object", "additionalProperties": self._single(value, rules and rules.map.values)}
        elif field.is_repeated:
            bounds = _bounds(rules.repeated, min_items="minItems", max_items="maxItems") if rules else {}
            schema = {"type": "array", "items": single} | bounds
        else:
            schema = single
        if field_behavior_pb2.OUTPUT_ONLY in _behavior(field):
            schema = {**schema, "readOnly": True}
        return _with_description(schema, self.comment(field.full_name))

    def enum(self, descriptor: EnumDescriptor) -> Schema:
        """An enum: a reference."""
        if descriptor.full_name not in self.components:
            schema: Schema = {"type": "string", "enum": [value.name for value in descriptor.values]}
            lines = [
                f"- `{value.name}`: {self.comment(f'{descriptor.full_name}.{value.name}')}"
                for value in descriptor.values
            ]
            comment = self.comment(descriptor.full_name)
            self.components[descriptor.full_name] = _with_description(
                schema, comment and "\n".join([comment, "", *lines])
            )
        return _reference(descriptor.full_name)

    def _single(self, field: FieldDescriptor, rules: Any) -> Schema:
        if field.enum_type is not None:
            return self.enum(field.enum_type)
        if field.message_type is not None:
            return self.message(field.message_type)
        return dict(_SCALARS[field.type]) | (_rules_of(field, rules) if rules else {})


def is_required(field: FieldDescriptor) -> bool:
    """Whether a request must have the field."""
    return field_behavior_pb2.REQUIRED in _behavior(field)


def is_output_only(field: FieldDescriptor) -> bool:
    """Whether only the server sets the field."""
    return field_behavior_pb2.OUTPUT_ONLY in _behavior(field)


def _behavior(field: FieldDescriptor) -> list[int]:
    return list(option(field, FIELD_BEHAVIOR) or ())


def _map_value(field: FieldDescriptor) -> FieldDescriptor | None:
    """The values of a map field; None for another field."""
    entry = field.message_type
    return entry.fields_by_name["value"] if entry is not None and entry.GetOptions().map_entry else None


def _rules_of(field: FieldDescriptor, rules: Any) -> Schema:
    if field.type == FieldDescriptor.TYPE_STRING:
        text = rules.string
        schema = _bounds(text, min_len="minLength", max_len="maxLength", pattern="pattern")
        kind = text.WhichOneof("well_known")
        return schema | ({"format": kind} if kind in ("uuid", "email", "uri") else {})
    if field.type == FieldDescriptor.TYPE_INT32:
        return _bounds(rules.int32, gte="minimum", lte="maximum")
    return {}


def _bounds(rules: Any, **names: str) -> Schema:
    """The rules that are set, under their names in JSON Schema."""
    return {name: getattr(rules, rule) for rule, name in names.items() if rules.HasField(rule)}


def _reference(full_name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{full_name}"}


def _with_description(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description} if description else schema
