"""The comments of the contracts, by full name: they become the descriptions of the OpenAPI document.

They come from a FileDescriptorSet with source information; generated Python modules carry none.
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
    """The comments of the generated package `todo`; none where it carries no descriptor set."""
    resource = files("todo") / _FILE
    return comments_of(FileDescriptorSet.FromString(resource.read_bytes())) if resource.is_file() else {}


def comments_of(descriptors: FileDescriptorSet) -> Comments:
    """The comments of some files. A paragraph becomes one line."""
    found: dict[str, str] = {}
    for file in descriptors.file:
        said = {
            tuple(one.path): one.leading_comments or one.trailing_comments for one in file.source_code_info.location
        }
        for name, path in (
            *_walk_messages(file.package, file.message_type, (_MESSAGE,)),
            *_walk_enums(file.package, file.enum_type, (_ENUM,)),
        ):
            found[name] = _flowing(said.get(path, ""))
        for index, service in enumerate(file.service):
            name = f"{file.package}.{service.name}"
            found[name] = _flowing(said.get((_SERVICE, index), ""))
            for number, method in enumerate(service.method):
                found[f"{name}.{method.name}"] = _flowing(said.get((_SERVICE, index, _METHOD, number), ""))
    return found


def _walk_messages(scope: str, messages: Iterable[DescriptorProto], path: Path) -> Iterator[tuple[str, Path]]:
    for index, message in enumerate(messages):
        name, here = f"{scope}.{message.name}", (*path, index)
        yield name, here
        for number, field in enumerate(message.field):
            yield f"{name}.{field.name}", (*here, _FIELD, number)
        yield from _walk_messages(name, message.nested_type, (*here, _NESTED))
        yield from _walk_enums(name, message.enum_type, (*here, _NESTED_ENUM))


def _walk_enums(scope: str, enums: Iterable[EnumDescriptorProto], path: Path) -> Iterator[tuple[str, Path]]:
    for index, enum in enumerate(enums):
        name, here = f"{scope}.{enum.name}", (*path, index)
        yield name, here
        for number, value in enumerate(enum.value):
            yield f"{name}.{value.name}", (*here, _VALUE, number)


def _flowing(comment: str) -> str:
    paragraphs = comment.strip().split("\n\n")
    return "\n\n".join(" ".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs)
