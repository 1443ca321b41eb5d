# Copied from platform/todo_client_runtime/errors.py by `make generate`.
"""The details of a failed call, read from google.rpc.Status (AIP-193)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc
import grpc.aio
from google.rpc import error_details_pb2, status_pb2

_DETAILS = "grpc-status-details-bin"


@dataclass(frozen=True)
class Violation:
    """One invalid field, by its path, and why it is invalid."""

    field: str
    description: str


@dataclass(frozen=True)
class ErrorDetails:
    """`message` is for developers, `reason` and `metadata` are for programs; `retry_after` says how long to wait."""

    code: grpc.StatusCode
    message: str
    reason: str
    metadata: Mapping[str, str]
    violations: tuple[Violation, ...]
    retry_after: timedelta | None


def details_of(error: grpc.aio.AioRpcError) -> ErrorDetails:
    """The details of a failed call; empty where the server sent none."""
    status = status_pb2.Status()
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS:
            status.ParseFromString(value if isinstance(value, bytes) else value.encode("latin-1"))
    info = _unpacked(status, error_details_pb2.ErrorInfo())
    bad = _unpacked(status, error_details_pb2.BadRequest())
    retry = _unpacked(status, error_details_pb2.RetryInfo())
    return ErrorDetails(
        code=error.code(),
        message=status.message or error.details() or "",
        reason=info.reason if info else "",
        metadata=dict(info.metadata) if info else {},
        violations=tuple(Violation(one.field, one.description) for one in (bad.field_violations if bad else ())),
        retry_after=retry.retry_delay.ToTimedelta() if retry else None,
    )


def _unpacked(status: status_pb2.Status, detail: Any) -> Any:
    """The first detail of this type, if there is one."""
    return next((detail for one in status.details if one.Unpack(detail)), None)
