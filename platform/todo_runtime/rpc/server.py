"""The gRPC server of a service: its servicers behind one pipeline each method, health and reflection.

Guarantees: no call is answered with UNKNOWN; the same call in process (`invoke`) takes the same way and gets the same
answer; `stop` lets running calls finish within the grace period.
"""

from collections.abc import AsyncGenerator, Iterable
from types import TracebackType
from typing import Self

import grpc
from google.protobuf.message import Message
from protovalidate import Validator

from todo_runtime.auth.authenticator import Authenticator
from todo_runtime.health import Health
from todo_runtime.rpc import health as grpc_health
from todo_runtime.rpc.access import Callers
from todo_runtime.rpc.deadlines import Deadlines
from todo_runtime.rpc.edge import service_handler
from todo_runtime.rpc.failure import failure_of
from todo_runtime.rpc.limits import KEEPALIVE_SECONDS, RpcLimits
from todo_runtime.rpc.pipeline import Metadata, Pipeline, ServerContext
from todo_runtime.rpc.reflection import add_reflection
from todo_runtime.rpc.servicer import ServedMethod, Servicer, by_service, served_methods, unimplemented
from todo_runtime.telemetry.calls import CALLS


class RpcServer:
    """Serves gRPC at one address, `host:port` (port 0: any free one; `port` says which). An async context manager."""

    def __init__(
        self,
        servicers: Iterable[Servicer],
        authenticator: Authenticator,
        *,
        address: str,
        callers: Callers,
        health: Health,
        limits: RpcLimits | None = None,
        credentials: grpc.ServerCredentials | None = None,
    ) -> None:
        """Looks everything up that calls need.

        A service may be served by several servicers, each with methods of its own. ValueError when two serve the same
        method; raises when a rule of a contract cannot be compiled.
        """
        self._limits = limits or RpcLimits()
        self._address = address
        self._credentials = credentials
        self._services = by_service(servicers)
        shared = ServerContext(
            authenticator=authenticator,
            callers=callers,
            deadlines=Deadlines(),
            limits=self._limits,
            metrics=CALLS,
            validator=Validator(),
        )
        self._pipelines = {
            method.path: Pipeline(method, shared)
            for parts in self._services.values()
            for method in served_methods(*parts)
        }
        self._health = health
        self._server: grpc.aio.Server | None = None
        self._health_service: grpc_health.HealthService | None = None
        self.port = 0

    @property
    def methods(self) -> list[ServedMethod]:
        """The methods that are really served."""
        return [pipeline.method for pipeline in self._pipelines.values()]

    async def start(self) -> None:
        """Starts to listen. OSError when the address cannot be had."""
        server = grpc.aio.server(options=_options(self._limits), maximum_concurrent_rpcs=self._limits.concurrent_calls)
        server.add_generic_rpc_handlers([self._handler(parts[0]) for parts in self._services.values()])
        self._health_service = grpc_health.HealthService(self._health, self._services)
        await self._health_service.start(server)
        add_reflection(server, [*self._services, grpc_health.SERVICE])
        self.port = self._listen(server)
        await server.start()
        self._server = server

    async def stop(self) -> None:
        """Takes no new calls, and ends when the running ones have, or when the grace period is over."""
        if self._health_service is not None:
            await self._health_service.stop()
        if self._server is not None:
            await self._server.stop(self._limits.grace)
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def invoke(self, method: str, request: Message, metadata: Metadata, timeout: float | None = None) -> Message:
        """Calls a method, `/package.Service/Method`, in process, in `timeout` seconds. Raises RpcFailure.

        The keys of `metadata` are in lower case.
        """
        pipeline = self._pipeline(method)
        return await pipeline.unary(pipeline.reader.adopt, request, metadata, timeout)

    def invoke_stream(
        self, method: str, request: Message, metadata: Metadata, timeout: float | None = None
    ) -> AsyncGenerator[Message]:
        """The same for a method that streams responses."""
        pipeline = self._pipeline(method)
        return pipeline.stream(pipeline.reader.adopt, request, metadata, timeout)

    def _pipeline(self, method: str) -> Pipeline:
        try:
            return self._pipelines[method]
        except KeyError:
            raise failure_of(unimplemented(method.removeprefix("/")), method) from None

    def _handler(self, servicer: Servicer) -> grpc.GenericRpcHandler:
        pipelines = self._pipelines.values()
        return service_handler(
            servicer, (one for one in pipelines if one.method.descriptor.containing_service is servicer.DESCRIPTOR)
        )

    def _listen(self, server: grpc.aio.Server) -> int:
        try:
            if self._credentials is None:
                return server.add_insecure_port(self._address)
            return server.add_secure_port(self._address, self._credentials)
        except RuntimeError as error:
            raise OSError(f"gRPC cannot listen on {self._address}. Is the port in use?") from error


def _options(limits: RpcLimits) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", limits.message_size),
        ("grpc.max_send_message_length", limits.message_size),
        ("grpc.max_connection_age_ms", int(limits.connection_age * 1_000)),
        ("grpc.max_connection_age_grace_ms", int(limits.longest_deadline * 1_000)),
        ("grpc.so_reuseport", 0),  # a second process on the port is an error, not a quiet share of the calls
        ("grpc.keepalive_time_ms", KEEPALIVE_SECONDS * 1_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.http2.min_ping_interval_without_data_ms", KEEPALIVE_SECONDS * 500),
        ("grpc.keepalive_permit_without_calls", 1),
    ]
