"""The methods of TaskService that are about order by hand, reminders, undo and tags."""

from datetime import timedelta
from uuid import UUID

from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.errors import FieldViolation, InvalidArgument, NotFound
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.answers import (
    answer,
    repeatable,
)
from services.chat_api.shared.requests import (
    PageTokens,
    page_size,
)
from services.chat_api.shared.resource_names import (
    task_name,
    workspace_part,
)
from services.chat_api.tasks.rpc.messages import (
    parent_id,
    task_list_id,
    task_message,
)
from services.chat_api.tasks.service.moves import Place
from services.chat_api.tasks.service.undo import (
    Target,
    Undone,
)
from services.chat_api.tasks.service.use_cases import TaskUseCases
from services.chat_api.tasks.store.tags import Tag


class TaskChangeMethods(TaskServiceServicer):
    """Requests to commands, tasks and tags to answers."""

    _cases: TaskUseCases
    _access: AccessCache
    _pages: PageTokens

    async def move_task(self, request: pb.MoveTaskRequest, call: Call) -> task_pb2.Task:
        """Puts a task at another place."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "MoveTask", task_message)
        place = Place(
            after=_task_id(request.after, "after") if request.after else None,
            task_list_id=task_list_id(request.task_list, "task_list") if request.task_list else None,
            parent_id=parent_id(request.parent_task, "parent_task") if request.parent_task else None,
            moves_list=request.HasField("task_list"),
            moves_parent=request.HasField("parent_task"),
        )
        moved = self._cases.moving.move(actor, task_name(request.name), place, request.etag, identity)
        return await answer(moved, task_message, task_pb2.Task)

    async def snooze_reminder(self, request: pb.SnoozeReminderRequest, call: Call) -> task_pb2.Task:
        """Puts a reminder off."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "SnoozeReminder", task_message)
        reminder = _id(request.reminder, "reminder", "This is no id of a reminder.") if request.reminder else None
        delay = timedelta(seconds=request.delay.seconds, microseconds=request.delay.nanos // 1_000)
        later = self._cases.snoozing.snooze(actor, task_name(request.name), reminder, delay, identity)
        return await answer(later, task_message, task_pb2.Task)

    async def undo(self, request: pb.UndoRequest, call: Call) -> pb.UndoResponse:
        """Reverses a change."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "Undo", _undone)
        undone = self._cases.undoing.undo(actor, workspace_part(request.parent), _target(request), identity)
        return await answer(undone, _undone, pb.UndoResponse)

    async def list_tags(self, request: pb.ListTagsRequest, call: Call) -> pb.ListTagsResponse:
        """Lists the tags of a workspace."""
        after = self._pages.read("ListTags", request, call.person) or ""
        size = page_size(request)
        actor = await self._access.actor(call)
        found = await self._cases.tags.select(actor, workspace_part(request.parent), after, size + 1)
        response = pb.ListTagsResponse(tags=[_tag(one) for one in found[:size]])
        if len(found) > size:
            response.next_page_token = self._pages.make("ListTags", request, found[size - 1].tag, call.person)
        return response

    async def rename_tag(self, request: pb.RenameTagRequest, call: Call) -> task_pb2.Tag:
        """Renames a tag, or merges it into another."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "RenameTag", _tag)
        workspace = workspace_part(request.parent)
        renamed = self._cases.tags.rename(actor, workspace, request.tag, request.new_tag, identity)
        return await answer(renamed, _tag, task_pb2.Tag)


def _target(request: pb.UndoRequest) -> Target | None:
    if not request.task:
        if request.change:
            text = "Say of which task this is a change."
            raise InvalidArgument(text, violations=[FieldViolation("task", text)])
        return None
    if not request.task.startswith(f"{request.parent}/"):
        text = "The task is one of the parent, named the same way."
        raise InvalidArgument(text, violations=[FieldViolation("task", text)])
    if request.change and not (request.change.isascii() and request.change.isdigit() and len(request.change) < 19):
        text = "This is no etag that a task had."
        raise InvalidArgument(text, violations=[FieldViolation("change", text)])
    return Target(task_name(request.task).task, int(request.change) if request.change else None)


def _undone(undone: Undone) -> pb.UndoResponse:
    return pb.UndoResponse(tasks=map(task_message, undone.tasks), summary=undone.summary)


def _tag(tag: Tag) -> task_pb2.Tag:
    return task_pb2.Tag(tag=tag.tag, open_task_count=tag.open_tasks)


def _task_id(name: str, field: str) -> UUID:
    try:
        return task_name(name).task
    except NotFound:
        text = "This is no task, workspaces/{workspace}/tasks/{task}."
        raise InvalidArgument(text, violations=[FieldViolation(field, text)]) from None


def _id(text: str, field: str, says: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidArgument(says, violations=[FieldViolation(field, says)]) from None
