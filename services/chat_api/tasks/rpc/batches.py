"""The methods of TaskService that change many tasks at once."""

from collections.abc import Callable
from typing import Any

from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.errors import InvalidArgument
from todo_runtime.idempotency import reply, request_of
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.resource_names import (
    parse_task_name,
    parse_workspace,
)
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.rpc.messages import (
    draft_of,
    only,
    task_message,
    updated_fields,
)
from services.chat_api.tasks.service.batches import BatchItem, TaskBatchService
from services.chat_api.tasks.service.tasks import TaskService
from services.chat_api.tasks.writing.batch_errors import at_index


class TaskBatchRpc(TaskServiceServicer):
    """The methods of TaskService that change many tasks at once."""

    def __init__(self, tasks: TaskService, batches: TaskBatchService, access: AccessCache) -> None:
        self._tasks = tasks
        self._batches = batches
        self._access = access

    async def batch_create_tasks(self, request: pb.BatchCreateTasksRequest, call: Call) -> pb.BatchCreateTasksResponse:
        """Creates up to 1,000 tasks, all or none."""
        actor = await self._access.actor(call)
        drafts = _each(request, lambda one: _create_part(one, request.parent))
        identity = request_of(request, "BatchCreateTasks", _created)
        made = self._tasks.batch_create_tasks(actor, parse_workspace(request.parent), drafts, identity)
        return reply(await made, _created, pb.BatchCreateTasksResponse)

    async def batch_update_tasks(self, request: pb.BatchUpdateTasksRequest, call: Call) -> pb.BatchUpdateTasksResponse:
        """Changes up to 1,000 tasks, all or none."""
        actor = await self._access.actor(call)
        batch = _each(request, lambda one: _update_part(one, request.parent))
        identity = request_of(request, "BatchUpdateTasks", _updated)
        changed = self._batches.update(actor, parse_workspace(request.parent), batch, identity)
        return reply(await changed, _updated, pb.BatchUpdateTasksResponse)

    async def batch_complete_tasks(
        self, request: pb.BatchCompleteTasksRequest, call: Call
    ) -> pb.BatchCompleteTasksResponse:
        """Completes up to 1,000 tasks, all or none."""
        actor = await self._access.actor(call)
        batch = _each(request, lambda one: _named_part(one, request.parent, cascade=one.cascade))
        identity = request_of(request, "BatchCompleteTasks", _completed)
        changed = self._batches.complete(actor, parse_workspace(request.parent), batch, identity)
        return reply(await changed, _completed, pb.BatchCompleteTasksResponse)

    async def batch_delete_tasks(self, request: pb.BatchDeleteTasksRequest, call: Call) -> pb.BatchDeleteTasksResponse:
        """Deletes up to 1,000 tasks, all or none."""
        actor = await self._access.actor(call)
        batch = _each(request, lambda one: _named_part(one, request.parent))
        identity = request_of(request, "BatchDeleteTasks", _deleted)
        changed = self._batches.delete(actor, parse_workspace(request.parent), batch, identity)
        return reply(await changed, _deleted, pb.BatchDeleteTasksResponse)


def _each(request: Any, read: Callable[[Any], Any]) -> list[Any]:
    """The items of a batch; an error names the index of its item. A request_id may occur once."""
    found, seen = [], set[str]()
    for index, one in enumerate(request.requests):
        if one.request_id in seen:
            raise _wrong(index, "request_id", "This request_id occurs twice: use another one for each item.")
        seen |= {one.request_id} - {""}
        with at_index(index):
            found.append(read(one))
    return found


def _create_part(one: pb.CreateTaskRequest, parent: str) -> Any:
    if one.parent != parent or one.predecessor:
        text = "All tasks of a batch have the batch's parent and no predecessor."
        field = "parent" if one.parent != parent else "predecessor"
        raise InvalidArgument.at(field, text)
    return draft_of(one.task)


def _update_part(one: pb.UpdateTaskRequest, parent: str) -> BatchItem:
    _require_parent(one.task.name, parent, "task.name")
    fields = updated_fields(one)
    return BatchItem(parse_task_name(one.task.name).task, one.task.etag, draft_of(only(one.task, fields)), fields)


def _named_part(one: Any, parent: str, *, cascade: bool = False) -> BatchItem:
    _require_parent(one.name, parent, "name")
    return BatchItem(parse_task_name(one.name).task, one.etag, cascade=cascade)


def _require_parent(name: str, parent: str, field: str) -> None:
    if not name.startswith(f"{parent}/"):
        text = "All tasks of a batch are in the batch's parent, named the same way."
        raise InvalidArgument.at(field, text)


def _wrong(index: int, field: str, text: str) -> InvalidArgument:
    return InvalidArgument.at(f"requests[{index}].{field}", text)


def _created(tasks: list[Task]) -> pb.BatchCreateTasksResponse:
    return pb.BatchCreateTasksResponse(tasks=map(task_message, tasks))


def _updated(tasks: list[Task]) -> pb.BatchUpdateTasksResponse:
    return pb.BatchUpdateTasksResponse(tasks=map(task_message, tasks))


def _completed(tasks: list[Task]) -> pb.BatchCompleteTasksResponse:
    return pb.BatchCompleteTasksResponse(tasks=map(task_message, tasks))


def _deleted(tasks: list[Task]) -> pb.BatchDeleteTasksResponse:
    return pb.BatchDeleteTasksResponse(tasks=map(task_message, tasks))
