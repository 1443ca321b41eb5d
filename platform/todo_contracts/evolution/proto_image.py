"""A compiled set of .proto files as a flat table of elements, each with the attributes that clients hold on to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from todo_contracts.problems import ContractError, Problem

Key = tuple[str, ...]
_AUDIENCES = ("public", "operator", "internal")


@dataclass(frozen=True)
class Element:
    """One thing that a contract names. `kind` is buf's word for it; `of` is the message or method it hangs on."""

    kind: str
    name: str
    file: str
    of: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


def published_files(content: bytes, file: str) -> FileDescriptorSet:
    """The descriptors in a published image; raises ContractError when it is none."""
    try:
        return FileDescriptorSet.FromString(content)
    except DecodeError as error:
        what = "is no image of protobuf contracts"
        raise ContractError([Problem(file, what, "restore it: `todo contracts publish` writes it")]) from error


class Image:
    """The project's own elements (below todo/) by a key that outlives a rename: numbers for fields and values."""

    def __init__(self, files: FileDescriptorSet) -> None:
        self._files = files.file
        self.elements: dict[Key, Element] = dict(
            entry for file in files.file if file.name.startswith("todo/") for entry in self._file(file)
        )

    @cached_property
    def uses(self) -> Mapping[str, frozenset[tuple[str, str]]]:
        """Full name of a message or enum → the methods, as (service, name), whose requests or answers hold it."""
        found: dict[str, set[tuple[str, str]]] = {}
        for element in self.elements.values():
            if element.kind == "RPC":
                method = (element.of, element.name.rpartition(".")[2])
                for side in ("request_type", "response_type"):
                    for name in self._reached(str(element.attributes[side])):
                        found.setdefault(name, set()).add(method)
        return {name: frozenset(methods) for name, methods in found.items()}

    def _reached(self, start: str) -> set[str]:
        reached, pending = set[str](), [start]
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending.extend(self._mentions.get(name, ()))
        return reached

    @cached_property
    def _mentions(self) -> Mapping[str, list[str]]:
        mentions: dict[str, list[str]] = {}
        for element in self.elements.values():
            if element.kind == "FIELD":
                mentions.setdefault(element.of, []).append(str(element.attributes["type"]))
        return mentions

    def _file(self, file: FileDescriptorProto) -> Iterator[tuple[Key, Element]]:
        where = f"proto/{file.name}"
        shape = {"package": file.package, "syntax": file.syntax}
        yield ("FILE", file.name), Element("FILE", where, where, "", shape)
        for message in file.message_type:
            yield from self._message(where, f"{file.package}.{message.name}", message)
        for enum in file.enum_type:
            yield from _enum(where, f"{file.package}.{enum.name}", enum)
        for one in file.extension:
            name = f"{file.package}.{one.name}"
            extends = {"number": one.number, "extendee": one.extendee.removeprefix("."), "type": _kind(one)}
            yield ("EXTENSION", name), Element("EXTENSION", name, where, name, extends)
        for service in file.service:
            name = f"{file.package}.{service.name}"
            yield ("SERVICE", name), Element("SERVICE", name, where, name)
            for method in service.method:
                full_name = f"{name}.{method.name}"
                yield ("RPC", full_name), Element("RPC", full_name, where, name, self._method(method))

    def _message(self, where: str, name: str, message: DescriptorProto) -> Iterator[tuple[Key, Element]]:
        if not message.options.map_entry:
            yield ("MESSAGE", name), Element("MESSAGE", name, where, name)
        for oneof in message.oneof_decl:
            if not _synthetic(message, oneof.name):
                yield ("ONEOF", name, oneof.name), Element("ONEOF", f"{name}.{oneof.name}", where, name)
        for one in message.field:
            attributes = self._field(message, one)
            yield ("FIELD", name, str(one.number)), Element("FIELD", f"{name}.{one.name}", where, name, attributes)
        for nested in message.nested_type:
            yield from self._message(where, f"{name}.{nested.name}", nested)
        for enum in message.enum_type:
            yield from _enum(where, f"{name}.{enum.name}", enum)

    def _field(self, message: DescriptorProto, one: FieldDescriptorProto) -> dict[str, Any]:
        options = self._options("google.protobuf.FieldOptions", one.options)
        oneof = message.oneof_decl[one.oneof_index].name if one.HasField("oneof_index") else ""
        return {
            "name": one.name,
            "type": _kind(one),
            "cardinality": _cardinality(one),
            "json_name": one.json_name,
            "oneof": "" if one.proto3_optional else oneof,
            "constraints": options.get("[buf.validate.field]", {}),
            "required": "REQUIRED" in options.get("[google.api.field_behavior]", ()),
        }

    def _method(self, method: MethodDescriptorProto) -> dict[str, Any]:
        options = self._options("google.protobuf.MethodOptions", method.options)
        audience = [name for name in _AUDIENCES if options.get(f"[todo.options.v1.{name}]")]
        return {
            "request_type": method.input_type.removeprefix("."),
            "response_type": method.output_type.removeprefix("."),
            "client_streaming": method.client_streaming,
            "server_streaming": method.server_streaming,
            "idempotency_level": options.get("idempotency_level", ""),
            "http": options.get("[google.api.http]", {}),
            "audience": ", ".join(audience) or "people",
        }

    @cached_property
    def _pool(self) -> DescriptorPool:
        pool = DescriptorPool()
        for file in self._files:
            pool.Add(file)
        return pool

    def _options(self, kind: str, options: Message) -> dict[str, Any]:
        """Options as JSON holds them, with the extensions that this image itself defines."""
        raw = options.SerializeToString()
        if not raw:
            return {}
        known = GetMessageClass(self._pool.FindMessageTypeByName(kind)).FromString(raw)
        made: dict[str, Any] = MessageToDict(known, preserving_proto_field_name=True, descriptor_pool=self._pool)
        return made


def _enum(where: str, name: str, enum: EnumDescriptorProto) -> Iterator[tuple[Key, Element]]:
    yield ("ENUM", name), Element("ENUM", name, where, name)
    for value in enum.value:
        shape = {"name": value.name}
        yield ("ENUM_VALUE", name, str(value.number)), Element("ENUM_VALUE", f"{name}.{value.name}", where, name, shape)


def _kind(one: FieldDescriptorProto) -> str:
    """The full name of a message or enum, else the scalar."""
    return one.type_name.removeprefix(".") or FieldDescriptorProto.Type.Name(one.type).removeprefix("TYPE_").lower()


def _cardinality(one: FieldDescriptorProto) -> str:
    if one.label == FieldDescriptorProto.LABEL_REPEATED:
        return "repeated"
    return "optional" if one.proto3_optional else "singular"


def _synthetic(message: DescriptorProto, oneof: str) -> bool:
    members = [one for one in message.field if one.HasField("oneof_index")]
    return any(one.proto3_optional and message.oneof_decl[one.oneof_index].name == oneof for one in members)
