"""The methods of TaskService that are about task lists."""

from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.field_masks import masked_fields
from todo_runtime.idempotency import empty, reply, request_of
from todo_runtime.paging import PageTokens
from todo_runtime.proto_time import (
    timestamp_of,
)
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.resource_names import (
    parse_task_list_name,
    parse_workspace,
    task_list_name,
)
from services.chat_api.tasks.domain.lists import TaskList
from services.chat_api.tasks.service.lists import TaskListService

_FIELDS = ("display_name",)


class TaskListRpc(TaskServiceServicer):
    """The methods of TaskService that are about task lists."""

    def __init__(self, lists: TaskListService, access: AccessCache, pages: PageTokens) -> None:
        self._lists = lists
        self._access = access
        self._pages = pages

    async def create_task_list(self, request: pb.CreateTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Creates a list of tasks."""
        actor = await self._access.actor(call)
        identity = request_of(request, "CreateTaskList", _message)
        made = self._lists.create(actor, parse_workspace(request.parent), request.task_list.display_name, identity)
        return reply(await made, _message, task_pb2.TaskList)

    async def get_task_list(self, request: pb.GetTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Returns one list."""
        actor = await self._access.actor(call)
        return _message(await self._lists.get(actor, parse_task_list_name(request.name)))

    async def list_task_lists(self, request: pb.ListTaskListsRequest, call: Call) -> pb.ListTaskListsResponse:
        """Lists the lists of a workspace by name."""
        asked = self._pages.asked(request, call)
        after = (str(asked.after[0]), UUID(asked.after[1])) if asked.after else None
        actor = await self._access.actor(call)
        found = await self._lists.select(actor, parse_workspace(request.parent), after, asked.limit)
        page = asked.cut(found, lambda last: [last.display_name, str(last.id)])
        return pb.ListTaskListsResponse(task_lists=map(_message, page.items), next_page_token=page.next_token)

    async def update_task_list(self, request: pb.UpdateTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Changes the named fields of a list."""
        given = request.task_list
        fields = masked_fields(request.update_mask, given, _FIELDS)
        wanted = given.display_name if "display_name" in fields else None
        actor = await self._access.actor(call)
        identity = request_of(request, "UpdateTaskList", _message)
        renamed = self._lists.rename(actor, parse_task_list_name(given.name), wanted, given.etag, identity)
        return reply(await renamed, _message, task_pb2.TaskList)

    async def delete_task_list(self, request: pb.DeleteTaskListRequest, call: Call) -> Empty:
        """Deletes a list; its tasks go to the inbox."""
        actor = await self._access.actor(call)
        identity = request_of(request, "DeleteTaskList", empty)
        deleted = self._lists.delete(actor, parse_task_list_name(request.name), request.etag, identity)
        return reply(await deleted, empty, Empty)


def _message(one: TaskList) -> task_pb2.TaskList:
    return task_pb2.TaskList(
        name=task_list_name(one.workspace_id, one.id),
        display_name=one.display_name,
        create_time=timestamp_of(one.created_at),
        update_time=timestamp_of(one.updated_at),
        etag=one.etag,
    )
