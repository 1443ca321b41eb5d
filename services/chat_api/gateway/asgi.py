"""The few ASGI messages that the gateway sends and receives, typed."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import orjson

from services.chat_api.gateway.failures import HttpFailure, invalid

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Iterable[tuple[str, str]]

JSON = "application/json"
NOT_STORED = (("cache-control", "no-store"),)
MAX_BODY = 4 * 1024 * 1024
"""In bytes; the same limit as for a gRPC message."""


class TooLarge(Exception):
    """The request body is larger than `MAX_BODY`."""


class Disconnected(Exception):
    """The client disconnected before it had sent the whole request."""


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole request body. Raises TooLarge as soon as that is certain, and Disconnected."""
    declared = header(scope, b"content-length")
    if declared.isascii() and declared.isdigit() and int(declared) > MAX_BODY:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def header(scope: Scope, name: bytes) -> str:
    """The value of a request header, given in lower case; empty when it is absent. Raises HttpFailure (400)."""
    for key, value in scope["headers"]:
        if key == name:
            try:
                return bytes(value).decode("ascii").strip()
            except UnicodeDecodeError as error:
                raise invalid(f"The header {name.decode()} is not ASCII.") from error
    return ""


async def respond(
    send: Send, status: int, body: bytes, kind: str = JSON, headers: Headers = (), *, empty: bool = False
) -> None:
    """Sends a whole response; `empty` omits the body but not its length (HEAD)."""
    await send(_start(status, kind, (*headers, ("content-length", str(len(body))))))
    await send({"type": "http.response.body", "body": b"" if empty else body})


async def start_stream(send: Send, kind: str) -> None:
    """Begins a response whose chunks follow with `send_chunk`; proxies are asked not to buffer them."""
    await send(_start(200, kind, (*NOT_STORED, ("x-accel-buffering", "no"))))


async def send_chunk(send: Send, chunk: bytes, *, last: bool = False) -> None:
    """Sends a chunk of a response."""
    await send({"type": "http.response.body", "body": chunk, "more_body": not last})


async def respond_failure(send: Send, failure: HttpFailure) -> None:
    """Sends an error."""
    await respond(send, failure.http_status, orjson.dumps(failure.json), headers=(*NOT_STORED, *failure.headers))


def _start(status: int, kind: str, headers: Headers) -> MutableMapping[str, Any]:
    own = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    fixed = [(b"content-type", kind.encode("latin-1")), (b"x-content-type-options", b"nosniff")]
    return {"type": "http.response.start", "status": status, "headers": [*fixed, *own]}
