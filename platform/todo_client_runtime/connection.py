"""How a program outside connects: one channel, retries where they are safe, and a token on every call."""

import ipaddress
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc.aio

Token = str | Callable[[], Awaitable[str]]
"""An access token or an API token, or an async function that fetches the current one."""

_MAX_MESSAGE = 16 * 2**20
_KEEPALIVE_MS = 60_000


@dataclass(frozen=True)
class Retry:
    """How calls are retried on UNAVAILABLE, within their deadline; pauses in seconds, with jitter (gRFC A6).

    A retried change has one effect, since the typed clients give each call a `request_id`.
    """

    attempts: int = 4
    first_pause: float = 0.1
    longest_pause: float = 2.0
    factor: float = 2.0

    def service_config(self) -> str:
        """The gRPC service config, as JSON."""
        policy = {
            "maxAttempts": self.attempts,
            "initialBackoff": f"{self.first_pause}s",
            "maxBackoff": f"{self.longest_pause}s",
            "backoffMultiplier": self.factor,
            "retryableStatusCodes": ["UNAVAILABLE"],
        }
        return json.dumps({"methodConfig": [{"name": [{}], "retryPolicy": policy}]})


def connect(
    target: str,
    *,
    token: Token | None,
    credentials: grpc.ChannelCredentials | None,
    plaintext: bool | None,
    retry: Retry,
) -> grpc.aio.Channel:
    """A channel to `host:port`, which connects on its first use.

    TLS with `credentials` or the system's certificates; plaintext on request, and by default to this machine itself.
    Raises ValueError for credentials on a plaintext channel.
    """
    plain = is_loopback(target) and credentials is None if plaintext is None else plaintext
    if plain and credentials is not None:
        raise ValueError("credentials are for TLS: leave out plaintext=True")
    options = [
        ("grpc.service_config", retry.service_config()),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.max_receive_message_length", _MAX_MESSAGE),
        ("grpc.max_reconnect_backoff_ms", 5_000),
    ]
    interceptors = authorizing(token) if token is not None else ()
    if plain:
        return grpc.aio.insecure_channel(target, options=options, interceptors=interceptors)
    secure = credentials or grpc.ssl_channel_credentials()
    return grpc.aio.secure_channel(target, secure, options=options, interceptors=interceptors)


def is_loopback(target: str) -> bool:
    """Whether `host:port` is this machine itself."""
    host = target.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def authorizing(token: Token) -> Sequence[grpc.aio.ClientInterceptor]:
    """Interceptors that put the token on every call, one for each shape of call."""
    return [_UnaryUnary(token), _UnaryStream(token), _StreamUnary(token), _StreamStream(token)]


class _Authorizing:
    """What the interceptors for all shapes of call share."""

    def __init__(self, token: Token) -> None:
        self._token = token

    async def _call(self, continuation: Callable[..., Any], details: grpc.aio.ClientCallDetails, sent: Any) -> Any:
        token = self._token if isinstance(self._token, str) else await self._token()
        metadata = grpc.aio.Metadata(*(details.metadata or ()), ("authorization", f"Bearer {token}"))
        authorized = grpc.aio.ClientCallDetails(
            details.method, details.timeout, metadata, details.credentials, details.wait_for_ready
        )
        return await continuation(authorized, sent)


class _UnaryUnary(_Authorizing, grpc.aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await self._call(continuation, client_call_details, request)


class _UnaryStream(_Authorizing, grpc.aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await self._call(continuation, client_call_details, request)


class _StreamUnary(_Authorizing, grpc.aio.StreamUnaryClientInterceptor):
    async def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await self._call(continuation, client_call_details, request_iterator)


class _StreamStream(_Authorizing, grpc.aio.StreamStreamClientInterceptor):
    async def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await self._call(continuation, client_call_details, request_iterator)
