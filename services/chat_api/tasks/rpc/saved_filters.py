"""The methods of TaskService that are about saved filters."""

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
    saved_filter_name,
    saved_filter_of,
    workspace_part,
)
from services.chat_api.tasks.domain.saved_filters import SavedFilter
from services.chat_api.tasks.service.use_cases import TaskUseCases

_FIELDS = ("display_name", "filter", "order_by")


class SavedFilterMethods(TaskServiceServicer):
    """Requests to commands, saved filters to answers."""

    _cases: TaskUseCases
    _access: AccessCache
    _pages: PageTokens

    async def create_saved_filter(self, request: pb.CreateSavedFilterRequest, call: Call) -> task_pb2.SavedFilter:
        """Keeps a filter under a name."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "CreateSavedFilter", _message)
        fields = {name: str(getattr(request.saved_filter, name)) for name in _FIELDS}
        made = self._cases.filters.create(actor, workspace_part(request.parent), fields, identity)
        return await answer(made, _message, task_pb2.SavedFilter)

    async def list_saved_filters(self, request: pb.ListSavedFiltersRequest, call: Call) -> pb.ListSavedFiltersResponse:
        """Lists the saved filters of a workspace by name."""
        place = self._pages.read("ListSavedFilters", request, call.person)
        size = page_size(request)
        after = (str(place[0]), UUID(place[1])) if place else None
        actor = await self._access.actor(call)
        found = await self._cases.filters.select(actor, workspace_part(request.parent), after, size + 1)
        response = pb.ListSavedFiltersResponse(saved_filters=[_message(one) for one in found[:size]])
        if len(found) > size:
            last = found[size - 1]
            place = [last.display_name, str(last.id)]
            response.next_page_token = self._pages.make("ListSavedFilters", request, place, call.person)
        return response

    async def update_saved_filter(self, request: pb.UpdateSavedFilterRequest, call: Call) -> task_pb2.SavedFilter:
        """Changes the named fields of a saved filter."""
        given = request.saved_filter
        named = masked_fields(request.update_mask, given, _FIELDS, lambda name: bool(getattr(given, name)))
        actor = await self._access.actor(call)
        identity = repeatable(request, "UpdateSavedFilter", _message)
        fields = {name: str(getattr(given, name)) for name in named}
        changed = self._cases.filters.update(actor, saved_filter_name(given.name), fields, given.etag, identity)
        return await answer(changed, _message, task_pb2.SavedFilter)

    async def delete_saved_filter(self, request: pb.DeleteSavedFilterRequest, call: Call) -> Empty:
        """Deletes a saved filter."""
        actor = await self._access.actor(call)
        identity = repeatable(request, "DeleteSavedFilter", nothing)
        deleted = self._cases.filters.delete(actor, saved_filter_name(request.name), request.etag, identity)
        return await answer(deleted, nothing, Empty)


def _message(one: SavedFilter) -> task_pb2.SavedFilter:
    return task_pb2.SavedFilter(
        name=saved_filter_of(one.workspace_id, one.id),
        display_name=one.display_name,
        filter=one.filter,
        order_by=one.order_by,
        create_time=timestamp_of(one.created_at),
        update_time=timestamp_of(one.updated_at),
        etag=one.etag,
    )
