"""Task lists in the database."""

from dataclasses import astuple
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound

from services.chat_api.tasks.domain.lists import TaskList
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store.columns import (
    SELECTED,
    task_of,
)

_COLUMNS = "workspace_id, id, display_name, revision, created_at, updated_at, updated_by"
_GET = f"SELECT {_COLUMNS} FROM task_lists WHERE workspace_id = %s AND id = %s"  # noqa: S608 - constants
_SELECT = f"""
SELECT {_COLUMNS} FROM task_lists
 WHERE workspace_id = %s AND (%s::text IS NULL OR (display_name, id) > (%s, %s::uuid))
 ORDER BY display_name, id LIMIT %s
"""  # noqa: S608 - constants of this module
_ADD = f"INSERT INTO task_lists ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 - constants
_REPLACE = """
UPDATE task_lists SET display_name = %s, revision = %s, updated_at = %s, updated_by = %s
 WHERE workspace_id = %s AND id = %s
"""
_TASKS = f"""
SELECT {SELECTED} FROM tasks WHERE workspace_id = %s AND task_list_id = %s ORDER BY id LIMIT %s FOR UPDATE
"""  # noqa: S608 - constants of this module


async def get(tx: Transaction, workspace: UUID, id_: UUID, *, lock: bool = False) -> TaskList:
    """One list, with `lock` locked until the end of the transaction. Raises NotFound."""
    row = await tx.fetch_one(_GET + (" FOR UPDATE" if lock else ""), (workspace, id_))
    if row is None:
        raise NotFound(f"There is no task list workspaces/{workspace}/taskLists/{id_}.")
    return _list_of(row)


async def exists(tx: Transaction, workspace: UUID, id_: UUID) -> bool:
    """Whether there is such a list."""
    return await tx.fetch_one(_GET, (workspace, id_)) is not None


async def select(tx: Transaction, workspace: UUID, after: tuple[str, UUID] | None, limit: int) -> list[TaskList]:
    """The lists of a workspace by name; `after` is the name and the id of the last one before."""
    name, id_ = after or (None, None)
    return [_list_of(row) for row in await tx.fetch_all(_SELECT, (workspace, name, name, id_, limit))]


async def count(tx: Transaction, workspace: UUID) -> int:
    """How many lists a workspace has."""
    row = await tx.fetch_one("SELECT count(*) FROM task_lists WHERE workspace_id = %s", (workspace,))
    return int(row[0]) if row else 0


async def add(tx: Transaction, new: TaskList) -> None:
    """Writes a new list."""
    await tx.execute(_ADD, astuple(new))


async def replace(tx: Transaction, after: TaskList) -> None:
    """Writes a changed list."""
    values = (after.display_name, after.revision, after.updated_at, after.updated_by, after.workspace_id, after.id)
    await tx.execute(_REPLACE, values)


async def remove(tx: Transaction, workspace: UUID, id_: UUID) -> None:
    """Removes a list that no task is in any more."""
    await tx.execute("DELETE FROM task_lists WHERE workspace_id = %s AND id = %s", (workspace, id_))


async def tasks_of(tx: Transaction, workspace: UUID, id_: UUID, limit: int) -> list[Task]:
    """The tasks of a list, deleted ones too, locked in the order of their ids; at most `limit`."""
    return [task_of(row) for row in await tx.fetch_all(_TASKS, (workspace, id_, limit))]


def _list_of(row: Row) -> TaskList:
    return TaskList(*row)
