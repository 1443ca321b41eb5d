"""Tasks in the database: one row a task."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound

from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain.model import (
    Basis,
    Priority,
    Recurrence,
    Reminder,
    Status,
    Task,
)

COLUMNS = (
    "workspace_id",
    "id",
    "title",
    "notes",
    "status",
    "priority",
    "tags",
    "parent_id",
    "position",
    "due_date",
    "due_time",
    "due_zone",
    "due_at",
    "start_date",
    "start_time",
    "start_zone",
    "start_at",
    "reminders",
    "rrule",
    "basis",
    "series_id",
    "predecessor_id",
    "estimate",
    "assignee_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "completed_at",
    "deleted_at",
    "revision",
    "task_list_id",
)
SELECTED = ", ".join(COLUMNS)
"""The columns of a task as SQL lists them."""

_GET = f"SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND id = %s"  # noqa: S608 - constants of this module
_LOCK = f"{_GET} FOR UPDATE"
_FOLLOWER = f"""
SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND series_id = %s AND predecessor_id = %s
"""  # noqa: S608 - constants of this module
_ANCESTORS = """
WITH RECURSIVE up (id, parent_id) AS (
  SELECT id, parent_id FROM tasks WHERE workspace_id = %s AND id = %s
  UNION SELECT t.id, t.parent_id FROM tasks t JOIN up ON t.id = up.parent_id WHERE t.workspace_id = %s
) SELECT id FROM up
"""


async def get(tx: Transaction, workspace: UUID, id_: UUID) -> Task:
    """One task, also a deleted one. Raises NotFound."""
    return _found(await tx.fetch_one(_GET, (workspace, id_)), workspace, id_)


async def lock(tx: Transaction, workspace: UUID, id_: UUID) -> Task:
    """The same, locked until the end of the transaction."""
    return _found(await tx.fetch_one(_LOCK, (workspace, id_)), workspace, id_)


async def follower(tx: Transaction, workspace: UUID, series: UUID, predecessor: UUID) -> Task | None:
    """The occurrence that follows another one; None when there is none yet."""
    row = await tx.fetch_one(_FOLLOWER, (workspace, series, predecessor))
    return task_of(row) if row else None


async def ancestors(tx: Transaction, workspace: UUID, id_: UUID) -> set[UUID]:
    """A task and everything above it; empty when it does not exist."""
    return {row[0] for row in await tx.fetch_all(_ANCESTORS, (workspace, id_, workspace))}


async def exists(tx: Transaction, workspace: UUID, id_: UUID) -> bool:
    """Whether there is such a task, also a deleted one."""
    return await tx.fetch_one("SELECT 1 FROM tasks WHERE workspace_id = %s AND id = %s", (workspace, id_)) is not None


async def is_member(tx: Transaction, workspace: UUID, user: UUID) -> bool:
    """Whether somebody belongs to a workspace of the transaction's person."""
    query = "SELECT 1 FROM members WHERE workspace_id = %s AND user_id = %s"
    return await tx.fetch_one(query, (workspace, user)) is not None


def row_of(task: Task) -> tuple[Any, ...]:
    """The values of COLUMNS; tags and reminders as text for their types."""
    due, start, recurrence = task.due, task.start, task.recurrence
    return (
        task.workspace_id,
        task.id,
        task.title,
        task.notes,
        task.status.value,
        int(task.priority),
        array_text(task.tags),
        task.parent_id,
        task.position,
        *(_NO_TIME if due is None else (due.date, due.time, due.zone, due.instant)),
        *(_NO_TIME if start is None else (start.date, start.time, start.zone, start.instant)),
        _reminders_text(task.reminders),
        *(
            _NO_TIME
            if recurrence is None
            else (recurrence.rule, recurrence.basis.value, recurrence.series_id, recurrence.predecessor_id)
        ),
        None if task.estimate is None else int(task.estimate.total_seconds()),
        task.assignee_id,
        task.created_at,
        task.created_by,
        task.updated_at,
        task.updated_by,
        task.completed_at,
        task.deleted_at,
        task.revision,
        task.task_list_id,
    )


def task_of(row: Row) -> Task:
    """The task in a row of COLUMNS."""
    return Task(
        workspace_id=row[0],
        id=row[1],
        title=row[2],
        notes=row[3],
        status=_STATUS[row[4]],
        priority=_PRIORITY[row[5]],
        tags=tuple(row[6]),
        parent_id=row[7],
        position=row[8],
        due=None if row[9] is None else LocalTime(*row[9:13]),
        start=None if row[13] is None else LocalTime(*row[13:17]),
        reminders=tuple(_reminder(one) for one in row[17]),
        recurrence=None if row[18] is None else Recurrence(row[18], Basis(row[19]), row[20], row[21]),
        estimate=None if row[22] is None else timedelta(seconds=row[22]),
        assignee_id=row[23],
        created_at=row[24],
        created_by=row[25],
        updated_at=row[26],
        updated_by=row[27],
        completed_at=row[28],
        deleted_at=row[29],
        revision=row[30],
        task_list_id=row[31],
    )


def array_text(values: Sequence[str]) -> str:
    """A text[] as PostgreSQL writes it; tags hold nothing that needs more than quotes."""
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


_NO_TIME = (None, None, None, None)
_STATUS = {one.value: one for one in Status}
_PRIORITY = {int(one): one for one in Priority}


def image(task: Task) -> str:
    """A task as JSON that PostgreSQL reads as a row again: lists as lists, not as the text of one."""
    image = dict(zip(COLUMNS, row_of(task), strict=True))
    image |= {"tags": task.tags, "reminders": orjson.Fragment(_reminders_text(task.reminders))}
    return orjson.dumps(image).decode()


def _found(row: Row | None, workspace: UUID, id_: UUID) -> Task:
    if row is None:
        raise NotFound(f"There is no task workspaces/{workspace}/tasks/{id_}.")
    return task_of(row)


def _reminders_text(reminders: Sequence[Reminder]) -> str:
    if not reminders:
        return "[]"
    return orjson.dumps([_reminder_json(one) for one in reminders]).decode()


def _reminder_json(reminder: Reminder) -> dict[str, Any]:
    before = None if reminder.before is None else int(reminder.before.total_seconds())
    return {
        "id": reminder.id,
        "before": before,
        "at": reminder.at,
        "fires_at": reminder.fires_at,
        "zone": reminder.zone,
    }


def _reminder(stored: dict[str, Any]) -> Reminder:
    return Reminder(
        id=UUID(stored["id"]),
        before=None if stored["before"] is None else timedelta(seconds=stored["before"]),
        at=_time(stored["at"]),
        fires_at=_time(stored["fires_at"]),
        zone=stored.get("zone"),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
