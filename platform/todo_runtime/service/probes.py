"""The metrics port: /healthz (the process lives), /readyz (it should get requests) and /metrics, over plain HTTP/1.1.

One small server on asyncio streams: three fixed answers need no framework. Every connection has one request, a
bound on its size and a time limit.
"""

import asyncio
from types import TracebackType
from typing import NamedTuple, Self

import orjson

from todo_runtime.health import Health
from todo_runtime.telemetry import metrics

_REQUEST_SIZE = 8_192
_SECONDS = 5.0
_JSON = "application/json"


class _Answer(NamedTuple):
    status: str
    kind: str
    body: bytes


class ProbeServer:
    """Answers probes and Prometheus. An async context manager; `port` says where when it was given as 0."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._health = health
        self._host = host
        self.port = port
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Starts to listen. OSError when the port cannot be had."""
        try:
            self._server = await asyncio.start_server(self._serve, self._host, self.port, limit=_REQUEST_SIZE)
        except OSError as error:
            raise OSError(f"Cannot listen on the metrics port {self._host}:{self.port}: {error.strerror}.") from error
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(_message(self._answer(head), body=not head.startswith(b"HEAD ")))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, TimeoutError):
            pass  # the client went away, is too slow or does not speak HTTP: nobody to tell
        finally:
            writer.close()

    def _answer(self, head: bytes) -> _Answer:
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if method not in {b"GET", b"HEAD"}:
            return _Answer("405 Method Not Allowed", "text/plain", b"only GET and HEAD\n")
        match path:
            case b"/healthz":
                return _Answer("200 OK", "text/plain", b"ok\n")
            case b"/readyz":
                return self._readiness()
            case b"/metrics":
                return _Answer("200 OK", metrics.CONTENT_TYPE, metrics.exposition())
            case _:
                return _Answer("404 Not Found", "text/plain", b"here are /healthz, /readyz and /metrics\n")

    def _readiness(self) -> _Answer:
        status = "200 OK" if self._health.ready else "503 Service Unavailable"
        components = {
            name: {"ok": one.ok, "required": one.required, "reason": one.reason}
            for name, one in self._health.components.items()
        }
        return _Answer(status, _JSON, orjson.dumps({"status": self._health.status, "components": components}) + b"\n")


def _message(answer: _Answer, *, body: bool) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status}\r\nContent-Type: {answer.kind}\r\n"
        f"Content-Length: {len(answer.body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (answer.body if body else b"")
