"""Positions of tasks in the order by hand: neighbours, in the order of the whole workspace.

Deleted tasks are no neighbours, but keep their positions until they are undeleted or purged.
"""

from uuid import UUID

from todo_runtime.db import Row, Transaction

_ALIVE = "FROM tasks WHERE workspace_id = %s AND deleted_at IS NULL"
_POSITION = f"SELECT position {_ALIVE} AND id = %s"
_NEXT = f"SELECT position {_ALIVE} AND position > %s AND id <> %s ORDER BY position LIMIT 1"
_PREVIOUS = f"SELECT position {_ALIVE} AND position < %s AND id <> %s ORDER BY position DESC LIMIT 1"
_DELETED = "FROM tasks WHERE workspace_id = %s AND deleted_at IS NOT NULL"
_NEXT_DELETED = f"SELECT min(position) {_DELETED} AND position > %s"
_PREVIOUS_DELETED = f"SELECT max(position) {_DELETED} AND position < %s"
_IN_LIST = "task_list_id IS NOT DISTINCT FROM %s"
_FIRST = f"SELECT position {_ALIVE} AND {_IN_LIST} AND id <> %s ORDER BY position LIMIT 1"


async def position(tx: Transaction, workspace: UUID, task: UUID) -> str | None:
    """Where a task is; None when there is no such task."""
    return _of(await tx.fetch_one(_POSITION, (workspace, task)))


async def next_position(tx: Transaction, workspace: UUID, after: str, without: UUID) -> str | None:
    """The next position, one task left out; None at the end."""
    return _of(await tx.fetch_one(_NEXT, (workspace, after, without)))


async def previous_position(tx: Transaction, workspace: UUID, before: str, without: UUID) -> str | None:
    """The last position before one, one task left out; None at the beginning."""
    return _of(await tx.fetch_one(_PREVIOUS, (workspace, before, without)))


async def first_of_list(tx: Transaction, workspace: UUID, task_list: UUID | None, without: UUID) -> str | None:
    """The first position in a list (None: the inbox), one task left out; None when it holds no other."""
    return _of(await tx.fetch_one(_FIRST, (workspace, task_list, without)))


async def next_taken(tx: Transaction, workspace: UUID, after: str, following: str | None) -> str | None:
    """The next position that a deleted task keeps, or `following`, whichever comes first."""
    row = await tx.fetch_one(_NEXT_DELETED, (workspace, after))
    found = [one for one in (row[0] if row else None, following) if one is not None]
    return min(found, default=None)


async def previous_taken(tx: Transaction, workspace: UUID, before: str, preceding: str) -> str:
    """The last position before one that a deleted task keeps, or `preceding`, whichever comes last."""
    row = await tx.fetch_one(_PREVIOUS_DELETED, (workspace, before))
    return max(row[0] or "" if row else "", preceding)


def _of(row: Row | None) -> str | None:
    return None if row is None else str(row[0])
