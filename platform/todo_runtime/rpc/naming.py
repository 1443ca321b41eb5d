"""Python names of the methods of contracts."""

import re

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """Converts `CreateTask` to `create_task`, `GetMyURL` to `get_my_url`."""
    return _WORD.sub("_", name).lower()
