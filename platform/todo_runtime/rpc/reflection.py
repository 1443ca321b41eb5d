"""Server reflection, so that tools work without the .proto files: v1, and v1alpha for older tools.

Both have the same messages and differ only in the name of the service.
"""

from collections.abc import Iterable

import grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

_VERSIONS = ("grpc.reflection.v1.ServerReflection", reflection.SERVICE_NAME)


def add_reflection(server: grpc.aio.Server, services: Iterable[str]) -> None:
    """Lets tools list and describe the services, by full name."""
    servicer = reflection.aio.ReflectionServicer([*services, reflection.SERVICE_NAME])
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": handler}) for name in _VERSIONS]
    )
