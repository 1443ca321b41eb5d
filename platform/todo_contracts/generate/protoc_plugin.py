"""A buf plugin that runs the message and gRPC generators which grpcio-tools carries.

buf speaks the plugin protocol (a CodeGeneratorRequest on standard input, the response on standard output);
grpcio-tools offers its generators only through a protoc command line. This module translates between the two.
"""

import sys
import tempfile
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc


def generate(request: CodeGeneratorRequest) -> CodeGeneratorResponse:
    """Generate `_pb2.py` for every requested file and `_pb2_grpc.py` for those with a service."""
    response = CodeGeneratorResponse(
        supported_features=CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL,
    )
    with_services = {file.name for file in request.proto_file if file.service}
    with tempfile.TemporaryDirectory() as folder:
        written = _run_protoc(request, Path(folder))
        if written is None:
            response.error = "protoc failed; its message is above"
            return response
        for path in sorted(written.rglob("*.py")):
            name = path.relative_to(written).as_posix()
            if name.endswith("_pb2_grpc.py") and name.removesuffix("_pb2_grpc.py") + ".proto" not in with_services:
                continue
            response.file.add(name=name, content=path.read_text())
    return response


def _run_protoc(request: CodeGeneratorRequest, folder: Path) -> Path | None:
    out = folder / "out"
    out.mkdir()
    descriptors = folder / "descriptors.binpb"
    descriptors.write_bytes(FileDescriptorSet(file=request.proto_file).SerializeToString())
    arguments = [f"--descriptor_set_in={descriptors}", f"--python_out={out}", f"--grpc_python_out={out}"]
    failed: int = protoc.main(["protoc", *arguments, *request.file_to_generate])
    return None if failed else out


def main() -> None:
    """Answer one request of buf."""
    request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    sys.stdout.buffer.write(generate(request).SerializeToString())


if __name__ == "__main__":
    main()
