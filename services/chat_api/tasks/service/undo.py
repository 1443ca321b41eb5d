"""The use case of undo: a person's last change in a workspace, or a change of one task, reversed as a new change.

What was changed together (a cascade, a batch, an import, a renamed tag) is reversed together. Undoing an undo does it
again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import Aborted, FailedPrecondition, InvalidArgument
from todo_runtime.idempotency import Replay, Request

from services.chat_api.access.model import Actor
from services.chat_api.tasks.domain import undo as rules
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store import journal, lists
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.store.journal import Entry
from services.chat_api.tasks.writing.checks import require_members, require_parent
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork

KEPT = timedelta(days=30)
"""How old a change may be."""


@dataclass(frozen=True, slots=True)
class Target:
    """The change to reverse: that which gave `task` a revision, None for its last one."""

    task: UUID
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """The tasks after the change was reversed, and what that was, in words."""

    tasks: list[Task]
    summary: str


class UndoService:
    """Undoes changes."""

    def __init__(self, units: TaskUnitOfWork) -> None:
        self._units = units

    async def undo(
        self, actor: Actor, workspace: str, target: Target | None = None, request: Request[Undone] | None = None
    ) -> Undone | Replay:
        """Reverses the caller's last change, or the target."""
        return await self._units.run(actor, workspace, request, partial(_undo, target))


async def _undo(target: Target | None, change: TaskChange) -> Undone:
    entry = await _entry(change.tx, change.actor, change.workspace, target, change.now - KEPT)
    changed = await journal.changes_with(change.tx, change.workspace, entry)
    current = await store.lock_all(change.tx, change.workspace, [task for task, _ in changed])
    reversals = await _reversed(change.tx, change.actor, changed, current, change.now)
    await _require_possible(change.tx, change.actor, reversals)
    for before, after in reversals:
        change.record(before, after)
    await change.flush(restoring=True)
    await _require_no_cycle(change.tx, reversals)
    return Undone([after for _, after in reversals], rules.summary(reversals))


async def _entry(tx: Transaction, actor: Actor, workspace: UUID, target: Target | None, since: datetime) -> Entry:
    """The change that is meant. Raises FailedPrecondition when there is none to reverse."""
    found = await (_last(tx, actor, workspace, since) if target is None else _named(tx, workspace, target, since))
    if found is None:
        text = f"There is nothing to undo: no change of the last {KEPT.days} days is left."
        raise FailedPrecondition(text, reason="NOTHING_TO_UNDO")
    return found


async def _last(tx: Transaction, actor: Actor, workspace: UUID, since: datetime) -> Entry | None:
    changed = await journal.last_change(tx, workspace, actor.user_id, since)
    created = await journal.last_created(tx, workspace, actor.user_id, since)
    if changed is None or created is None:
        return changed or created
    if changed.change_id is None:
        return created if created.changed_at > changed.changed_at else changed
    return created if created.task_id > changed.change_id else changed


async def _named(tx: Transaction, workspace: UUID, target: Target, since: datetime) -> Entry | None:
    task = await store.get(tx, workspace, target.task)
    revision = target.revision if target.revision is not None else task.revision
    if not 1 <= revision <= task.revision:
        raise InvalidArgument(f"The task never had the etag {revision}.", reason="NO_SUCH_CHANGE")
    found = await journal.change_of(tx, workspace, target.task, revision, since)
    if found is None and revision == 1 and task.created_at >= since:
        return Entry(task.id, 1, task.created_at, None)
    return found


async def _reversed(
    tx: Transaction, actor: Actor, changed: Iterable[tuple[UUID, int]], current: dict[UUID, Task], now: datetime
) -> list[tuple[Task, Task]]:
    """(before, after) of the tasks that the reversal changes; a task that was changed twice goes back twice."""
    result = dict(current)
    for id_, revisions in _by_task(changed).items():
        if revisions[-1] == 1:
            result[id_] = rules.uncreated(current[id_], revisions[0], actor, now)
            continue
        for revision in revisions:
            result[id_] = await _taken_back(tx, actor, result[id_], revision, now)
    return [(current[id_], result[id_]) for id_ in result]


def _by_task(changed: Iterable[tuple[UUID, int]]) -> dict[UUID, list[int]]:
    """The revisions of each task, the last one first."""
    found: dict[UUID, list[int]] = {}
    for id_, revision in sorted(changed, key=lambda one: -one[1]):
        found.setdefault(id_, []).append(revision)
    return found


async def _taken_back(tx: Transaction, actor: Actor, task: Task, revision: int, now: datetime) -> Task:
    before = await journal.task_before(tx, task.workspace_id, task.id, revision)
    if before is None:
        raise FailedPrecondition("What the task was before is not known any more.", reason="NOTHING_TO_UNDO")
    after = await journal.task_before(tx, task.workspace_id, task.id, revision + 1) or task
    return rules.taken_back(before, after, task, actor, now)


async def _require_possible(tx: Transaction, actor: Actor, changes: Iterable[tuple[Task, Task]]) -> None:
    """Refuses to point at what is not there any more. Raises Aborted."""
    for before, after in changes:
        if after.assignee_id != before.assignee_id:
            with _conflicts():
                await require_members(tx, actor, after.workspace_id, [after.assignee_id])
        gone = after.task_list_id is not None and after.task_list_id != before.task_list_id
        if gone and not await lists.exists(tx, after.workspace_id, after.task_list_id or after.id):
            raise Aborted("This can't be taken back any more: the list was deleted since.", reason="UNDO_CONFLICT")


async def _require_no_cycle(tx: Transaction, changes: Iterable[tuple[Task, Task]]) -> None:
    """Refuses parents that are parts of their own parts, once all changes are written. Raises Aborted."""
    for before, after in changes:
        if after.parent_id is not None and after.parent_id != before.parent_id:
            with _conflicts():
                await require_parent(tx, after, after.parent_id)


@contextmanager
def _conflicts() -> Iterator[None]:
    try:
        yield
    except (InvalidArgument, FailedPrecondition) as error:
        raise Aborted(f"This can't be taken back any more: {error.message}", reason="UNDO_CONFLICT") from error
