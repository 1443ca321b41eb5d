"""Tasks in the database: one row a task."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store.columns import COLUMNS, SELECTED, arrays, image, row_of, task_of, value

_GET = f"SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND id = %s"  # noqa: S608 - constants of this module
_LOCK = f"{_GET} FOR UPDATE"
_LOCK_ALL = f"""
SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND id = ANY (%s) ORDER BY id FOR UPDATE
"""  # noqa: S608 - constants of this module
_FOLLOWER = f"""
SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND series_id = %s AND predecessor_id = %s
"""  # noqa: S608 - constants of this module
_ANCESTORS = """
WITH RECURSIVE up (id, parent_id) AS (
  SELECT id, parent_id FROM tasks WHERE workspace_id = %s AND id = %s
  UNION SELECT t.id, t.parent_id FROM tasks t JOIN up ON t.id = up.parent_id WHERE t.workspace_id = %s
) SELECT id FROM up
"""
_OPEN_DESCENDANTS = """
WITH RECURSIVE below (id) AS (
  SELECT id FROM tasks WHERE workspace_id = %s AND parent_id = ANY (%s) AND status = 'open' AND deleted_at IS NULL
  UNION
  SELECT t.id FROM tasks t JOIN below ON t.parent_id = below.id
   WHERE t.workspace_id = %s AND t.status = 'open' AND t.deleted_at IS NULL
) SELECT id FROM below
"""
_CHANGED = COLUMNS[2:]
_REPLACE = f"""
WITH given AS (
  SELECT * FROM unnest({arrays(COLUMNS)}, %b::text[]) AS g ({SELECTED}, before)
), replaced AS (
  UPDATE tasks t SET ({", ".join(_CHANGED)}) = ROW({", ".join(value("g", column) for column in _CHANGED)})
    FROM given g WHERE t.workspace_id = g.workspace_id AND t.id = g.id
)
INSERT INTO journal (workspace_id, task_id, revision, actor_id, changed_at, before, change_id)
SELECT g.workspace_id, g.id, g.revision, g.updated_by, g.updated_at, g.before::jsonb, %b FROM given g
"""  # noqa: S608 - constants of this module


async def get(tx: Transaction, workspace: UUID, id_: UUID) -> Task:
    """One task, also a deleted one. Raises NotFound."""
    return _require(await tx.fetch_one(_GET, (workspace, id_)), workspace, id_)


async def lock(tx: Transaction, workspace: UUID, id_: UUID) -> Task:
    """The same, locked until the end of the transaction."""
    return _require(await tx.fetch_one(_LOCK, (workspace, id_)), workspace, id_)


async def lock_all(tx: Transaction, workspace: UUID, ids: Sequence[UUID]) -> dict[UUID, Task]:
    """Tasks by their ids, locked in the order of those; what does not exist is left out."""
    return {row[1]: task_of(row) for row in await tx.fetch_all(_LOCK_ALL, (workspace, list(ids)))}


async def follower(tx: Transaction, workspace: UUID, series: UUID, predecessor: UUID) -> Task | None:
    """The occurrence that follows another one; None when there is none yet."""
    row = await tx.fetch_one(_FOLLOWER, (workspace, series, predecessor))
    return task_of(row) if row else None


async def ancestors(tx: Transaction, workspace: UUID, id_: UUID) -> set[UUID]:
    """A task and everything above it; empty when it does not exist."""
    return {row[0] for row in await tx.fetch_all(_ANCESTORS, (workspace, id_, workspace))}


async def open_descendant_ids(tx: Transaction, workspace: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """The ids of the open tasks below others, on any level."""
    return [row[0] for row in await tx.fetch_all(_OPEN_DESCENDANTS, (workspace, list(ids), workspace))]


async def open_descendants(tx: Transaction, task: Task) -> list[Task]:
    """The open tasks below a task, on any level, locked."""
    ids = await open_descendant_ids(tx, task.workspace_id, [task.id])
    return list((await lock_all(tx, task.workspace_id, ids)).values()) if ids else []


async def exists(tx: Transaction, workspace: UUID, id_: UUID) -> bool:
    """Whether there is such a task, also a deleted one."""
    return await tx.fetch_one("SELECT 1 FROM tasks WHERE workspace_id = %s AND id = %s", (workspace, id_)) is not None


async def is_member(tx: Transaction, workspace: UUID, user: UUID) -> bool:
    """Whether somebody belongs to a workspace of the transaction's person."""
    query = "SELECT 1 FROM members WHERE workspace_id = %s AND user_id = %s"
    return await tx.fetch_one(query, (workspace, user)) is not None


async def replace_all(tx: Transaction, changes: Sequence[tuple[Task, Task]], change_id: UUID) -> None:
    """Writes changed tasks in one statement, as (before, after), each once, with their journal.

    Undo takes back together what has one `change_id`.
    """
    columns = zip(*(row_of(after) for _, after in changes), strict=True)
    before = [image(task) for task, _ in changes]
    await tx.execute(_REPLACE, [*map(list, columns), before, change_id])


async def purge_deleted(tx: Transaction, before: datetime, limit: int) -> int:
    """Removes tasks that were deleted before an instant, from the leaves; returns how many."""
    row = await tx.fetch_one("SELECT todo_forget_tasks(%s, %s)", (before, limit))
    return int(row[0]) if row else 0


def _require(row: Row | None, workspace: UUID, id_: UUID) -> Task:
    if row is None:
        raise NotFound(f"There is no task workspaces/{workspace}/tasks/{id_}.")
    return task_of(row)
