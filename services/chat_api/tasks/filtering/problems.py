"""What is wrong with a filter, and where."""

from todo_runtime.errors import FieldViolation, InvalidArgument


def problem(position: int, text: str) -> InvalidArgument:
    """The refusal of a filter; `position` counts characters from 1."""
    message = f"The filter is wrong at character {position}: {text}"
    violation = FieldViolation("filter", message)
    return InvalidArgument(message, reason="FILTER", metadata={"position": str(position)}, violations=[violation])
