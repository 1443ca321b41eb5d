"""The limits of a gRPC server."""

from dataclasses import dataclass

MESSAGE_SIZE = 4 * 1024 * 1024
"""The largest request or response, in bytes."""

KEEPALIVE_SECONDS = 30
"""How often either side probes an idle connection."""


@dataclass(frozen=True, slots=True)
class RpcLimits:
    """Times in seconds, sizes in bytes.

    A unary call without a deadline gets `default_deadline`; a longer one is reduced to `longest_deadline`. A streaming
    call lasts at most `longest_stream`; then its client reconnects and resumes. A connection is closed after
    `connection_age`, so that clients spread over the replicas and clients that stopped reading are dropped.
    """

    default_deadline: float = 10.0
    longest_deadline: float = 60.0
    longest_stream: float = 3_600.0
    connection_age: float = 3_600.0
    message_size: int = MESSAGE_SIZE
    concurrent_calls: int = 2_000
    grace: float = 10.0
