"""Saved filters in the database."""

from dataclasses import astuple
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import NotFound

from services.chat_api.tasks.filtering.saved_filters import SavedFilter

_COLUMNS = "workspace_id, id, display_name, filter, order_by, revision, created_at, updated_at, updated_by"
_LOCK = f"SELECT {_COLUMNS} FROM saved_filters WHERE workspace_id = %s AND id = %s FOR UPDATE"  # noqa: S608 - constants
_SELECT = f"""
SELECT {_COLUMNS} FROM saved_filters
 WHERE workspace_id = %s AND (%s::text IS NULL OR (display_name, id) > (%s, %s::uuid))
 ORDER BY display_name, id LIMIT %s
"""  # noqa: S608 - constants of this module
_ADD = f"INSERT INTO saved_filters ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 - constants
_REPLACE = """
UPDATE saved_filters SET display_name = %s, filter = %s, order_by = %s, revision = %s, updated_at = %s, updated_by = %s
 WHERE workspace_id = %s AND id = %s
"""


async def lock(tx: Transaction, workspace: UUID, id_: UUID) -> SavedFilter:
    """One filter, locked until the end of the transaction. Raises NotFound."""
    row = await tx.fetch_one(_LOCK, (workspace, id_))
    if row is None:
        raise NotFound(f"There is no saved filter workspaces/{workspace}/savedFilters/{id_}.")
    return SavedFilter(*row)


async def select(tx: Transaction, workspace: UUID, after: tuple[str, UUID] | None, limit: int) -> list[SavedFilter]:
    """The filters of a workspace by name; `after` is the name and the id of the last one before."""
    name, id_ = after or (None, None)
    return [SavedFilter(*row) for row in await tx.fetch_all(_SELECT, (workspace, name, name, id_, limit))]


async def count(tx: Transaction, workspace: UUID) -> int:
    """How many filters a workspace has."""
    row = await tx.fetch_one("SELECT count(*) FROM saved_filters WHERE workspace_id = %s", (workspace,))
    return int(row[0]) if row else 0


async def add(tx: Transaction, new: SavedFilter) -> None:
    """Writes a new filter."""
    await tx.execute(_ADD, astuple(new))


async def replace(tx: Transaction, after: SavedFilter) -> None:
    """Writes a changed filter."""
    values = (after.display_name, after.filter, after.order_by, after.revision, after.updated_at, after.updated_by)
    await tx.execute(_REPLACE, (*values, after.workspace_id, after.id))


async def remove(tx: Transaction, workspace: UUID, id_: UUID) -> None:
    """Removes a filter."""
    await tx.execute("DELETE FROM saved_filters WHERE workspace_id = %s AND id = %s", (workspace, id_))
