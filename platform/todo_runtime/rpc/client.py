"""Client channels: one retry policy, keepalive and size limit for all calls between services."""

import json
from dataclasses import dataclass

import grpc

from todo_runtime.rpc.limits import KEEPALIVE_SECONDS, MESSAGE_SIZE


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Only UNAVAILABLE is retried, within the deadline of the call: the request may have had no effect, or has a
    `request_id` that gives it one effect. Back-off in seconds, with jitter (gRFC A6).
    """

    attempts: int = 4
    first_backoff: float = 0.1
    longest_backoff: float = 2.0
    factor: float = 2.0

    def service_config(self) -> str:
        """The gRPC service config with this policy, JSON."""
        policy = {
            "maxAttempts": self.attempts,
            "initialBackoff": f"{self.first_backoff}s",
            "maxBackoff": f"{self.longest_backoff}s",
            "backoffMultiplier": self.factor,
            "retryableStatusCodes": ["UNAVAILABLE"],
        }
        return json.dumps({"methodConfig": [{"name": [{}], "retryPolicy": policy}]})


def channel(
    target: str,
    *,
    retry: RetryPolicy | None = None,
    keepalive: float = KEEPALIVE_SECONDS,
    credentials: grpc.ChannelCredentials | None = None,
) -> grpc.aio.Channel:
    """A channel to a service, plaintext without `credentials`; it connects when it is first used.

    Reconnects after a second at most, so that a restarted service is found at once.
    """
    options = [
        ("grpc.service_config", (retry or RetryPolicy()).service_config()),
        ("grpc.keepalive_time_ms", int(keepalive * 1_000)),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.max_receive_message_length", MESSAGE_SIZE),
        ("grpc.max_send_message_length", MESSAGE_SIZE),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1_000),
    ]
    if credentials is None:
        return grpc.aio.insecure_channel(target, options=options)
    return grpc.aio.secure_channel(target, credentials, options=options)
