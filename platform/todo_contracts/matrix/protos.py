"""The matrix of calls: messages of the published contracts and of the present ones, each read by the other side.

What both sides know arrives unchanged, as bytes and as JSON, and what one side doesn't know survives its hands.
"""

from collections.abc import Iterator
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from todo_contracts.matrix.random_messages import random_messages
from todo_contracts.matrix.report import Cell
from todo_contracts.matrix.smallest import smallest_failure

PUBLISHED, PRESENT = "published", "present"


def proto_cells(published: FileDescriptorSet, present: FileDescriptorSet, count: int, only: str = "") -> Iterator[Cell]:
    """Two cells for each message that both sides have, with `count` random messages each."""
    older, newer = _messages(published), _messages(present)
    for name in sorted(set(older) & set(newer)):
        if only in name:
            yield _cell(name, (older[name], newer[name]), (PUBLISHED, PRESENT), count)
            yield _cell(name, (newer[name], older[name]), (PRESENT, PUBLISHED), count)


def _messages(files: FileDescriptorSet) -> dict[str, Descriptor]:
    pool = DescriptorPool()
    for file in files.file:
        pool.Add(file)
    found: dict[str, Descriptor] = {}
    for file in files.file:
        if file.name.startswith("todo/"):
            for descriptor in pool.FindFileByName(file.name).message_types_by_name.values():
                found.update(_nested(descriptor))
    return found


def _nested(descriptor: Descriptor) -> Iterator[tuple[str, Descriptor]]:
    if not descriptor.GetOptions().map_entry:
        yield descriptor.full_name, descriptor
        for inner in descriptor.nested_types:
            yield from _nested(inner)


def _cell(name: str, sides: tuple[Descriptor, Descriptor], titles: tuple[str, str], count: int) -> Cell:
    writer, reader = sides
    of_before = titles == (PUBLISHED, PRESENT)

    def wrong(message: Message) -> str:
        return _wrong(message, reader, of_before=of_before)

    failure = smallest_failure(random_messages(writer), wrong, _shown, count)
    return Cell("protobuf", name, *titles, 0, count, failure)


def _wrong(message: Message, reader: Descriptor, *, of_before: bool) -> str:
    kind, data = GetMessageClass(reader), message.SerializeToString(deterministic=True)
    try:
        got = kind.FromString(data)
    except DecodeError as error:
        return f"it can't be parsed ({error})"
    if difference := _difference(message, got, ""):
        return difference
    back = type(message).FromString(got.SerializeToString())
    if back != message:
        return "it comes back otherwise than it was sent"
    return _wrong_json(message, got, of_before=of_before)


def _wrong_json(message: Message, got: Message, *, of_before: bool) -> str:
    """The JSON of before must be understood to the letter; of a newer one, what the older side knows."""
    # A value that the older side doesn't know has no name there, and keeps its number.
    text = json_format.MessageToJson(message, use_integers_for_enums=not of_before)
    try:
        parsed = json_format.Parse(text, type(got)(), ignore_unknown_fields=not of_before)
    except json_format.ParseError as error:
        return f"its JSON isn't understood ({error})"
    got.DiscardUnknownFields()
    return "" if parsed == got else "its JSON means something else"


def _difference(sent: Message, got: Message, path: str) -> str:
    """The first field that both sides know and that differs, by its number and name; empty when there is none."""
    fields = {one.number: (one, value) for one, value in got.ListFields()}
    for one, value in sent.ListFields():
        other = got.DESCRIPTOR.fields_by_number.get(one.number)
        where = f"{path}.{one.name}".lstrip(".")
        if other is None:
            continue
        if other.name != one.name:
            return f"{where} (number {one.number}) arrives as {other.name}"
        received = fields[one.number][1] if one.number in fields else None
        if words := _values_differ(value, received, where):
            return words
    return ""


def _values_differ(sent: Any, got: Any, path: str) -> str:
    if isinstance(sent, Message) and isinstance(got, Message):
        return _difference(sent, got, path)
    if hasattr(sent, "items") or hasattr(sent, "MergeFrom"):
        same = _plain(sent) == _plain(got)
    else:
        same = sent == got and type(sent) is type(got)
    return "" if same else f"{path} arrives as {got!r}"


def _plain(values: Any) -> Any:
    """A map or a list with its messages as bytes, unknown fields included."""
    if values is None:
        return None
    if hasattr(values, "items"):
        return {key: _plain_item(value) for key, value in values.items()}
    return [_plain_item(value) for value in values]


def _plain_item(value: Any) -> Any:
    return value.SerializeToString(deterministic=True) if isinstance(value, Message) else value


def _shown(message: Message) -> str:
    return f"{message.DESCRIPTOR.name}({' '.join(str(message).split())})"
