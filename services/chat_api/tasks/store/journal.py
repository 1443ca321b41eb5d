"""The journal of changes: what tasks were before each, for undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.ids import uuid7

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store.columns import (
    COLUMNS,
    task_of,
)

_LOOKED_AT = 100
_LAST = """
SELECT task_id, revision, changed_at, change_id FROM journal
 WHERE workspace_id = %s AND actor_id = %s AND changed_at >= %s
 ORDER BY change_id DESC NULLS LAST, changed_at DESC, revision DESC LIMIT 1
"""
_ONE = """
SELECT task_id, revision, changed_at, change_id FROM journal
 WHERE workspace_id = %s AND task_id = %s AND revision = %s AND changed_at >= %s
"""
_TOGETHER = "SELECT task_id, revision FROM journal WHERE workspace_id = %s AND change_id = %s ORDER BY task_id"
_LAST_CREATED = """
SELECT id, created_at FROM
  (SELECT id, created_at, created_by, predecessor_id FROM tasks WHERE workspace_id = %s AND id < %s
    ORDER BY id DESC LIMIT %s) AS t
 WHERE created_by = %s AND predecessor_id IS NULL AND created_at >= %s ORDER BY id DESC LIMIT 1
"""
_IMAGE = f"""
SELECT {", ".join(f"t.{column}" for column in COLUMNS)} FROM journal j, jsonb_populate_record(NULL::tasks, j.before) t
 WHERE j.workspace_id = %s AND j.task_id = %s AND j.revision = %s
"""  # noqa: S608 - constants of this module
_ADD_CREATED = """
INSERT INTO journal (workspace_id, task_id, revision, actor_id, changed_at, before, change_id)
SELECT workspace_id, id, 1, created_by, created_at, 'null', %s FROM tasks WHERE workspace_id = %s AND id = ANY (%s)
"""
_DAY = 86_400_000 << 80
"""A day in ids of version 7."""
_PURGE = """
DELETE FROM journal j
 USING (SELECT workspace_id, task_id, revision FROM journal WHERE changed_at < %s LIMIT %s) AS old
 WHERE (j.workspace_id, j.task_id, j.revision) = (old.workspace_id, old.task_id, old.revision)
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of a task: the revision that it gave, and what it was done together with (None: alone).

    Change ids and ids of tasks grow with time, so that they say what came last also where clocks are too coarse.
    """

    task_id: UUID
    revision: int
    changed_at: datetime
    change_id: UUID | None


async def last_change(tx: Transaction, workspace: UUID, actor: UUID, since: datetime) -> Entry | None:
    """Somebody's last change of a task that was there already."""
    return _entry(await tx.fetch_one(_LAST, (workspace, actor, since)))


async def change_of(tx: Transaction, workspace: UUID, task: UUID, revision: int, since: datetime) -> Entry | None:
    """The change that gave a task a revision."""
    return _entry(await tx.fetch_one(_ONE, (workspace, task, revision, since)))


async def last_created(tx: Transaction, workspace: UUID, actor: UUID, since: datetime) -> Entry | None:
    """The creation of somebody's newest task, of the newest of the workspace; not one that a series created.

    The ids that an import gives say nothing of time: nearly all of them would be of the far future, and are left out.
    """
    future = UUID(int=uuid7().int + _DAY)
    row = await tx.fetch_one(_LAST_CREATED, (workspace, future, _LOOKED_AT, actor, since))
    return None if row is None else Entry(row[0], 1, row[1], None)


async def add_created(tx: Transaction, tasks: Sequence[Task], change_id: UUID) -> None:
    """Keeps that tasks of one workspace were created together, so that undo takes them back together."""
    if tasks:
        await tx.execute(_ADD_CREATED, (change_id, tasks[0].workspace_id, [task.id for task in tasks]))


async def changes_with(tx: Transaction, workspace: UUID, entry: Entry) -> list[tuple[UUID, int]]:
    """All (task, revision) of one change."""
    if entry.change_id is None:
        return [(entry.task_id, entry.revision)]
    return [(row[0], row[1]) for row in await tx.fetch_all(_TOGETHER, (workspace, entry.change_id))]


async def task_before(tx: Transaction, workspace: UUID, task: UUID, revision: int) -> Task | None:
    """The task before the change that gave it a revision; None when that is not known any more."""
    row = await tx.fetch_one(_IMAGE, (workspace, task, revision))
    return None if row is None else task_of(row)


async def purge_expired(tx: Transaction, before: datetime, limit: int) -> int:
    """Deletes at most `limit` entries that are older than a timestamp; returns how many."""
    return (await tx.execute(_PURGE, (before, limit))).rowcount


def _entry(row: Row | None) -> Entry | None:
    return None if row is None else Entry(*row)
