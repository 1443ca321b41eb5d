"""The one place that maps errors to google.rpc.Status and back (AIP-193).

Guarantees: every status carries an ErrorInfo of domain "todo"; a status always fits into the trailing metadata of a
gRPC response; no text of an unexpected error leaves the process.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import islice

import grpc
import psycopg
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from todo_runtime.errors.kinds import (
    Aborted,
    AlreadyExists,
    DomainError,
    FailedPrecondition,
    FieldViolation,
    InvalidArgument,
    NotFound,
    PermanentlyBad,
    PermissionDenied,
    ResourceExhausted,
    RetryLater,
    Unauthenticated,
    Unimplemented,
)

ERROR_DOMAIN = "todo"
DETAILS_KEY = "grpc-status-details-bin"
DEFAULT_RETRY = timedelta(seconds=1)

# Bytes of UTF-8. gRPC peers may refuse trailing metadata of more than 8 KiB, and the message travels there twice:
# percent-encoded (three times its size at worst) and inside the status, which is base64 (4/3 of its size).
_MESSAGE_SIZE = 500
_TEXT_SIZE = 200
_STATUS_SIZE = 4_500
_METADATA_ENTRIES = 8


_KINDS: Mapping[str, type[DomainError]] = {
    "ABORTED": Aborted,
    "ALREADY_EXISTS": AlreadyExists,
    "FAILED_PRECONDITION": FailedPrecondition,
    "INVALID_ARGUMENT": InvalidArgument,
    "NOT_FOUND": NotFound,
    "OUT_OF_RANGE": InvalidArgument,
    "PERMISSION_DENIED": PermissionDenied,
    "RESOURCE_EXHAUSTED": ResourceExhausted,
    "UNAUTHENTICATED": Unauthenticated,
    "UNIMPLEMENTED": Unimplemented,
}


def to_status(error: BaseException) -> status_pb2.Status | None:
    """The status that a caller gets for this error; None when the error is unexpected (see `internal_status`)."""
    match error:
        case DomainError():
            return _of_domain(error)
        case RetryLater():
            return unavailable_status(error.message, error.retry_after)
        case PermanentlyBad():
            return _status("INVALID_ARGUMENT", error.message, [_info(error.reason)])
        case psycopg.OperationalError():  # also what the pool raises when it has no connection in time
            return unavailable_status("The database is not available at the moment.")
        case TimeoutError():
            return _status("DEADLINE_EXCEEDED", "The deadline was exceeded.", [_info("DEADLINE_EXCEEDED")])
        case _:
            return None


def unavailable_status(message: str, retry_after: timedelta | None = None) -> status_pb2.Status:
    """UNAVAILABLE with a RetryInfo."""
    retry = error_details_pb2.RetryInfo()
    retry.retry_delay.FromTimedelta(retry_after or DEFAULT_RETRY)
    return _status("UNAVAILABLE", message, [_info("UNAVAILABLE"), retry])


def internal_status(error_id: str) -> status_pb2.Status:
    """INTERNAL for an unexpected error: the log has the rest under the same id."""
    info = _info("INTERNAL", {"error_id": error_id})
    return _status("INTERNAL", f"An unexpected error occurred; its id in the log is {error_id}.", [info])


def from_status(status: status_pb2.Status) -> DomainError | RetryLater:
    """What a status of a called service means to its caller.

    UNAVAILABLE, DEADLINE_EXCEEDED and the faults of the other side (INTERNAL, UNKNOWN, …) are worth another try.
    """
    info, bad_request, retry = _details(status)
    code = code_pb2.Code.Name(status.code)
    kind = _KINDS.get(code)
    if kind is None:
        delay = retry.retry_delay.ToTimedelta() if retry.HasField("retry_delay") else None
        return RetryLater(f"{code}: {status.message}", delay)
    violations = [FieldViolation(v.field, v.description) for v in bad_request.field_violations]
    return kind(status.message, reason=info.reason, violations=violations, metadata=dict(info.metadata))


def from_rpc_error(error: grpc.RpcError) -> DomainError | RetryLater:
    """The same for the error that a gRPC client raises."""
    return from_status(status_of_rpc_error(error))


def status_of_rpc_error(error: grpc.RpcError) -> status_pb2.Status:
    """The google.rpc.Status of a failed call: the one in its trailing metadata, else made of code and details."""
    if not isinstance(error, grpc.aio.AioRpcError | grpc.Call):
        return status_pb2.Status(code=code_pb2.Code.UNKNOWN, message=str(error))
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            return status_pb2.Status.FromString(value)
    return status_pb2.Status(code=error.code().value[0], message=error.details() or "")


def grpc_code(status: status_pb2.Status) -> grpc.StatusCode:
    """gRPC's own constant for the code of a status."""
    return _GRPC_CODES[status.code]


_GRPC_CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


def _of_domain(error: DomainError) -> status_pb2.Status:
    status = _status(error.code, error.message, [_info(error.reason, error.metadata)])
    if error.violations:
        _add_violations(status, error.violations)
    return status


def _add_violations(status: status_pb2.Status, violations: Iterable[FieldViolation]) -> None:
    """Adds as many as fit."""
    bad_request = error_details_pb2.BadRequest()
    packed = status.details.add()
    packed.Pack(bad_request)
    remaining = _STATUS_SIZE - status.ByteSize()
    for violation in violations:
        added = bad_request.field_violations.add(
            field=_cut(violation.field, _TEXT_SIZE), description=_cut(violation.description, _TEXT_SIZE)
        )
        remaining -= added.ByteSize() + 8
        if remaining < 0:
            del bad_request.field_violations[-1]
            break
    packed.Pack(bad_request)


def _status(code: str, message: str, details: Iterable[Message]) -> status_pb2.Status:
    status = status_pb2.Status(code=code_pb2.Code.Value(code), message=_cut(message, _MESSAGE_SIZE))
    for detail in details:
        status.details.add().Pack(detail)
    return status


def _info(reason: str, metadata: Mapping[str, str] | None = None) -> error_details_pb2.ErrorInfo:
    bounded = {key: _cut(value, _TEXT_SIZE) for key, value in islice((metadata or {}).items(), _METADATA_ENTRIES)}
    return error_details_pb2.ErrorInfo(reason=reason, domain=ERROR_DOMAIN, metadata=bounded)


def _cut(text: str, size: int) -> str:
    return text.encode(errors="replace")[:size].decode(errors="ignore")


def _details(
    status: status_pb2.Status,
) -> tuple[error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.RetryInfo]:
    details = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
    for packed in status.details:
        for detail in details:
            if packed.Is(detail.DESCRIPTOR):
                packed.Unpack(detail)
    return details
