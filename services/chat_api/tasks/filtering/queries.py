"""Which tasks to list, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.chat_api.tasks.domain.model import (
    Priority,
    Status,
)
from services.chat_api.tasks.domain.order_by import (
    BY_HAND,
    Order,
)
from services.chat_api.tasks.filtering import (
    ALWAYS,
    Filter,
)


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks of a workspace to list.

    `due_from` and `due_to` are local days, both included; `overdue` is the current instant and local day;
    `completed_from` is included, `completed_to` is not; `asked` is a filter as people write it; `after` are
    the sort values of the last one before (`tasks.domain.order_by.sort_values_of`).
    """

    status: Status | None = Status.OPEN
    tags: tuple[str, ...] = ()
    words: str = ""
    due_from: date | None = None
    due_to: date | None = None
    overdue: tuple[datetime, date] | None = None
    completed_from: datetime | None = None
    completed_to: datetime | None = None
    priority: Priority | None = None
    show_deleted: bool = False
    limit: int = 50
    asked: Filter = ALWAYS
    order: Order = BY_HAND
    after: Sequence[str | int | None] | None = None
    ids: tuple[UUID, ...] = field(default=())
