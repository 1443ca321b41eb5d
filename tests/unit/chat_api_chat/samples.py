"""A task and an instant for tests."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chat_api.tasks.domain.model import Priority, Status, Task

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
"""A Wednesday, 11:00 in Berlin."""

_TASK = Task(
    id=UUID(int=2),
    workspace_id=UUID(int=1),
    title="buy milk",
    notes="",
    status=Status.OPEN,
    priority=Priority.NONE,
    tags=(),
    parent_id=None,
    position="a",
    due=None,
    start=None,
    reminders=(),
    recurrence=None,
    estimate=None,
    assignee_id=None,
    created_at=NOW,
    created_by=UUID(int=3),
    updated_at=NOW,
    updated_by=UUID(int=3),
    completed_at=None,
    deleted_at=None,
    revision=1,
)


def task(**changes: Any) -> Task:
    """An open task with nothing but a title, changed as said."""
    return replace(_TASK, **changes)
