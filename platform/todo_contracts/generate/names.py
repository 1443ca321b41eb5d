"""How contract names become Python names."""

import keyword
import re

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """`CreateTask` becomes `create_task`, `GetMyURL` becomes `get_my_url`."""
    return _WORD.sub("_", name).lower()


def camel_case(name: str) -> str:
    """`task-events` and `task_events` become `TaskEvents`."""
    return "".join(word.capitalize() for word in re.split(r"[-_]", name))


def safe(name: str) -> str:
    """The name, with an underscore behind it where Python reserves it."""
    return f"{name}_" if keyword.iskeyword(name) else name
