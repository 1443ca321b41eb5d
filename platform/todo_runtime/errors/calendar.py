"""Errors of todo_calendar at a field of a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from todo_calendar.errors import CalendarError

from todo_runtime.errors.kinds import InvalidArgument


@contextmanager
def invalid_at(field: str) -> Iterator[None]:
    """Turns a CalendarError within into InvalidArgument; `field` is where the request has the value, as `task.due`."""
    try:
        yield
    except CalendarError as error:
        path = f"{field}.{error.field}" if error.field else field
        raise InvalidArgument.at(path, str(error)) from None
