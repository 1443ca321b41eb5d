"""TaskService at the gRPC edge."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.answers import (
    Answered,
    answer,
    answered,
    repeatable,
)
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.requests import (
    PageTokens,
    page_size,
    request_of,
)
from services.chat_api.shared.resource_names import (
    task_name,
    workspace_part,
)
from services.chat_api.tasks.domain.model import (
    Task,
)
from services.chat_api.tasks.domain.order_by import (
    order_of,
    place_of,
)
from services.chat_api.tasks.domain.queries import TaskQuery
from services.chat_api.tasks.filtering import filter_of
from services.chat_api.tasks.rpc.batches import TaskBatchMethods
from services.chat_api.tasks.rpc.changes import TaskChangeMethods
from services.chat_api.tasks.rpc.lists import TaskListMethods
from services.chat_api.tasks.rpc.messages import (
    draft_of,
    only,
    task_message,
    updated_fields,
)
from services.chat_api.tasks.rpc.saved_filters import SavedFilterMethods
from services.chat_api.tasks.service.use_cases import TaskUseCases


class TaskRpc(TaskBatchMethods, TaskChangeMethods, TaskListMethods, SavedFilterMethods, TaskServiceServicer):
    """Requests to commands, tasks to answers."""

    def __init__(self, cases: TaskUseCases, access: AccessCache, pages: PageTokens) -> None:
        self._cases = cases
        self._tasks = cases.tasks
        self._access = access
        self._pages = pages

    async def create_task(self, request: pb.CreateTaskRequest, call: Call) -> task_pb2.Task:
        """Creates a task."""
        actor = await self._access.actor(call)
        predecessor = task_name(request.predecessor).task if request.predecessor else None
        made = _Answer()
        identity = request_of(request, "CreateTask", made.encode, answered)
        workspace, draft = workspace_part(request.parent), draft_of(request.task)
        try:
            return made.of(await self._tasks.create_task(actor, workspace, draft, identity, predecessor))
        except Answered as before:
            return task_pb2.Task.FromString(before.answer)

    async def get_task(self, request: pb.GetTaskRequest, call: Call) -> task_pb2.Task:
        """Returns one task."""
        actor = await self._access.actor(call)
        return task_message(await self._tasks.get_task(actor, task_name(request.name)))

    async def list_tasks(self, request: pb.ListTasksRequest, call: Call) -> pb.ListTasksResponse:
        """Lists the tasks of a workspace."""
        place = self._pages.read("ListTasks", request, call.person)
        size = page_size(request)
        actor = await self._access.actor(call)
        query = TaskQuery(
            status=None,
            show_deleted=request.show_deleted,
            limit=size + 1,
            asked=filter_of(request.filter, self._cases.asking(actor)),
            order=order_of(request.order_by),
            after=place,
        )
        tasks = await self._tasks.list_tasks(actor, workspace_part(request.parent), query)
        response = pb.ListTasksResponse(tasks=[task_message(task) for task in tasks[:size]])
        if len(tasks) > size:
            place = place_of(tasks[size - 1], query.order)
            response.next_page_token = self._pages.make("ListTasks", request, place, call.person)
        return response

    async def search_tasks(self, request: pb.SearchTasksRequest, call: Call) -> pb.SearchTasksResponse:
        """Finds tasks by words."""
        place = self._pages.read("SearchTasks", request, call.person)
        size = page_size(request)
        after = (float(place[0]), UUID(place[1])) if place else None
        actor = await self._access.actor(call)
        workspace = workspace_part(request.parent)
        asked = filter_of(request.filter, self._cases.asking(actor))
        found = await self._tasks.search_tasks(actor, workspace, request.query, size + 1, after, asked)
        response = pb.SearchTasksResponse(tasks=[task_message(task) for task, _ in found[:size]])
        if len(found) > size:
            task, rank = found[size - 1]
            response.next_page_token = self._pages.make("SearchTasks", request, [rank, str(task.id)], call.person)
        return response

    async def update_task(self, request: pb.UpdateTaskRequest, call: Call) -> task_pb2.Task:
        """Changes the named fields of a task."""
        fields = updated_fields(request)
        actor = await self._access.actor(call)
        name, identity = task_name(request.task.name), _task_request(request, "UpdateTask")
        draft, etag = draft_of(only(request.task, fields)), request.task.etag
        return await _answer(self._tasks.update_task(actor, name, draft, fields, etag, identity))

    async def complete_task(self, request: pb.CompleteTaskRequest, call: Call) -> task_pb2.Task:
        """Completes a task."""
        return await self._close(request, call, "CompleteTask", self._tasks.complete_task)

    async def drop_task(self, request: pb.DropTaskRequest, call: Call) -> task_pb2.Task:
        """Gives a task up."""
        return await self._close(request, call, "DropTask", self._tasks.drop_task)

    async def reopen_task(self, request: pb.ReopenTaskRequest, call: Call) -> task_pb2.Task:
        """Opens a task again."""
        return await self._plain(request, call, "ReopenTask", self._tasks.reopen_task)

    async def delete_task(self, request: pb.DeleteTaskRequest, call: Call) -> task_pb2.Task:
        """Deletes a task."""
        return await self._plain(request, call, "DeleteTask", self._tasks.delete_task)

    async def undelete_task(self, request: pb.UndeleteTaskRequest, call: Call) -> task_pb2.Task:
        """Brings a deleted task back."""
        return await self._plain(request, call, "UndeleteTask", self._tasks.undelete_task)

    async def _close(
        self, request: Any, call: Call, method: str, handler: Callable[..., Awaitable[Task]]
    ) -> task_pb2.Task:
        actor, name, identity = await self._named(request, call, method)
        return await _answer(handler(actor, name, request.etag, cascade=request.cascade, request=identity))

    async def _plain(
        self, request: Any, call: Call, method: str, handler: Callable[..., Awaitable[Task]]
    ) -> task_pb2.Task:
        actor, name, identity = await self._named(request, call, method)
        return await _answer(handler(actor, name, request.etag, request=identity))

    async def _named(self, request: Any, call: Call, method: str) -> tuple[Actor, Any, Request[Task] | None]:
        return await self._access.actor(call), task_name(request.name), _task_request(request, method)


class _Answer:
    """The answer to one create: made once, for the request's record and for the caller."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made: tuple[Task, task_pb2.Task] | None = None

    def encode(self, task: Task) -> bytes:
        message = task_message(task)
        self._made = (task, message)
        return message.SerializeToString()

    def of(self, task: Task) -> task_pb2.Task:
        return self._made[1] if self._made and self._made[0] is task else task_message(task)


async def _answer(work: Awaitable[Task]) -> task_pb2.Task:
    return await answer(work, task_message, task_pb2.Task)


def _task_request(request: Message, method: str) -> Request[Task] | None:
    return repeatable(request, method, task_message)
