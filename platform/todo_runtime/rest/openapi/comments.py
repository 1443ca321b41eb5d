"""The comments of the contracts by full name, for the descriptions of the OpenAPI document.

They are read from a FileDescriptorSet with source information; generated Python modules have none.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorSet

_MESSAGE, _ENUM, _SERVICE = 4, 5, 6
_METHOD, _FIELD, _NESTED, _NESTED_ENUM, _VALUE = 2, 2, 3, 4, 2
_FILE = "descriptors.binpb"

Path = tuple[int, ...]
Comments = Mapping[str, str]
"""Full name of a service, method, message, field, enum or enum value → its comment."""


def load_comments() -> Comments:
    """The comments of the generated package `todo`; none if it has no descriptor set."""
    resource = files("todo") / _FILE
    return comments_of(FileDescriptorSet.FromString(resource.read_bytes())) if resource.is_file() else {}


def comments_of(descriptors: FileDescriptorSet) -> Comments:
    """The comments of a descriptor set. A paragraph becomes one line."""
    comments: dict[str, str] = {}
    for file in descriptors.file:
        texts = {
            tuple(one.path): one.leading_comments or one.trailing_comments for one in file.source_code_info.location
        }
        for name, path in (
            *_walk_messages(file.package, file.message_type, (_MESSAGE,)),
            *_walk_enums(file.package, file.enum_type, (_ENUM,)),
        ):
            comments[name] = _unwrapped(texts.get(path, ""))
        for index, service in enumerate(file.service):
            name = f"{file.package}.{service.name}"
            comments[name] = _unwrapped(texts.get((_SERVICE, index), ""))
            for number, method in enumerate(service.method):
                comments[f"{name}.{method.name}"] = _unwrapped(texts.get((_SERVICE, index, _METHOD, number), ""))
    return comments


def _walk_messages(scope: str, messages: Iterable[DescriptorProto], path: Path) -> Iterator[tuple[str, Path]]:
    for index, message in enumerate(messages):
        name, own_path = f"{scope}.{message.name}", (*path, index)
        yield name, own_path
        for number, field in enumerate(message.field):
            yield f"{name}.{field.name}", (*own_path, _FIELD, number)
        yield from _walk_messages(name, message.nested_type, (*own_path, _NESTED))
        yield from _walk_enums(name, message.enum_type, (*own_path, _NESTED_ENUM))


def _walk_enums(scope: str, enums: Iterable[EnumDescriptorProto], path: Path) -> Iterator[tuple[str, Path]]:
    for index, enum in enumerate(enums):
        name, own_path = f"{scope}.{enum.name}", (*path, index)
        yield name, own_path
        for number, value in enumerate(enum.value):
            yield f"{name}.{value.name}", (*own_path, _VALUE, number)


def _unwrapped(comment: str) -> str:
    paragraphs = comment.strip().split("\n\n")
    return "\n\n".join(" ".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs)
