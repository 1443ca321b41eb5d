"""Errors of one item of a batch, told with its index: `requests[3].task.title`."""

from collections.abc import Iterator
from contextlib import contextmanager

from todo_runtime.errors import DomainError, FieldViolation


@contextmanager
def at_index(index: int) -> Iterator[None]:
    """Tells what is refused inside with the index of its item in the batch."""
    try:
        yield
    except DomainError as error:
        prefix = f"requests[{index}]"
        violations = [
            FieldViolation(f"{prefix}.{violation.field}", violation.description) for violation in error.violations
        ]
        raise type(error)(
            f"{prefix}: {error.message}",
            reason=error.reason,
            metadata=error.metadata,
            violations=violations or [FieldViolation(prefix, error.message)],
        ) from error
