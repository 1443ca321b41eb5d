"""The pipeline of a call: deadline, authentication, request, handler, errors, metrics, trace.

Everything that does not depend on the call is looked up when the server is created, and the layers are few, to keep
calls cheap. The gRPC edge and calls in process (`RpcServer.invoke`) use the same pipeline, and both fail only with
RpcFailure.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Never

from google.protobuf.message import Message
from protovalidate import Validator

from todo_runtime.auth.authenticator import CAUSE, CORRELATION, Authenticator, correlation_of, uuid_of
from todo_runtime.errors import RetryLater
from todo_runtime.ids import uuid7
from todo_runtime.rpc.access import Callers, access_of
from todo_runtime.rpc.call import Call
from todo_runtime.rpc.deadlines import Deadlines
from todo_runtime.rpc.failure import RpcFailure, failure_of
from todo_runtime.rpc.limits import RpcLimits
from todo_runtime.rpc.requests import RequestReader, message_class
from todo_runtime.rpc.servicer import ServedMethod
from todo_runtime.telemetry import spans, tracing
from todo_runtime.telemetry.calls import CallMetrics
from todo_runtime.telemetry.context import current_work
from todo_runtime.telemetry.spans import Span

Metadata = Mapping[str, str | bytes]
Parse = Callable[[Any], Any]
"""Makes the first argument of a handler, the request or the iterator of requests, from what was received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerContext:
    """What all pipelines of one server share."""

    authenticator: Authenticator
    callers: Callers
    deadlines: Deadlines
    limits: RpcLimits
    metrics: CallMetrics
    validator: Validator


class Pipeline:
    """The pipeline of one method."""

    def __init__(self, method: ServedMethod, shared: ServerContext) -> None:
        self.method = method
        self.reader = RequestReader(message_class(method.descriptor.input_type), shared.validator)
        self.response = message_class(method.descriptor.output_type)
        access = access_of(method.descriptor, shared.callers)
        self._authorize = access.authorize
        self._authenticator = shared.authenticator
        self._guard = None if access.public else shared.authenticator.session_guard
        self._deadlines = shared.deadlines
        self._calls = shared.metrics.method(method.path)
        self._default_time, self._longest_time = _durations(method, shared.limits)

    async def unary(self, parse: Parse, raw: Any, metadata: Metadata, remaining: float | None) -> Message:
        """Serves a call with one response. Raises RpcFailure."""
        started = perf_counter()
        code, token, running = "OK", None, None
        span = spans.start_call(self.method.path[1:], _traceparent(metadata))
        self._calls.begin()
        try:
            call = self._authorize_call(metadata, remaining, span.traceparent)
            running = self._deadlines.begin(call.deadline)
            token = current_work.set(call)
            with span.activate():
                if self._guard is not None:
                    await self._guard(call.principal)
                response = await self.method.handler(parse(raw), call)
            if not isinstance(response, self.response):
                self._reject_response(response)
        except asyncio.CancelledError as error:
            code = "CANCELLED"
            failure = self._cancellation(expired=running is not None and running.expired)
            if failure is None:
                raise
            code = failure.code
            raise failure from error
        except Exception as error:
            failure = failure_of(error, self.method.path)
            code = failure.code
            raise failure from error
        finally:
            if running is not None:
                self._deadlines.end(running)
            span.end_call(code)
            self._calls.end(code, perf_counter() - started)  # before the reset: its log line belongs to the call
            if token is not None:
                current_work.reset(token)
        return response

    async def stream(
        self, parse: Parse, raw: Any, metadata: Metadata, remaining: float | None
    ) -> AsyncGenerator[Message]:
        """Serves a call that streams responses. Raises RpcFailure."""
        started = perf_counter()
        code = "CANCELLED"
        span = spans.start_call(self.method.path[1:], _traceparent(metadata))
        self._calls.begin()
        try:
            call = self._authorize_call(metadata, remaining, span.traceparent)
            if self._guard is not None:
                await self._guard(call.principal)
            async with aclosing(self.method.handler(parse(raw), call)) as responses:
                while (response := await self._next(responses, call, span)) is not None:
                    yield response
            code = "OK"
        except asyncio.CancelledError as error:
            failure = self._cancellation(expired=False)
            if failure is None:
                raise
            code = failure.code
            raise failure from error
        except Exception as error:
            failure = failure_of(error, self.method.path)
            code = failure.code
            raise failure from error
        finally:
            span.end_call(code)
            self._calls.end(code, perf_counter() - started)

    async def parse_stream(self, requests: AsyncIterator[bytes]) -> AsyncIterator[Message]:
        """Parses the requests of a client stream."""
        async for data in requests:
            yield self.reader.parse(data)

    def _authorize_call(self, metadata: Metadata, remaining: float | None, traceparent: str | None) -> Call:
        """Authorizes a call. Raises Unauthenticated, PermissionDenied or InvalidArgument."""
        seconds = self._default_time if remaining is None else min(remaining, self._longest_time)
        principal = self._authorize(self._authenticator, metadata)
        return Call(
            self.method.path,
            principal,
            (correlation_of(metadata) if CORRELATION in metadata else None) or uuid7(),
            uuid_of(metadata, CAUSE) if principal.service is not None else None,
            asyncio.get_running_loop().time() + seconds,
            traceparent,
        )

    async def _next(self, responses: AsyncGenerator[Message], call: Call, span: Span) -> Message | None:
        """The next response; None after the last one. Context and deadline apply only while the handler runs."""
        running = self._deadlines.begin(call.deadline)
        token = current_work.set(call)
        try:
            with span.activate():
                response = await anext(responses)
        except StopAsyncIteration:
            return None
        except asyncio.CancelledError:
            if running.expired:
                raise TimeoutError from None
            raise
        finally:
            self._deadlines.end(running)
            current_work.reset(token)
        if not isinstance(response, self.response):
            self._reject_response(response)
        return response

    def _reject_response(self, response: object) -> Never:
        raise TypeError(f"{self.method.path} returned a {type(response).__name__}.")

    def _cancellation(self, *, expired: bool) -> RpcFailure | None:
        """The meaning of a cancellation: the deadline has passed, the client is gone (None), or the operation that the
        call waited for was cancelled, e.g. in a shutdown.
        """
        if expired:
            return failure_of(TimeoutError(), self.method.path)
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            return None
        return failure_of(RetryLater("The operation that the call waited for was cancelled."), self.method.path)


def _traceparent(metadata: Metadata) -> str | None:
    """The caller's header, if it has the form that W3C prescribes."""
    given = metadata.get(tracing.HEADER)
    return tracing.validated(given) if isinstance(given, str) else None


def _durations(method: ServedMethod, limits: RpcLimits) -> tuple[float, float]:
    """(default, longest) duration of a call, in seconds."""
    if method.descriptor.client_streaming or method.descriptor.server_streaming:
        return limits.longest_stream, limits.longest_stream
    return limits.default_deadline, limits.longest_deadline
