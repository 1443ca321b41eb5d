"""Owns the bounds of a server."""

from dataclasses import dataclass

MESSAGE_SIZE = 4 * 1024 * 1024
"""Bytes of one message, either way."""

KEEPALIVE_SECONDS = 30
"""How often an idle connection is probed, by either side."""


@dataclass(frozen=True, slots=True)
class RpcLimits:
    """Times in seconds, sizes in bytes.

    A unary call without a deadline gets `default_deadline`; a later one is cut to `longest_deadline`. A streaming
    call lasts at most `longest_stream`: its client comes back and resumes. A connection is renewed after
    `connection_age`, so that clients spread over the replicas and one that reads no more is let go.
    """

    default_deadline: float = 10.0
    longest_deadline: float = 60.0
    longest_stream: float = 3_600.0
    connection_age: float = 3_600.0
    message_size: int = MESSAGE_SIZE
    concurrent_calls: int = 2_000
    grace: float = 10.0
