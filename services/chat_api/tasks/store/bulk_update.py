"""Changed tasks in one statement: the rows of a set of tasks, and what each was before, for undo."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from todo_runtime.db import Transaction

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store.columns import (
    arrays,
    value,
)
from services.chat_api.tasks.store.tasks import (
    COLUMNS,
    SELECTED,
    image,
    row_of,
    task_of,
)

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
_LOCK = f"""
SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND id = ANY (%s) ORDER BY id FOR UPDATE
"""  # noqa: S608 - constants of this module
_OPEN_BELOW = """
WITH RECURSIVE below (id) AS (
  SELECT id FROM tasks WHERE workspace_id = %s AND parent_id = ANY (%s) AND status = 'open' AND deleted_at IS NULL
  UNION
  SELECT t.id FROM tasks t JOIN below ON t.parent_id = below.id
   WHERE t.workspace_id = %s AND t.status = 'open' AND t.deleted_at IS NULL
) SELECT id FROM below
"""


async def replace_all(tx: Transaction, changes: Sequence[tuple[Task, Task]], change_id: UUID) -> None:
    """Writes changed tasks, as (before, after), each once; `change_id` is what undo takes back together."""
    columns = zip(*(row_of(after) for _, after in changes), strict=True)
    before = [image(task) for task, _ in changes]
    await tx.execute(_REPLACE, [*map(list, columns), before, change_id])


async def lock_all(tx: Transaction, workspace: UUID, ids: Sequence[UUID]) -> dict[UUID, Task]:
    """Tasks by their ids, locked in the order of those; what does not exist is left out."""
    return {row[1]: task_of(row) for row in await tx.fetch_all(_LOCK, (workspace, list(ids)))}


async def purge_deleted(tx: Transaction, before: datetime, limit: int) -> int:
    """Takes tasks away that were deleted before a moment, from the leaves; returns how many."""
    row = await tx.fetch_one("SELECT todo_forget_tasks(%s, %s)", (before, limit))
    return int(row[0]) if row else 0


async def open_below(tx: Transaction, workspace: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """The ids of the open tasks below others, on any level."""
    return [row[0] for row in await tx.fetch_all(_OPEN_BELOW, (workspace, list(ids), workspace))]
