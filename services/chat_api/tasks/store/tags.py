"""Tags in the database: they are where tasks have them, and nowhere else."""

from dataclasses import dataclass
from uuid import UUID

from todo_runtime.db import Transaction

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store.columns import (
    SELECTED,
    task_of,
)

_LIST = """
SELECT tag, count(*) FILTER (WHERE status = 'open') FROM tasks, unnest(tags) AS tag
 WHERE workspace_id = %s AND deleted_at IS NULL AND tag > %s COLLATE "C"
 GROUP BY tag ORDER BY tag COLLATE "C" LIMIT %s
"""
_COUNT = """
SELECT count(*) FROM tasks
 WHERE workspace_id = %s AND deleted_at IS NULL AND status = 'open' AND tags @> ARRAY[%s::text]
"""
_TASKS = f"""
SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND tags @> ARRAY[%s::text] ORDER BY id LIMIT %s FOR UPDATE
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, and how many open tasks have it."""

    tag: str
    open_tasks: int


async def select(tx: Transaction, workspace: UUID, after: str, limit: int) -> list[Tag]:
    """The tags of tasks that are not deleted, after `after`, by code points."""
    return [Tag(*row) for row in await tx.fetch_all(_LIST, (workspace, after, limit))]


async def open_tasks(tx: Transaction, workspace: UUID, tag: str) -> int:
    """How many open tasks have a tag."""
    row = await tx.fetch_one(_COUNT, (workspace, tag))
    return int(row[0]) if row else 0


async def tasks_of(tx: Transaction, workspace: UUID, tag: str, limit: int) -> list[Task]:
    """The tasks with a tag, deleted ones too, locked in the order of their ids; at most `limit`."""
    return [task_of(row) for row in await tx.fetch_all(_TASKS, (workspace, tag, limit))]
