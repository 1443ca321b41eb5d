"""The use case of order by hand: a task goes behind a neighbour, or to the first place of its list."""

from dataclasses import dataclass
from uuid import UUID

from todo_runtime.clock import Clock
from todo_runtime.db import Transaction
from todo_runtime.errors import FailedPrecondition, FieldViolation, InvalidArgument
from todo_runtime.ids import uuid7

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.resource_names import TaskName
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.fractional_index import (
    MAX_LENGTH,
    at_the_end,
    between,
)
from services.chat_api.tasks.domain.model import (
    Task,
)
from services.chat_api.tasks.store import positions as places
from services.chat_api.tasks.store import tasks as store
from services.chat_api.tasks.writing.checks import require_parent
from services.chat_api.tasks.writing.unit_of_work import TaskWriter


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task goes: `after` a neighbour (None: the first place), in a list and under a parent.

    `moves_list` and `moves_parent` say whether these two are meant; None is then the inbox, and no parent.
    """

    after: UUID | None
    task_list_id: UUID | None = None
    parent_id: UUID | None = None
    moves_list: bool = False
    moves_parent: bool = False


class MoveHandler:
    """Moves tasks."""

    def __init__(self, access: AccessCache, writer: TaskWriter, clock: Clock) -> None:
        self._access = access
        self._writer = writer
        self._clock = clock

    async def move(
        self, actor: Actor, name: TaskName, place: Place, etag: str = "", request: Request[Task] | None = None
    ) -> Task:
        """Puts a task at a place; its neighbours stay as they are."""
        workspace = await self._access.open(actor.user_id, name.workspace, write=True)
        if place.after == name.task:
            text = "A task can't come behind itself."
            raise InvalidArgument(text, violations=[FieldViolation("after", text)])

        async def write(tx: Transaction) -> Task:
            before = await store.lock(tx, workspace, name.task)
            rules.require_etag(before, etag)
            after = rules.moved(before, await self._fields(tx, before, place), actor, self._clock.now())
            await self._writer.save(tx, actor, [(before, after)])
            return after

        return await self._writer.once(actor, workspace, request, write)

    async def _fields(self, tx: Transaction, task: Task, place: Place) -> rules.Moved:
        if place.moves_parent and place.parent_id is not None:
            await require_parent(tx, task, place.parent_id)
        task_list = place.task_list_id if place.moves_list else task.task_list_id
        parent = place.parent_id if place.moves_parent else task.parent_id
        low, high = await self._neighbours(tx, task, place, task_list)
        if low < task.position and (high is None or task.position < high):
            return rules.Moved(task_list, parent, task.position)
        position = await self._free_position(tx, task.workspace_id, low, high, first=place.after is None)
        return rules.Moved(task_list, parent, position)

    async def _free_position(self, tx: Transaction, workspace: UUID, low: str, high: str | None, *, first: bool) -> str:
        """A position right behind the neighbour, or right in front of what is first, that no deleted task keeps."""
        if not first:
            high = await places.next_taken(tx, workspace, low, high)
        elif high is not None:
            low = await places.previous_taken(tx, workspace, high, low)
        position = at_the_end(low, uuid7()) if high is None else between(low, high)
        if len(position) > MAX_LENGTH:
            text = "There is no room left at this place: move the tasks beside it to other places first."
            raise FailedPrecondition(text, reason="NO_ROOM", violations=[FieldViolation("after", text)])
        return position

    async def _neighbours(
        self, tx: Transaction, task: Task, place: Place, task_list: UUID | None
    ) -> tuple[str, str | None]:
        """The positions that the task comes between; empty for nothing before, None for nothing behind."""
        if place.after is not None:
            low = await places.position(tx, task.workspace_id, place.after)
            if low is None:
                text = "The task to come behind does not exist in this workspace."
                raise FailedPrecondition(text, reason="NO_NEIGHBOUR", violations=[FieldViolation("after", text)])
            return low, await places.next_position(tx, task.workspace_id, low, task.id)
        first = await places.first_of_list(tx, task.workspace_id, task_list, task.id)
        if first is None:
            return "", None
        return await places.previous_position(tx, task.workspace_id, first, task.id) or "", first
