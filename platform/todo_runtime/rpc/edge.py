"""The gRPC edge: turns methods of servicers into gRPC handlers, and failures into gRPC statuses."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Never, TypeAlias

import grpc
from google.protobuf.message import Message
from google.rpc import status_pb2

from todo_runtime.errors.status import DETAILS_KEY, grpc_code
from todo_runtime.rpc.failure import RpcFailure, failure_of
from todo_runtime.rpc.pipeline import Pipeline
from todo_runtime.rpc.servicer import Servicer, method_path, unimplemented

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


def service_handler(servicer: Servicer, pipelines: Iterable[Pipeline]) -> grpc.GenericRpcHandler:
    """The handlers of all methods of a service, also of those that it does not serve."""
    served = {pipeline.method.descriptor.name: _handler(pipeline) for pipeline in pipelines}
    handlers = {
        method.name: served.get(method.name) or _refusal(method_path(method)) for method in servicer.DESCRIPTOR.methods
    }
    return grpc.method_handlers_generic_handler(servicer.SERVICE, handlers)


def _handler(pipeline: Pipeline) -> "grpc.RpcMethodHandler[Any, Any]":
    """gRPC passes on the raw bytes: the pipeline parses them, so that it also handles malformed requests."""
    method = pipeline.method.descriptor
    serialize = pipeline.response.SerializeToString
    if method.client_streaming and method.server_streaming:
        return grpc.stream_stream_rpc_method_handler(_streaming(pipeline), None, serialize)
    if method.client_streaming:
        return grpc.stream_unary_rpc_method_handler(_single(pipeline), None, serialize)
    if method.server_streaming:
        return grpc.unary_stream_rpc_method_handler(_streaming(pipeline), None, serialize)
    return grpc.unary_unary_rpc_method_handler(_single(pipeline), None, serialize)


def _single(pipeline: Pipeline) -> Callable[[Any, Context], Awaitable[Message]]:
    parse, answer = _parser(pipeline), pipeline.unary

    async def serve(raw: Any, context: Context) -> Message:
        try:
            return await answer(parse, raw, dict(context.invocation_metadata() or ()), context.time_remaining())
        except RpcFailure as failure:
            await _abort(context, failure.status)

    return serve


def _streaming(pipeline: Pipeline) -> Callable[[Any, Context], AsyncIterator[Message]]:
    parse, answer = _parser(pipeline), pipeline.stream

    async def serve(raw: Any, context: Context) -> AsyncIterator[Message]:
        try:
            metadata = dict(context.invocation_metadata() or ())
            async for response in answer(parse, raw, metadata, context.time_remaining()):
                yield response
        except RpcFailure as failure:
            await _abort(context, failure.status)

    return serve


def _parser(pipeline: Pipeline) -> Callable[[Any], Any]:
    return pipeline.parse_stream if pipeline.method.descriptor.client_streaming else pipeline.reader.parse


def _refusal(path: str) -> "grpc.RpcMethodHandler[Any, Any]":
    """The handler of a method that is not served; a streaming handler works for calls of any kind."""
    failure = failure_of(unimplemented(path.removeprefix("/")), path)

    async def refuse(_requests: object, context: Context) -> None:
        await _abort(context, failure.status)

    return grpc.stream_stream_rpc_method_handler(refuse, None, None)


async def _abort(context: Context, status: status_pb2.Status) -> Never:
    details = ((DETAILS_KEY, status.SerializeToString()),)
    await context.abort(grpc_code(status), status.message, details)
