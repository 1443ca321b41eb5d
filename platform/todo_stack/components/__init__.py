"""The parts of the stack: each knows how to prepare its data, be launched, and tell that it is ready."""

from typing import Protocol

from todo_stack.process import Launch


class Component(Protocol):
    """One supervised program; `ports` maps what a port is for (as an error message says it) to its number."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def ports(self) -> dict[str, int]: ...

    def prepare(self) -> None:
        """Create what the first start needs (blocking; safe to repeat). Raises StackError."""

    def launch(self) -> Launch:
        """The command line."""

    def is_ready(self) -> bool:
        """Whether it answers now (blocking, at most a second or so)."""
