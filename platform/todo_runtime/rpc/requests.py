"""Parses and validates requests: unknown fields are rejected, protovalidate's rules are checked.

Guarantees: whatever the bytes are, the result is a valid message or InvalidArgument with the invalid fields.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet
from protovalidate import Validator, Violation

from todo_runtime.errors import FieldViolation, InvalidArgument

_REPORTED = 50


class RequestReader:
    """Parses the requests of one method."""

    def __init__(self, message_class: type[Message], validator: Validator) -> None:
        self._class = message_class
        self._parse = message_class.FromString
        self._collect = validator.collect_violations
        self._collect(message_class())  # compiles the rules: an invalid one fails at the start

    def parse(self, data: bytes) -> Message:
        """Parses and validates a request."""
        try:
            request = self._parse(data)
        except DecodeError as error:
            raise InvalidArgument(
                f"The bytes are not a {self._class.DESCRIPTOR.full_name}.", reason="MALFORMED_REQUEST"
            ) from error
        # Computing the size twice in C is cheaper than walking the message once in Python.
        size = request.ByteSize()
        request.DiscardUnknownFields()
        if request.ByteSize() != size:
            raise _unknown_fields(self._parse(data))
        if b"\x00" in data:  # most requests have none, and are not walked
            _refuse_nul(request)
        self.validate(request)
        return request

    def validate(self, request: Message) -> None:
        """Checks a message against the rules of its contract. Raises InvalidArgument."""
        violations = self._collect(request)
        if violations:
            raise invalid(violations)

    def adopt(self, request: Message) -> Message:
        """A validated copy of a message that was not received as bytes."""
        if not isinstance(request, self._class):
            raise TypeError(f"Expected {self._class.DESCRIPTOR.full_name}, got {type(request).__name__}.")
        return self.parse(request.SerializeToString())


def message_class(descriptor: Descriptor) -> type[Message]:
    """The Python class of a message type."""
    return GetMessageClass(descriptor)


def invalid(violations: list[Violation]) -> InvalidArgument:
    """The error for violations that protovalidate found."""
    reported = [FieldViolation(_path(one), one.proto.message or one.proto.rule_id) for one in violations[:_REPORTED]]
    return _invalid_request(reported)


def _invalid_request(violations: list[FieldViolation]) -> InvalidArgument:
    first = ": ".join(filter(None, (violations[0].field, violations[0].description.removesuffix("."))))
    return InvalidArgument(f"The request is not valid: {first}.", reason="INVALID_REQUEST", violations=violations)


def _path(violation: Violation) -> str:
    """The path of the invalid field: `task.tags[3]`, `labels["x"]`; empty for the message as a whole."""
    field = violation.proto.field
    return "".join(_element(one) for one in field.elements).removeprefix(".") if field else ""


def _element(element: Any) -> str:
    subscript = element.subscript
    if subscript is None:
        return f".{element.field_name}"
    key = f'"{subscript.value}"' if isinstance(subscript.value, str) else str(subscript.value).lower()
    return f".{element.field_name}[{key}]"


def _refuse_nul(request: Message) -> None:
    """Rejects U+0000 in any string: PostgreSQL cannot store it, and terminals and logs cut text off there."""
    violations = list(_find_nul(request, ""))[:_REPORTED]
    if violations:
        raise _invalid_request(violations)


def _find_nul(message: Message, path: str) -> Iterator[FieldViolation]:
    for field, value in message.ListFields():
        field_path = f"{path}.{field.name}".removeprefix(".")
        if field.message_type is not None:
            for step, child in _children(field.message_type, value):
                yield from _find_nul(child, field_path + step)
        elif field.type == FieldDescriptor.TYPE_STRING and any("\0" in text for text in _texts(value)):
            yield FieldViolation(field_path, "must not contain the character U+0000")


def _texts(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value


def _unknown_fields(request: Message) -> InvalidArgument:
    violations = list(_find_unknown(request, ""))[:_REPORTED]
    return InvalidArgument(
        f"The request has unknown fields: {violations[0].description}.", reason="UNKNOWN_FIELD", violations=violations
    )


def _find_unknown(message: Message, path: str) -> Iterator[FieldViolation]:
    """All unknown fields of a message and of the messages in it."""
    fields = UnknownFieldSet(message)
    for unknown in (fields[index] for index in range(len(fields))):
        what = f"field {unknown.field_number} is not part of {message.DESCRIPTOR.full_name}"
        yield FieldViolation(path, what)
    for field, value in message.ListFields():
        if field.message_type is not None:
            for step, child in _children(field.message_type, value):
                yield from _find_unknown(child, f"{path}.{field.name}{step}".removeprefix("."))


def _children(kind: Descriptor, value: Any) -> Iterator[tuple[str, Message]]:
    if kind.GetOptions().map_entry:
        if kind.fields_by_name["value"].message_type is not None:
            yield from ((f'["{key}"]', child) for key, child in value.items())
    elif isinstance(value, Message):
        yield "", value
    else:
        yield from ((f"[{index}]", child) for index, child in enumerate(value))
