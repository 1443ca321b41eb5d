"""From bytes to a request that keeps its contract: parsing, unknown fields, protovalidate's rules.

Promises: whatever the bytes are, the outcome is a valid message or InvalidArgument with the fields at fault.
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
    """Reads the requests of one method."""

    def __init__(self, message_class: type[Message], validator: Validator) -> None:
        self._class = message_class
        self._parse = message_class.FromString
        self._collect = validator.collect_violations
        self._collect(message_class())  # compiles the rules, so that a bad one fails the start and no request waits

    def parse(self, data: bytes) -> Message:
        """A valid message made of these bytes."""
        try:
            request = self._parse(data)
        except DecodeError as error:
            raise InvalidArgument(
                f"the bytes are not a {self._class.DESCRIPTOR.full_name}", reason="MALFORMED_REQUEST"
            ) from error
        # Twice the size in C is cheaper than one look into the tree from Python.
        size = request.ByteSize()
        request.DiscardUnknownFields()
        if request.ByteSize() != size:
            raise _unknown_fields(self._parse(data))
        if b"\x00" in data:  # in most requests there is none, and nothing is walked
            _refuse_nul(request)
        self.validate(request)
        return request

    def validate(self, request: Message) -> None:
        """Checks a message against the rules of its contract."""
        violations = self._collect(request)
        if violations:
            raise invalid(violations)

    def adopt(self, request: Message) -> Message:
        """A valid copy of a message that did not come as bytes."""
        if not isinstance(request, self._class):
            raise TypeError(f"expected {self._class.DESCRIPTOR.full_name}, got {type(request).__name__}")
        return self.parse(request.SerializeToString())


def message_class(descriptor: Descriptor) -> type[Message]:
    """The Python class of a message type."""
    return GetMessageClass(descriptor)


def invalid(violations: list[Violation]) -> InvalidArgument:
    """The error for what protovalidate found."""
    found = [FieldViolation(_path(one), one.proto.message or one.proto.rule_id) for one in violations[:_REPORTED]]
    first = f"{found[0].field}: {found[0].description}" if found[0].field else found[0].description
    return InvalidArgument(f"the request is not valid: {first}", reason="INVALID_REQUEST", violations=found)


def _path(violation: Violation) -> str:
    """The field at fault in proto names: `task.tags[3]`, `labels["x"]`; empty for the message as a whole."""
    field = violation.proto.field
    return "".join(_element(one) for one in field.elements).removeprefix(".") if field else ""


def _element(element: Any) -> str:
    subscript = element.subscript
    if subscript is None:
        return f".{element.field_name}"
    key = f'"{subscript.value}"' if isinstance(subscript.value, str) else str(subscript.value).lower()
    return f".{element.field_name}[{key}]"


def _refuse_nul(request: Message) -> None:
    """Refuses U+0000 in any text: PostgreSQL keeps no such text, and terminals and logs are cut off by it."""
    found = list(_nul_in(request, ""))[:_REPORTED]
    if found:
        text = f"the request is not valid: {found[0].field}: {found[0].description}"
        raise InvalidArgument(text, reason="INVALID_REQUEST", violations=found)


def _nul_in(message: Message, path: str) -> Iterator[FieldViolation]:
    for field, value in message.ListFields():
        place = f"{path}.{field.name}".removeprefix(".")
        if field.message_type is not None:
            for step, child in _children(field.message_type, value):
                yield from _nul_in(child, place + step)
        elif field.type == FieldDescriptor.TYPE_STRING and any("\0" in text for text in _texts(value)):
            yield FieldViolation(place, "must not contain the character U+0000")


def _texts(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value


def _unknown_fields(request: Message) -> InvalidArgument:
    found = list(_walk(request, ""))[:_REPORTED]
    return InvalidArgument(
        f"the request has unknown fields: {found[0].description}", reason="UNKNOWN_FIELD", violations=found
    )


def _walk(message: Message, path: str) -> Iterator[FieldViolation]:
    """Every unknown field of a message and of those in it."""
    fields = UnknownFieldSet(message)
    for unknown in (fields[index] for index in range(len(fields))):
        what = f"field {unknown.field_number} is not part of {message.DESCRIPTOR.full_name}"
        yield FieldViolation(path, what)
    for field, value in message.ListFields():
        if field.message_type is not None:
            for step, child in _children(field.message_type, value):
                yield from _walk(child, f"{path}.{field.name}{step}".removeprefix("."))


def _children(kind: Descriptor, value: Any) -> Iterator[tuple[str, Message]]:
    if kind.GetOptions().map_entry:
        if kind.fields_by_name["value"].message_type is not None:
            yield from ((f'["{key}"]', child) for key, child in value.items())
    elif isinstance(value, Message):
        yield "", value
    else:
        yield from ((f"[{index}]", child) for index, child in enumerate(value))
