"""TaskService at the gRPC edge."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.idempotency import Replay, reply, request_of
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.resource_names import parse_task_name, parse_workspace
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.domain.order_by import order_of, sort_values_of
from services.chat_api.tasks.filtering import filter_of
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.rpc.messages import draft_of, only, task_message, updated_fields
from services.chat_api.tasks.service.tasks import TaskService


class TaskRpc(TaskServiceServicer):
    """The methods of TaskService that are about single tasks, and lists of them."""

    def __init__(self, tasks: TaskService, access: AccessCache, pages: PageTokens) -> None:
        self._tasks = tasks
        self._access = access
        self._pages = pages

    async def create_task(self, request: pb.CreateTaskRequest, call: Call) -> task_pb2.Task:
        """Creates a task."""
        actor = await self._access.actor(call)
        workspace, draft = parse_workspace(request.parent), draft_of(request.task)
        if request.predecessor:
            predecessor = parse_task_name(request.predecessor).task
            return task_message(await self._tasks.create_successor(actor, workspace, draft, predecessor))
        message_of = _OnceEncoded()
        identity = request_of(request, "CreateTask", message_of)
        return reply(await self._tasks.create_task(actor, workspace, draft, identity), message_of, task_pb2.Task)

    async def get_task(self, request: pb.GetTaskRequest, call: Call) -> task_pb2.Task:
        """Returns one task."""
        actor = await self._access.actor(call)
        return task_message(await self._tasks.get_task(actor, parse_task_name(request.name)))

    async def list_tasks(self, request: pb.ListTasksRequest, call: Call) -> pb.ListTasksResponse:
        """Lists the tasks of a workspace."""
        page = self._pages.asked(request, call)
        actor = await self._access.actor(call)
        query = TaskQuery(
            status=None,
            show_deleted=request.show_deleted,
            limit=page.limit,
            asked=filter_of(request.filter, self._tasks.filter_context(actor)),
            order=order_of(request.order_by),
            after=page.after,
        )
        tasks = await self._tasks.list_tasks(actor, parse_workspace(request.parent), query)
        cut = page.cut(tasks, lambda last: sort_values_of(last, query.order))
        return pb.ListTasksResponse(tasks=map(task_message, cut.items), next_page_token=cut.next_token)

    async def search_tasks(self, request: pb.SearchTasksRequest, call: Call) -> pb.SearchTasksResponse:
        """Finds tasks by words."""
        page = self._pages.asked(request, call)
        after = (float(page.after[0]), UUID(page.after[1])) if page.after else None
        actor = await self._access.actor(call)
        asked = filter_of(request.filter, self._tasks.filter_context(actor))
        workspace = parse_workspace(request.parent)
        found = await self._tasks.search_tasks(actor, workspace, request.query, page.limit, after, asked)
        cut = page.cut(found, lambda last: [last[1], str(last[0].id)])
        tasks = [task_message(task) for task, _rank in cut.items]
        return pb.SearchTasksResponse(tasks=tasks, next_page_token=cut.next_token)

    async def update_task(self, request: pb.UpdateTaskRequest, call: Call) -> task_pb2.Task:
        """Changes the named fields of a task."""
        fields = updated_fields(request)
        actor = await self._access.actor(call)
        message_of = _OnceEncoded()
        identity = request_of(request, "UpdateTask", message_of)
        name, draft, etag = parse_task_name(request.task.name), draft_of(only(request.task, fields)), request.task.etag
        updated = await self._tasks.update_task(actor, name, draft, fields, etag, identity)
        return reply(updated, message_of, task_pb2.Task)

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
        self, request: Any, call: Call, method: str, handler: Callable[..., Awaitable[Task | Replay]]
    ) -> task_pb2.Task:
        return await self._plain(request, call, method, handler, cascade=request.cascade)

    async def _plain(
        self, request: Any, call: Call, method: str, handler: Callable[..., Awaitable[Task | Replay]], **options: bool
    ) -> task_pb2.Task:
        actor = await self._access.actor(call)
        message_of = _OnceEncoded()
        identity = request_of(request, method, message_of)
        changed = await handler(actor, parse_task_name(request.name), request.etag, request=identity, **options)
        return reply(changed, message_of, task_pb2.Task)


class _OnceEncoded:
    """Encodes a task for the reply that is kept and for the one that is sent: once for both."""

    __slots__ = ("_encoded",)

    def __init__(self) -> None:
        self._encoded: tuple[Task, task_pb2.Task] | None = None

    def __call__(self, task: Task) -> task_pb2.Task:
        if self._encoded is None or self._encoded[0] is not task:
            self._encoded = (task, task_message(task))
        return self._encoded[1]
