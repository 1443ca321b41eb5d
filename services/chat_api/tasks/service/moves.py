"""The use case of order by hand: a task goes after a neighbour, or to the front of its list."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import FailedPrecondition, InvalidArgument
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7

from services.chat_api.access.model import Actor
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.fractional_index import MAX_LENGTH, at_the_end, between
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store import positions
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.writing.checks import require_parent
from services.chat_api.tasks.writing.unit_of_work import TaskChange, TaskUnitOfWork


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a task goes: `after` a neighbour (None: first), in a list and under a parent.

    `moves_list` and `moves_parent` say whether these two are meant; None is then the inbox, and no parent.
    """

    after: UUID | None
    task_list_id: UUID | None = None
    parent_id: UUID | None = None
    moves_list: bool = False
    moves_parent: bool = False


class MoveService:
    """Moves tasks."""

    def __init__(self, units: TaskUnitOfWork) -> None:
        self._units = units

    async def move(
        self, actor: Actor, name: TaskName, to: Destination, etag: str = "", request: Request[Task] | None = None
    ) -> Task | Replay:
        """Puts a task somewhere else; its neighbours stay as they are."""
        if to.after == name.task:
            text = "A task can't come after itself."
            raise InvalidArgument.at("after", text)
        return await self._units.run(actor, name.workspace, request, partial(_move, name.task, etag, to))


async def _move(id_: UUID, etag: str, to: Destination, change: TaskChange) -> Task:
    task = await store.lock(change.tx, change.workspace, id_)
    rules.require_etag(task, etag)
    moved = await _moved(change.tx, task, to)
    return change.record(task, rules.moved(task, moved, change.actor, change.now))


async def _moved(tx: Transaction, task: Task, to: Destination) -> rules.Moved:
    if to.moves_parent and to.parent_id is not None:
        await require_parent(tx, task, to.parent_id)
    task_list = to.task_list_id if to.moves_list else task.task_list_id
    parent = to.parent_id if to.moves_parent else task.parent_id
    low, high = await _neighbours(tx, task, to, task_list)
    if low < task.position and (high is None or task.position < high):
        return rules.Moved(task_list, parent, task.position)
    position = await _free_position(tx, task.workspace_id, low, high, first=to.after is None)
    return rules.Moved(task_list, parent, position)


async def _neighbours(tx: Transaction, task: Task, to: Destination, task_list: UUID | None) -> tuple[str, str | None]:
    """The positions that the task comes between; empty for nothing before, None for nothing after."""
    if to.after is not None:
        low = await positions.position(tx, task.workspace_id, to.after)
        if low is None:
            text = "The task to come after does not exist in this workspace."
            raise FailedPrecondition.at("after", text, reason="NO_NEIGHBOUR")
        return low, await positions.next_position(tx, task.workspace_id, low, task.id)
    first = await positions.first_of_list(tx, task.workspace_id, task_list, task.id)
    if first is None:
        return "", None
    return await positions.previous_position(tx, task.workspace_id, first, task.id) or "", first


async def _free_position(tx: Transaction, workspace: UUID, low: str, high: str | None, *, first: bool) -> str:
    """A position right after the neighbour, or right before what is first, that no deleted task keeps."""
    if not first:
        high = await positions.next_taken(tx, workspace, low, high)
    elif high is not None:
        low = await positions.previous_taken(tx, workspace, high, low)
    position = at_the_end(low, uuid7()) if high is None else between(low, high)
    if len(position) > MAX_LENGTH:
        text = "There is no room left here: move the neighbouring tasks somewhere else first."
        raise FailedPrecondition.at("after", text, reason="NO_ROOM")
    return position
