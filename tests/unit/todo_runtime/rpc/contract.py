"""The test contract, compiled when the tests start."""

import importlib.resources
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

from buf.validate import validate_pb2
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc
from todo.options.v1 import options_pb2
from todo_runtime.rpc import Servicer, unimplemented

_ROOT = Path(__file__).parents[4]
_WELL_KNOWN = importlib.resources.files("grpc_tools") / "_proto"
_IMPORTED = (options_pb2, validate_pb2)


def _compiled() -> Any:
    with tempfile.NamedTemporaryFile(suffix=".binpb") as out:
        folders = [Path(__file__).parent / "proto", _ROOT / "proto", _ROOT / "third_party/proto", _WELL_KNOWN]
        arguments = ["protoc", *(f"-I{folder}" for folder in folders), f"--descriptor_set_out={out.name}", "echo.proto"]
        if protoc.main(arguments) != 0:
            raise RuntimeError("echo.proto does not compile")
        files = descriptor_pb2.FileDescriptorSet.FromString(Path(out.name).read_bytes())
    descriptor_pool.Default().Add(files.file[0])
    return descriptor_pool.Default().FindFileByName("echo.proto")


FILE = _compiled()
EchoRequest: Any = GetMessageClass(FILE.message_types_by_name["EchoRequest"])
EchoReply: Any = GetMessageClass(FILE.message_types_by_name["EchoReply"])
Item: Any = GetMessageClass(FILE.message_types_by_name["Item"])


class EchoServicer(Servicer):
    """As the generator makes it."""

    SERVICE: ClassVar[str] = "todo.test.v1.EchoService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = FILE.services_by_name["EchoService"]

    async def echo(self, _request: Any, _call: Any) -> Any:
        raise unimplemented("todo.test.v1.EchoService/Echo")

    def repeat(self, _request: Any, _call: Any) -> AsyncIterator[Any]:
        raise unimplemented("todo.test.v1.EchoService/Repeat")

    async def absent(self, _request: Any, _call: Any) -> Any:
        raise unimplemented("todo.test.v1.EchoService/Absent")
