"""Errors on HTTP: a google.rpc.Status in JSON, and the HTTP status that goes with it (google/rpc/code.proto).

What the gateway itself refuses (unknown path, wrong verb, wrong media type, too large) has the same form.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from google.protobuf import json_format
from google.rpc import code_pb2, status_pb2
from todo_runtime.errors import DomainError, FieldViolation, InvalidArgument
from todo_runtime.errors.status import to_status
from todo_runtime.rpc import RpcFailure

_HTTP_STATUS = {
    code_pb2.OK: 200,
    code_pb2.CANCELLED: 499,
    code_pb2.UNKNOWN: 500,
    code_pb2.INVALID_ARGUMENT: 400,
    code_pb2.DEADLINE_EXCEEDED: 504,
    code_pb2.NOT_FOUND: 404,
    code_pb2.ALREADY_EXISTS: 409,
    code_pb2.PERMISSION_DENIED: 403,
    code_pb2.UNAUTHENTICATED: 401,
    code_pb2.RESOURCE_EXHAUSTED: 429,
    code_pb2.FAILED_PRECONDITION: 400,
    code_pb2.ABORTED: 409,
    code_pb2.OUT_OF_RANGE: 400,
    code_pb2.UNIMPLEMENTED: 501,
    code_pb2.INTERNAL: 500,
    code_pb2.UNAVAILABLE: 503,
    code_pb2.DATA_LOSS: 500,
}


@dataclass(frozen=True)
class HttpFailure(Exception):
    """A request that is answered with an error."""

    http_status: int
    status: status_pb2.Status
    headers: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def of(cls, failure: RpcFailure) -> "HttpFailure":
        """The response to a call that failed."""
        code = failure.status.code
        return cls(_HTTP_STATUS.get(code, 500), failure.status, _headers_for(failure.status))

    @classmethod
    def refusal(cls, http_status: int, error: DomainError, headers: tuple[tuple[str, str], ...] = ()) -> "HttpFailure":
        """The response to a request that the gateway itself refuses."""
        return cls(http_status, _status(error), headers)

    @property
    def json(self) -> dict[str, object]:
        """The body: google.rpc.Status in JSON."""
        return status_json(self.status)


def invalid(message: str, violations: Sequence[FieldViolation] = (), reason: str = "INVALID_REQUEST") -> HttpFailure:
    """400 INVALID_ARGUMENT with the fields at fault."""
    return HttpFailure.refusal(400, InvalidArgument(message, reason=reason, violations=violations))


def status_json(status: status_pb2.Status) -> dict[str, object]:
    """google.rpc.Status in JSON; details of unknown types are left out."""
    known = status_pb2.Status(code=status.code, message=status.message)
    for detail in status.details:
        try:
            json_format.MessageToDict(detail)
        except (TypeError, ValueError):
            continue
        known.details.append(detail)
    return json_format.MessageToDict(known)


def _status(error: DomainError) -> status_pb2.Status:
    status = to_status(error)
    if status is None:
        raise TypeError(f"{type(error).__name__} has no status.")
    return status


def _headers_for(status: status_pb2.Status) -> tuple[tuple[str, str], ...]:
    """RFC 9110: a 401 names the scheme, a 503 may say when to retry."""
    if status.code == code_pb2.UNAUTHENTICATED:
        return (("www-authenticate", 'Bearer realm="todo"'),)
    return (("retry-after", "1"),) if status.code == code_pb2.UNAVAILABLE else ()
