"""The queries of imports and exports."""

from collections.abc import Collection
from uuid import UUID

from todo_runtime.db import Transaction

_STATES = "SELECT id, deleted_at IS NULL FROM tasks WHERE workspace_id = %s AND id = ANY (%s::uuid[])"
_LISTS = "SELECT id, display_name FROM task_lists WHERE workspace_id = %s ORDER BY created_at DESC, id DESC"


async def take_snapshot(tx: Transaction, actor: UUID) -> None:
    """Makes the transaction read one snapshot of the database. It must not have read anything before."""
    await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    await tx.act_for(actor)


async def states(tx: Transaction, workspace: UUID, ids: Collection[UUID]) -> dict[UUID, bool]:
    """Whether the tasks with these ids exist undeleted; ids without a task in the workspace are left out."""
    return dict(await tx.fetch_all(_STATES, (workspace, list(ids))))


async def list_names(tx: Transaction, workspace: UUID) -> dict[UUID, str]:
    """The names of all lists of a workspace, the newest first."""
    return dict(await tx.fetch_all(_LISTS, (workspace,)))
