"""How much room a workspace has for tasks."""

from uuid import UUID

from todo_runtime.db import Transaction

from services.chat_api.shared import quotas

_BOUND = "SELECT todo_task_bound(%b, %b, %b)"


async def room(tx: Transaction, workspace: UUID, head: int, more: int) -> int:
    """For how many tasks there is room in a workspace whose locked stream is at `head`; at least `more` where there is.

    A workspace has had an event for each of its tasks, so nothing needs to be counted before it has had as many
    events as the quota.
    """
    if head + more <= quotas.TASKS.most:
        return more
    row = await tx.fetch_one(_BOUND, (workspace, head, quotas.TASKS.most - more))
    return quotas.TASKS.most - (int(row[0]) if row else 0)


async def require_room(tx: Transaction, workspace: UUID, head: int, more: int) -> None:
    """Raises ResourceExhausted where the workspace has no room for so many more tasks."""
    if more and await room(tx, workspace, head, more) < more:
        raise quotas.TASKS.exceeded()
