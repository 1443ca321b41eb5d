"""The methods of TaskService that are about task lists."""

from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.answers import (
    answer,
    nothing,
    repeatable,
)
from services.chat_api.shared.proto_time import (
    timestamp_of,
)
from services.chat_api.shared.requests import (
    PageTokens,
    masked_fields,
    page_size,
)
from services.chat_api.shared.resource_names import (
    task_list_name,
    task_list_of,
    workspace_part,
)
from services.chat_api.tasks.domain.lists import TaskList
from services.chat_api.tasks.service.use_cases import TaskUseCases

_FIELDS = ("display_name",)


class TaskListMethods(TaskServiceServicer):
    """Requests to commands, task lists to answers."""

    _cases: TaskUseCases
    _access: AccessCache
    _pages: PageTokens

    async def create_task_list(self, request: pb.CreateTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Creates a list of tasks."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "CreateTaskList", _message)
        made = self._cases.lists.create(actor, workspace_part(request.parent), request.task_list.display_name, identity)
        return await answer(made, _message, task_pb2.TaskList)

    async def get_task_list(self, request: pb.GetTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Returns one list."""
        actor = await self._access.actor(call)
        return _message(await self._cases.lists.get(actor, task_list_name(request.name)))

    async def list_task_lists(self, request: pb.ListTaskListsRequest, call: Call) -> pb.ListTaskListsResponse:
        """Lists the lists of a workspace by name."""
        place = self._pages.read("ListTaskLists", request, call.person)
        size = page_size(request)
        after = (str(place[0]), UUID(place[1])) if place else None
        actor = await self._access.actor(call)
        found = await self._cases.lists.select(actor, workspace_part(request.parent), after, size + 1)
        response = pb.ListTaskListsResponse(task_lists=[_message(one) for one in found[:size]])
        if len(found) > size:
            last = found[size - 1]
            place = [last.display_name, str(last.id)]
            response.next_page_token = self._pages.make("ListTaskLists", request, place, call.person)
        return response

    async def update_task_list(self, request: pb.UpdateTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Changes the named fields of a list."""
        given = request.task_list
        fields = masked_fields(request.update_mask, given, _FIELDS, lambda name: bool(getattr(given, name)))
        wanted = given.display_name if "display_name" in fields else None
        actor = await self._access.actor(call)
        identity = repeatable(request, "UpdateTaskList", _message)
        renamed = self._cases.lists.rename(actor, task_list_name(given.name), wanted, given.etag, identity)
        return await answer(renamed, _message, task_pb2.TaskList)

    async def delete_task_list(self, request: pb.DeleteTaskListRequest, call: Call) -> Empty:
        """Deletes a list; its tasks go to the inbox."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "DeleteTaskList", nothing)
        deleted = self._cases.lists.delete(actor, task_list_name(request.name), request.etag, identity)
        return await answer(deleted, nothing, Empty)


def _message(one: TaskList) -> task_pb2.TaskList:
    return task_pb2.TaskList(
        name=task_list_of(one.workspace_id, one.id),
        display_name=one.display_name,
        create_time=timestamp_of(one.created_at),
        update_time=timestamp_of(one.updated_at),
        etag=one.etag,
    )
