"""What a change of a task needs the database for: members, parents, subtasks. Within the transaction of the change."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import FailedPrecondition, InvalidArgument

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.tasks.domain.model import (
    Task,
    TaskDraft,
)
from services.chat_api.tasks.store import (
    lists as task_lists,
)
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.writing.batch_errors import at_index


async def members_among(tx: Transaction, workspace: UUID, users: Iterable[UUID | None]) -> set[UUID]:
    """Those of the users who belong to the workspace."""
    return {user for user in set(users) if user is not None and await store.is_member(tx, workspace, user)}


async def require_members(tx: Transaction, actor: Actor, workspace: UUID, assignees: Iterable[UUID | None]) -> None:
    """Refuses assignees who are no members of the workspace; nobody, and whoever acts, needs no look."""
    for assignee in set(assignees) - {None, actor.user_id}:
        if assignee is not None and not await store.is_member(tx, workspace, assignee):
            text = "The assignee is not a member of this workspace."
            raise InvalidArgument.at("task.assignee", text)


async def require_update_targets(
    tx: Transaction, actor: Actor, task: Task, draft: TaskDraft, fields: Collection[str]
) -> None:
    """Refuses an update whose named fields point at nothing, or put the task below itself."""
    if "assignee" in fields:
        await require_members(tx, actor, task.workspace_id, [draft.assignee_id])
    if "parent_task" in fields and draft.parent_id is not None:
        await require_parent(tx, task, draft.parent_id)
    if "task_list" in fields:
        await require_list(tx, task.workspace_id, draft.task_list_id)


async def require_targets(tx: Transaction, actor: Actor, workspace: UUID, drafts: Sequence[TaskDraft]) -> None:
    """Refuses drafts of new tasks that point at nothing, told with their index; looks at each target once."""
    members: set[UUID | None] = {None}
    lists: set[UUID | None] = {None}
    parents: set[UUID | None] = {None}
    for index, draft in enumerate(drafts):
        with at_index(index):
            if draft.assignee_id not in members:
                await require_members(tx, actor, workspace, [draft.assignee_id])
            if draft.task_list_id not in lists:
                await require_list(tx, workspace, draft.task_list_id)
            if draft.parent_id is not None and draft.parent_id not in parents:
                await require_existing(tx, workspace, draft.parent_id)
        members.add(draft.assignee_id)
        lists.add(draft.task_list_id)
        parents.add(draft.parent_id)


async def require_existing(tx: Transaction, workspace: UUID, parent: UUID) -> None:
    """Refuses a parent of a new task that does not exist."""
    if not await store.exists(tx, workspace, parent):
        raise no_parent()


async def require_list(tx: Transaction, workspace: UUID, task_list: UUID | None) -> None:
    """Refuses a list that does not exist; None is the inbox."""
    if task_list is not None and not await task_lists.exists(tx, workspace, task_list):
        raise no_list()


async def require_parent(tx: Transaction, task: Task, parent: UUID) -> None:
    """Refuses a parent that does not exist, and one that lies below the task."""
    above = await store.ancestors(tx, task.workspace_id, parent)
    if not above:
        raise no_parent()
    if task.id in above:
        text = "A task can't be a part of itself."
        raise InvalidArgument.at("task.parent_task", text)


def open_subtasks(count: int) -> FailedPrecondition:
    """The error for a task that can't be closed since others below it are open."""
    text = f"The task has {count} open subtasks: finish them first, or say cascade."
    return FailedPrecondition(text, reason="OPEN_SUBTASKS")


def no_list() -> FailedPrecondition:
    """The error for a task list that does not exist."""
    text = "The task list does not exist in this workspace."
    return FailedPrecondition.at("task.task_list", text, reason="NO_TASK_LIST")


def no_parent() -> FailedPrecondition:
    """The error for a parent that does not exist."""
    text = "The parent task does not exist in this workspace."
    return FailedPrecondition.at("task.parent_task", text, reason="NO_PARENT")
