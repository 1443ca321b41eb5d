"""The REST gateway: an ASGI application that turns HTTP requests into calls of the routes' methods.

Guarantees: every response that is not a success is a google.rpc.Status in JSON, also where the gateway itself refuses;
a call passes the same pipeline as over gRPC; a body of more than 4 MiB is refused before it is read to its end.
"""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from time import perf_counter
from urllib.parse import quote, unquote

from google.protobuf.message import Message
from todo_runtime.errors import InvalidArgument, NotFound, ResourceExhausted, Unimplemented
from todo_runtime.rest.routes import Route, RouteTable, values_of
from todo_runtime.rpc import RpcFailure
from todo_runtime.rpc.failure import failure_of
from todo_runtime.telemetry.calls import REQUESTS

from services.chat_api.gateway.asgi import (
    JSON,
    MAX_BODY,
    NOT_STORED,
    Disconnected,
    Receive,
    Scope,
    Send,
    TooLarge,
    header,
    read_body,
    respond,
    respond_failure,
)
from services.chat_api.gateway.failures import HttpFailure, invalid
from services.chat_api.gateway.streaming import send_stream
from services.chat_api.gateway.transcoding import json_of, request_of

_FORWARDED_HEADERS = (
    (b"authorization", "authorization"),
    (b"x-request-id", "x-request-id"),
    (b"traceparent", "traceparent"),
)
_TIMEOUT = re.compile(r"^([0-9]{1,8})([HMSmun])$")

CLIENT_GONE = 499
"""The status that is counted for a client that did not wait for its response."""
NO_ROUTE = "none"
"""The label of paths without a route: paths come from outside, and must not become labels."""
_UNITS = {"H": 3_600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}


class Gateway:
    """Serves the routes of a table, and answers 404 for paths that have no route."""

    def __init__(self, table: RouteTable) -> None:
        self._table = table
        self._observed = {route: REQUESTS.method(route.path) for route in table.routes}
        self._without_route = REQUESTS.method(NO_ROUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI), and counts it."""
        started = perf_counter()
        observed, status = self._without_route, CLIENT_GONE
        try:
            route = self._route(_raw_path(scope), scope["method"])
            observed = self._observed[route]
            await self._answer(route, scope, receive, send)
            status = 200
        except Disconnected:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: logged under an id that the client gets
            failure = error if isinstance(error, HttpFailure) else HttpFailure.of(failure_of(error, observed.method))
            status = failure.http_status
            await respond_failure(send, failure)
        finally:
            observed.count(str(status), perf_counter() - started)

    async def _answer(self, route: Route, scope: Scope, receive: Receive, send: Send) -> None:
        raw_path = _raw_path(scope)
        body = await _body(scope, receive)
        request = _request(route, raw_path, scope, body)
        metadata, timeout = _metadata(scope), _timeout(header(scope, b"grpc-timeout"))
        if route.method.server_streaming:
            responses = route.backend.stream(route.method, request, metadata, timeout)
            await _stream(scope, send, responses)
            return
        response = await _call(route, request, metadata, timeout)
        await respond(send, 200, json_of(response), headers=NOT_STORED, empty=scope["method"] == "HEAD")

    def _route(self, raw_path: str, verb: str) -> Route:
        routes = self._table.find(raw_path)
        if routes is None:
            missing = NotFound(f"There is nothing at {unquote(raw_path)[:200]}.", reason="NO_SUCH_PATH")
            raise HttpFailure.refusal(404, missing)
        route = routes.get("GET" if verb == "HEAD" else verb)
        if route is None:
            allowed = ", ".join(sorted(routes))
            error = Unimplemented(f"This path takes {allowed}, not {verb[:20]}.", reason="METHOD_NOT_ALLOWED")
            raise HttpFailure.refusal(405, error, (("allow", allowed),))
        return route


async def _call(route: Route, request: Message, metadata: Mapping[str, str], timeout: float | None) -> Message:
    try:
        return await route.backend.unary(route.method, request, metadata, timeout)
    except RpcFailure as failure:
        raise HttpFailure.of(failure) from failure


async def _stream(scope: Scope, send: Send, responses: AsyncGenerator[Message]) -> None:
    as_events = "text/event-stream" in header(scope, b"accept")
    async with aclosing(responses):
        await send_stream(send, responses, as_events=as_events)


async def _body(scope: Scope, receive: Receive) -> bytes:
    try:
        body = await read_body(scope, receive)
    except TooLarge:
        error = ResourceExhausted(f"The body is larger than {MAX_BODY:,} bytes.", reason="BODY_TOO_LARGE")
        raise HttpFailure.refusal(413, error, (("connection", "close"),)) from None
    kind = header(scope, b"content-type").partition(";")[0].strip().lower()
    if body and kind not in (JSON, ""):
        wrong = InvalidArgument(f"The body must be {JSON}, not {kind[:100]}.", reason="UNSUPPORTED_MEDIA_TYPE")
        raise HttpFailure.refusal(415, wrong)
    return body


def _request(route: Route, raw_path: str, scope: Scope, body: bytes) -> Message:
    try:
        values = values_of(route, raw_path)
        query = bytes(scope["query_string"]).decode("ascii")
    except UnicodeDecodeError as error:
        raise invalid("The path or the query is not UTF-8.") from error
    return request_of(route, values, query, body)


def _raw_path(scope: Scope) -> str:
    """The path as the client sent it, percent-encoded."""
    raw = scope.get("raw_path")
    return bytes(raw).decode("latin-1") if raw else quote(scope["path"])


def _metadata(scope: Scope) -> dict[str, str]:
    headers = ((key, header(scope, name)) for name, key in _FORWARDED_HEADERS)
    return {key: value for key, value in headers if value}


def _timeout(value: str) -> float | None:
    """Seconds of a `grpc-timeout` header (gRPC over HTTP/2); None without one."""
    if not value:
        return None
    match = _TIMEOUT.match(value)
    if match is None:
        raise invalid("The header grpc-timeout must be digits and a unit, e.g. 5S or 500m.")
    return int(match[1]) * _UNITS[match[2]]
