"""The way of a call through the server: deadline, caller, request, handler, errors, metrics, trace.

Everything that is known before the first call is looked up when the server is made, and the layers are few: a call
pays for itself alone. The gRPC edge and calls in process (`RpcServer.invoke`) go the same way, and both fail with
RpcFailure alone.
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
Take = Callable[[Any], Any]
"""Makes the handler's first argument, the request or the iterator of requests, of what came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerContext:
    """What the methods of one server share."""

    authenticator: Authenticator
    callers: Callers
    deadlines: Deadlines
    limits: RpcLimits
    metrics: CallMetrics
    validator: Validator


class Pipeline:
    """The way of the calls of one method."""

    def __init__(self, method: ServedMethod, shared: ServerContext) -> None:
        self.method = method
        self.reader = RequestReader(message_class(method.descriptor.input_type), shared.validator)
        self.response = message_class(method.descriptor.output_type)
        access = access_of(method.descriptor, shared.callers)
        self._admit = access.admit
        self._authenticator = shared.authenticator
        self._guard = None if access.public else shared.authenticator.session_guard
        self._deadlines = shared.deadlines
        self._observed = shared.metrics.method(method.path)
        self._default_time, self._longest_time = _times(method, shared.limits)

    async def unary(self, take: Take, given: Any, metadata: Metadata, remaining: float | None) -> Message:
        """Answers a call that has one response. Raises RpcFailure."""
        started = perf_counter()
        code, opened, running = "OK", None, None
        span = spans.start_call(self.method.path[1:], _traceparent(metadata))
        self._observed.begin()
        try:
            call = self._open(metadata, remaining, span.traceparent)
            running = self._deadlines.begin(call.deadline)
            opened = current_work.set(call)
            with span.activate():
                if self._guard is not None:
                    await self._guard(call.principal)
                response = await self.method.handler(take(given), call)
            if not isinstance(response, self.response):
                self._wrong(response)
        except asyncio.CancelledError as error:
            code = "CANCELLED"
            failure = self._given_up(expired=running is not None and running.expired)
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
            self._observed.end(code, perf_counter() - started)  # before the reset: its log line is one of the call
            if opened is not None:
                current_work.reset(opened)
        return response

    async def stream(
        self, take: Take, given: Any, metadata: Metadata, remaining: float | None
    ) -> AsyncGenerator[Message]:
        """Answers a call that has many responses. Raises RpcFailure."""
        started = perf_counter()
        code = "CANCELLED"
        span = spans.start_call(self.method.path[1:], _traceparent(metadata))
        self._observed.begin()
        try:
            call = self._open(metadata, remaining, span.traceparent)
            if self._guard is not None:
                await self._guard(call.principal)
            async with aclosing(self.method.handler(take(given), call)) as responses:
                while (response := await self._next(responses, call, span)) is not None:
                    yield response
            code = "OK"
        except asyncio.CancelledError as error:
            failure = self._given_up(expired=False)
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
            self._observed.end(code, perf_counter() - started)

    async def valid(self, requests: AsyncIterator[bytes]) -> AsyncIterator[Message]:
        """The requests of a client that streams them."""
        async for data in requests:
            yield self.reader.parse(data)

    def _open(self, metadata: Metadata, remaining: float | None, traceparent: str | None) -> Call:
        """Lets the call in, or not."""
        seconds = self._default_time if remaining is None else min(remaining, self._longest_time)
        principal = self._admit(self._authenticator, metadata)
        return Call(
            self.method.path,
            principal,
            (correlation_of(metadata) if CORRELATION in metadata else None) or uuid7(),
            uuid_of(metadata, CAUSE) if principal.service is not None else None,
            asyncio.get_running_loop().time() + seconds,
            traceparent,
        )

    async def _next(self, responses: AsyncGenerator[Message], call: Call, span: Span) -> Message | None:
        """The next response; None after the last one. Context and deadline hold only while the handler works."""
        running = self._deadlines.begin(call.deadline)
        opened = current_work.set(call)
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
            current_work.reset(opened)
        if not isinstance(response, self.response):
            self._wrong(response)
        return response

    def _wrong(self, response: object) -> Never:
        raise TypeError(f"{self.method.path} answered with a {type(response).__name__}")

    def _given_up(self, *, expired: bool) -> RpcFailure | None:
        """What a cancellation means: the deadline is over, the caller has gone (None), or else what the call waited
        for was given up, e.g. in a shutdown.
        """
        if expired:
            return failure_of(TimeoutError(), self.method.path)
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            return None
        return failure_of(RetryLater("what the call waited for was given up"), self.method.path)


def _traceparent(metadata: Metadata) -> str | None:
    """The caller's header, when it has the form that W3C prescribes."""
    given = metadata.get(tracing.HEADER)
    return tracing.validated(given) if isinstance(given, str) else None


def _times(method: ServedMethod, limits: RpcLimits) -> tuple[float, float]:
    """Seconds for a call without a deadline, and at most."""
    if method.descriptor.client_streaming or method.descriptor.server_streaming:
        return limits.longest_stream, limits.longest_stream
    return limits.default_deadline, limits.longest_deadline
