"""Errors of one part of a batch, told with its place: `requests[3].task.title`."""

from collections.abc import Iterator
from contextlib import contextmanager

from todo_runtime.errors import DomainError, FieldViolation


@contextmanager
def part(place: int) -> Iterator[None]:
    """Tells what is refused inside with its place in the batch."""
    try:
        yield
    except DomainError as error:
        prefix = f"requests[{place}]"
        violations = [FieldViolation(f"{prefix}.{one.field}", one.description) for one in error.violations]
        raise type(error)(
            f"{prefix}: {error.message}",
            reason=error.reason,
            metadata=error.metadata,
            violations=violations or [FieldViolation(prefix, error.message)],
        ) from error
