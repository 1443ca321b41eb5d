"""Owns what log lines know of the work that the running task does."""

from contextvars import ContextVar
from typing import Protocol
from uuid import UUID


class Work(Protocol):
    """A call, or anything else that has these."""

    @property
    def method(self) -> str: ...

    @property
    def correlation_id(self) -> UUID: ...

    @property
    def traceparent(self) -> str | None: ...


current_work: ContextVar[Work | None] = ContextVar("current_work", default=None)
"""The call that the running task works on."""
