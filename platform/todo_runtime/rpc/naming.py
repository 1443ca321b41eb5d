"""How a method of the contract is called in Python."""

import re

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """`CreateTask` becomes `create_task`, `GetMyURL` becomes `get_my_url`."""
    return _WORD.sub("_", name).lower()
