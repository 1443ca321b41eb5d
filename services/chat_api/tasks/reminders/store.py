"""Reminders that will fire, or fired not long ago."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from todo_runtime.db import Row, Transaction

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store.columns import (
    COLUMNS,
    task_of,
)

_REMOVE_OTHERS = """
DELETE FROM reminders r WHERE workspace_id = %s AND task_id = %s
   AND NOT EXISTS (SELECT FROM unnest(%s::uuid[], %s::timestamptz[]) AS kept (id, fires_at)
                    WHERE kept.id = r.id AND kept.fires_at = r.fires_at)
RETURNING id, recipient_id, fires_at, fired_at
"""
_ADD = """
INSERT INTO reminders (workspace_id, task_id, id, recipient_id, traceparent, fires_at)
SELECT %s, %s, r.id, %s, %s, r.fires_at FROM unnest(%s::uuid[], %s::timestamptz[]) AS r (id, fires_at)
"""
_NEXT = "SELECT min(fires_at) FROM reminders WHERE fired_at IS NULL"
_WORKSPACES = """
SELECT DISTINCT workspace_id FROM
  (SELECT workspace_id FROM reminders
    WHERE fired_at IS NULL AND fires_at <= %s AND workspace_id <> ALL (%s::uuid[])
    ORDER BY fires_at LIMIT %s) AS due
"""
_TASK = ", ".join(f"t.{column}" for column in COLUMNS)
_CLAIM = f"""
WITH due AS (
  SELECT workspace_id, task_id, id FROM reminders
   WHERE fired_at IS NULL AND fires_at <= %s AND workspace_id = ANY (%s::uuid[])
   ORDER BY fires_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE reminders r SET fired_at = %s FROM due JOIN tasks t ON t.workspace_id = due.workspace_id AND t.id = due.task_id
 WHERE r.workspace_id = due.workspace_id AND r.task_id = due.task_id AND r.id = due.id
RETURNING r.id, r.recipient_id, r.fires_at, r.traceparent, {_TASK}
"""  # noqa: S608 - constants of this module


class RemovedReminder:
    """A reminder that was deleted. `fired_at` is None when it had not fired."""

    __slots__ = ("fired_at", "fires_at", "id", "recipient_id")

    def __init__(self, row: Row) -> None:
        self.id: UUID = row[0]
        self.recipient_id: UUID = row[1]
        self.fires_at: datetime = row[2]
        self.fired_at: datetime | None = row[3]


class DueReminder:
    """A reminder that was claimed, with its task. `traceparent` is that of the call that set it."""

    __slots__ = ("fires_at", "id", "recipient_id", "task", "traceparent")

    def __init__(self, row: Row) -> None:
        self.id: UUID = row[0]
        self.recipient_id: UUID = row[1]
        self.fires_at: datetime = row[2]
        self.traceparent: str | None = row[3]
        self.task: Task = task_of(row[4:])


async def remove_others(tx: Transaction, task: Task, kept: Sequence[tuple[UUID, datetime]]) -> list[RemovedReminder]:
    """Deletes all reminders of a task but these, given as (id, fires_at)."""
    ids, times = [id_ for id_, _ in kept], [fires_at for _, fires_at in kept]
    rows = await tx.fetch_all(_REMOVE_OTHERS, (task.workspace_id, task.id, ids, times))
    return [RemovedReminder(row) for row in rows]


async def add(
    tx: Transaction,
    task: Task,
    recipient: UUID,
    pending: Sequence[tuple[UUID, datetime]],
    traceparent: str | None,
) -> None:
    """Adds reminders of a task, as (id, fires_at)."""
    if pending:
        ids, times = [id_ for id_, _ in pending], [fires_at for _, fires_at in pending]
        await tx.execute(_ADD, (task.workspace_id, task.id, recipient, traceparent, ids, times))


async def next_fire_time(tx: Transaction) -> datetime | None:
    """When the next one fires; None when there is none."""
    row = await tx.fetch_one(_NEXT)
    return row[0] if row else None


async def due_workspaces(tx: Transaction, now: datetime, without: Collection[UUID], limit: int) -> set[UUID]:
    """The workspaces that the oldest `limit` due reminders belong to, those in `without` left out."""
    return {row[0] for row in await tx.fetch_all(_WORKSPACES, (now, list(without), limit))}


async def claim(tx: Transaction, workspaces: Sequence[UUID], now: datetime, limit: int) -> list[DueReminder]:
    """Marks reminders as fired and returns them; those that somebody else is changing are left for later."""
    rows = await tx.fetch_all(_CLAIM, (now, list(workspaces), limit, now))
    return sorted((DueReminder(row) for row in rows), key=lambda due: (due.fires_at, due.id))
