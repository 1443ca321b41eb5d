"""The compiled protobuf contracts, with comments and options, as plain values.

Everything else in the pipeline asks this module about services, methods, messages and fields; it never parses
a .proto file itself.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from todo_contracts.buf import require_buf
from todo_contracts.layout import Layout

_MESSAGE, _ENUM, _SERVICE = 4, 5, 6  # field numbers in FileDescriptorProto, as source code info names them
_FIELD, _NESTED, _NESTED_ENUM = 2, 3, 4  # field numbers in DescriptorProto
_VALUE = 2  # in EnumDescriptorProto, and of `method` in ServiceDescriptorProto


@dataclass(frozen=True)
class PythonName:
    """Where a message lies in gen/: `module` such as todo.task.v1.task_pb2, `name` such as Task."""

    module: str
    name: str


@dataclass(frozen=True)
class Method:
    """One RPC. `http` when it has a REST route; `request_id` when its request carries one (AIP-155)."""

    name: str
    comment: str
    request: PythonName
    response: PythonName
    client_streaming: bool
    server_streaming: bool
    http: bool
    http_get: bool
    public: bool
    operator: bool
    internal: bool
    request_id: bool


@dataclass(frozen=True)
class Service:
    """One gRPC service; `module` is the generated one that holds its descriptor."""

    file: str
    module: str
    package: str
    name: str
    comment: str
    methods: tuple[Method, ...]

    @property
    def full_name(self) -> str:
        """As gRPC names it: todo.task.v1.TaskService."""
        return f"{self.package}.{self.name}"


@dataclass(frozen=True)
class Element:
    """Anything that needs a comment: `name` such as `todo.task.v1.Task.title`, `kind` such as `field`."""

    file: str
    kind: str
    name: str
    comment: str


class Contracts:
    """One image of all .proto files, as buf builds it."""

    def __init__(self, files: FileDescriptorSet) -> None:
        self.files = files
        self._all = files.file
        self._own = [file for file in files.file if file.name.startswith("todo/")]
        self._messages = {f".{name}": (file, message) for file in self._all for name, message in _messages(file)}

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """The project's own services by full name, sorted."""
        found = [self._service(file, index) for file in self._own for index in range(len(file.service))]
        return {service.full_name: service for service in sorted(found, key=lambda service: service.full_name)}

    def elements(self) -> Iterator[Element]:
        """Everything in the project's own files that a reader of the contract sees."""
        for file in self._own:
            comments = _comments(file)
            for kind, name, path in _walk(file):
                yield Element(f"proto/{file.name}", kind, f"{file.package}.{name}", comments.get(path, ""))

    def _service(self, file: FileDescriptorProto, index: int) -> Service:
        service: ServiceDescriptorProto = file.service[index]
        comments = _comments(file)
        methods = tuple(
            self._method(method, comments.get((_SERVICE, index, _VALUE, number), ""))
            for number, method in enumerate(service.method)
        )
        comment = comments.get((_SERVICE, index), service.name)
        return Service(f"proto/{file.name}", _module(file), file.package, service.name, comment, methods)

    def _method(self, method: MethodDescriptorProto, comment: str) -> Method:
        options = self._options(method)
        http = options.Extensions[self._extension("google.api.http")] if self._has("google.api.http") else None
        route = http.WhichOneof("pattern") if http is not None else None
        request = self._messages[method.input_type][1]
        return Method(
            name=method.name,
            comment=comment,
            request=self._python_name(method.input_type),
            response=self._python_name(method.output_type),
            client_streaming=method.client_streaming,
            server_streaming=method.server_streaming,
            http=route is not None,
            http_get=route == "get",
            public=self._flag(options, "todo.options.v1.public"),
            operator=self._flag(options, "todo.options.v1.operator"),
            internal=self._flag(options, "todo.options.v1.internal"),
            request_id=any(field.name == "request_id" for field in request.field),
        )

    @cached_property
    def _pool(self) -> DescriptorPool:
        pool = DescriptorPool()
        for file in self._all:
            pool.Add(file)
        return pool

    def _options(self, method: MethodDescriptorProto) -> Any:
        """The method's options in a pool of its own, where the extensions of this image are known."""
        kind = GetMessageClass(self._pool.FindMessageTypeByName("google.protobuf.MethodOptions"))
        return kind.FromString(method.options.SerializeToString())

    def _flag(self, options: Any, extension: str) -> bool:
        return self._has(extension) and bool(options.Extensions[self._extension(extension)])

    def _extension(self, name: str) -> Any:
        return self._pool.FindExtensionByName(name)

    def _has(self, extension: str) -> bool:
        try:
            self._extension(extension)
        except KeyError:
            return False
        return True

    def _python_name(self, full_name: str) -> PythonName:
        file, _ = self._messages[full_name]
        return PythonName(_module(file), full_name.removeprefix(f".{file.package}."))


def load_contracts(layout: Layout) -> Contracts:
    """Compile proto/ and third_party/proto; raises ContractError with the compiler's complaints."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.binpb"
        require_buf(layout, "build", "-o", str(image))
        return Contracts(FileDescriptorSet.FromString(image.read_bytes()))


def _module(file: FileDescriptorProto) -> str:
    return file.name.removesuffix(".proto").replace("/", ".") + "_pb2"


def _messages(file: FileDescriptorProto) -> Iterator[tuple[str, DescriptorProto]]:
    pending = [(f"{file.package}.{message.name}", message) for message in file.message_type]
    while pending:
        name, message = pending.pop()
        yield name, message
        pending.extend((f"{name}.{nested.name}", nested) for nested in message.nested_type)


def _comments(file: FileDescriptorProto) -> dict[tuple[int, ...], str]:
    return {
        tuple(location.path): location.leading_comments.strip() or location.trailing_comments.strip()
        for location in file.source_code_info.location
        if location.leading_comments or location.trailing_comments
    }


_Walk = Iterator[tuple[str, str, tuple[int, ...]]]


def _walk(file: FileDescriptorProto) -> _Walk:
    for index, message in enumerate(file.message_type):
        yield from _walk_message(message, message.name, (_MESSAGE, index))
    for index, enum in enumerate(file.enum_type):
        yield from _walk_enum(enum, enum.name, (_ENUM, index))
    for index, service in enumerate(file.service):
        yield "service", service.name, (_SERVICE, index)
        for number, method in enumerate(service.method):
            yield "method", f"{service.name}.{method.name}", (_SERVICE, index, _VALUE, number)


def _walk_message(message: DescriptorProto, name: str, path: tuple[int, ...]) -> _Walk:
    if message.options.map_entry:
        return
    yield "message", name, path
    for index, field in enumerate(message.field):
        yield "field", f"{name}.{field.name}", (*path, _FIELD, index)
    for index, nested in enumerate(message.nested_type):
        yield from _walk_message(nested, f"{name}.{nested.name}", (*path, _NESTED, index))
    for index, enum in enumerate(message.enum_type):
        yield from _walk_enum(enum, f"{name}.{enum.name}", (*path, _NESTED_ENUM, index))


def _walk_enum(enum: EnumDescriptorProto, name: str, path: tuple[int, ...]) -> _Walk:
    yield "enum", name, path
    for index, value in enumerate(enum.value):
        yield "enum value", f"{name}.{value.name}", (*path, _VALUE, index)
