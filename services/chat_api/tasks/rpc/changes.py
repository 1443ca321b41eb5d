"""The methods of TaskService that are about order by hand, reminders and undo."""

from datetime import timedelta
from uuid import UUID

from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.errors import InvalidArgument, NotFound
from todo_runtime.idempotency import reply, request_of
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.resource_names import (
    parse_task_name,
    parse_workspace,
)
from services.chat_api.tasks.rpc.messages import (
    parent_id,
    task_list_id,
    task_message,
)
from services.chat_api.tasks.service.moves import Destination, MoveService
from services.chat_api.tasks.service.snooze import SnoozeService
from services.chat_api.tasks.service.undo import (
    Target,
    Undone,
    UndoService,
)


class TaskChangeRpc(TaskServiceServicer):
    """The methods of TaskService that move, snooze and undo."""

    def __init__(self, moves: MoveService, snoozes: SnoozeService, undos: UndoService, access: AccessCache) -> None:
        self._moves = moves
        self._snoozes = snoozes
        self._undos = undos
        self._access = access

    async def move_task(self, request: pb.MoveTaskRequest, call: Call) -> task_pb2.Task:
        """Moves a task after another, or to another list or parent."""
        actor = await self._access.actor(call)
        identity = request_of(request, "MoveTask", task_message)
        to = Destination(
            after=_task_id(request.after, "after") if request.after else None,
            task_list_id=task_list_id(request.task_list, "task_list") if request.task_list else None,
            parent_id=parent_id(request.parent_task, "parent_task") if request.parent_task else None,
            moves_list=request.HasField("task_list"),
            moves_parent=request.HasField("parent_task"),
        )
        moved = self._moves.move(actor, parse_task_name(request.name), to, request.etag, identity)
        return reply(await moved, task_message, task_pb2.Task)

    async def snooze_reminder(self, request: pb.SnoozeReminderRequest, call: Call) -> task_pb2.Task:
        """Puts a reminder off."""
        actor = await self._access.actor(call)
        identity = request_of(request, "SnoozeReminder", task_message)
        reminder = _id(request.reminder, "reminder", "Invalid id of a reminder.") if request.reminder else None
        delay = timedelta(seconds=request.delay.seconds, microseconds=request.delay.nanos // 1_000)
        later = self._snoozes.snooze(actor, parse_task_name(request.name), reminder, delay, identity)
        return reply(await later, task_message, task_pb2.Task)

    async def undo(self, request: pb.UndoRequest, call: Call) -> pb.UndoResponse:
        """Reverses a change."""
        actor = await self._access.actor(call)
        identity = request_of(request, "Undo", _undone)
        undone = self._undos.undo(actor, parse_workspace(request.parent), _target(request), identity)
        return reply(await undone, _undone, pb.UndoResponse)


def _target(request: pb.UndoRequest) -> Target | None:
    if not request.task:
        if request.change:
            text = "Say of which task this is a change."
            raise InvalidArgument.at("task", text)
        return None
    if not request.task.startswith(f"{request.parent}/"):
        text = "The task is one of the parent, named the same way."
        raise InvalidArgument.at("task", text)
    if request.change and not (request.change.isascii() and request.change.isdigit() and len(request.change) < 19):
        text = "The task never had this etag."
        raise InvalidArgument.at("change", text)
    return Target(parse_task_name(request.task).task, int(request.change) if request.change else None)


def _undone(undone: Undone) -> pb.UndoResponse:
    return pb.UndoResponse(tasks=map(task_message, undone.tasks), summary=undone.summary)


def _task_id(name: str, field: str) -> UUID:
    try:
        return parse_task_name(name).task
    except NotFound:
        text = "Invalid name of a task: it is workspaces/{workspace}/tasks/{task}."
        raise InvalidArgument.at(field, text) from None


def _id(text: str, field: str, says: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidArgument.at(field, says) from None
