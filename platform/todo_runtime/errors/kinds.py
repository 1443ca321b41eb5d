"""Owns the error classes. A handler raises one; the edge that it came in by turns it into a status or a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """What is wrong with one field of a request.

    `field` is the path of proto names, e.g. `task.tags[3]`.
    """

    field: str
    description: str


class DomainError(Exception):
    """The caller asked for something that the rules refuse; the same request will be refused again.

    `message` is for a person and reaches the caller. `reason` is for a program, UPPER_SNAKE_CASE (AIP-193), and
    is the name of the code when it is empty. `metadata` goes into ErrorInfo, e.g. the current etag.
    """

    code: ClassVar[str] = "UNKNOWN"

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        violations: Sequence[FieldViolation] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.code
        self.violations = tuple(violations)
        self.metadata = dict(metadata or {})

    @classmethod
    def at(cls, field: str, text: str, *, reason: str = "") -> Self:
        """The error of one field, described by the same text as the error itself."""
        return cls(text, reason=reason, violations=[FieldViolation(field, text)])


class InvalidArgument(DomainError):
    """The request is wrong whatever the state of the system; `violations` name the fields."""

    code = "INVALID_ARGUMENT"


class NotFound(DomainError):
    """It does not exist, or the caller may not know that it does."""

    code = "NOT_FOUND"


class AlreadyExists(DomainError):
    """What the caller wants to create is there already."""

    code = "ALREADY_EXISTS"


class PermissionDenied(DomainError):
    """The caller is known and may not do this."""

    code = "PERMISSION_DENIED"


class Unauthenticated(DomainError):
    """The caller did not prove who they are."""

    code = "UNAUTHENTICATED"


class FailedPrecondition(DomainError):
    """The state of the system forbids it now; the caller has to change that state first."""

    code = "FAILED_PRECONDITION"


class Aborted(DomainError):
    """Somebody else was faster (an etag is out of date): read again, then try again."""

    code = "ABORTED"


class ResourceExhausted(DomainError):
    """A quota or a bound is reached."""

    code = "RESOURCE_EXHAUSTED"


class Unimplemented(DomainError):
    """Part of the contract, but not served by this release."""

    code = "UNIMPLEMENTED"


class RetryLater(Exception):
    """A passing fault: the same request may succeed after `retry_after` (None: the caller chooses)."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class PermanentlyBad(Exception):
    """A message that can never be processed and belongs in the dead letters; `reason` says why, for a program."""

    def __init__(self, message: str, reason: str = "PERMANENTLY_BAD") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
