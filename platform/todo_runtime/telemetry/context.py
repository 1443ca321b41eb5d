"""The call that the current task works on, for log lines and traces."""

from contextvars import ContextVar
from typing import Protocol
from uuid import UUID


class Work(Protocol):
    """A call, or anything else with these attributes."""

    @property
    def method(self) -> str: ...

    @property
    def correlation_id(self) -> UUID: ...

    @property
    def traceparent(self) -> str | None: ...


current_work: ContextVar[Work | None] = ContextVar("current_work", default=None)
"""The call that the current task works on."""
