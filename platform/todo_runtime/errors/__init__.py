"""The three kinds of error: rejected by the domain, retry later, permanently bad.

Pure: domain code may import it. `todo_runtime.errors.status` maps them to and from google.rpc.Status.
"""

from todo_runtime.errors.calendar import invalid_at
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

__all__ = [
    "Aborted",
    "AlreadyExists",
    "DomainError",
    "FailedPrecondition",
    "FieldViolation",
    "InvalidArgument",
    "NotFound",
    "PermanentlyBad",
    "PermissionDenied",
    "ResourceExhausted",
    "RetryLater",
    "Unauthenticated",
    "Unimplemented",
    "invalid_at",
]
