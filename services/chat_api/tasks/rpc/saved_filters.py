"""The methods of TaskService that are about saved filters."""

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
    parse_saved_filter_name,
    parse_workspace,
    saved_filter_name,
)
from services.chat_api.tasks.filtering.saved_filters import SavedFilter
from services.chat_api.tasks.service.saved_filters import SavedFilterService

_FIELDS = ("display_name", "filter", "order_by")


class SavedFilterRpc(TaskServiceServicer):
    """The methods of TaskService that are about saved filters."""

    def __init__(self, filters: SavedFilterService, access: AccessCache, pages: PageTokens) -> None:
        self._filters = filters
        self._access = access
        self._pages = pages

    async def create_saved_filter(self, request: pb.CreateSavedFilterRequest, call: Call) -> task_pb2.SavedFilter:
        """Keeps a filter under a name."""
        actor = await self._access.actor(call)
        identity = request_of(request, "CreateSavedFilter", _message)
        fields = {name: str(getattr(request.saved_filter, name)) for name in _FIELDS}
        made = self._filters.create(actor, parse_workspace(request.parent), fields, identity)
        return reply(await made, _message, task_pb2.SavedFilter)

    async def list_saved_filters(self, request: pb.ListSavedFiltersRequest, call: Call) -> pb.ListSavedFiltersResponse:
        """Lists the saved filters of a workspace by name."""
        asked = self._pages.asked(request, call)
        after = (str(asked.after[0]), UUID(asked.after[1])) if asked.after else None
        actor = await self._access.actor(call)
        found = await self._filters.select(actor, parse_workspace(request.parent), after, asked.limit)
        page = asked.cut(found, lambda last: [last.display_name, str(last.id)])
        return pb.ListSavedFiltersResponse(saved_filters=map(_message, page.items), next_page_token=page.next_token)

    async def update_saved_filter(self, request: pb.UpdateSavedFilterRequest, call: Call) -> task_pb2.SavedFilter:
        """Changes the named fields of a saved filter."""
        given = request.saved_filter
        named = masked_fields(request.update_mask, given, _FIELDS)
        actor = await self._access.actor(call)
        identity = request_of(request, "UpdateSavedFilter", _message)
        fields = {name: str(getattr(given, name)) for name in named}
        changed = self._filters.update(actor, parse_saved_filter_name(given.name), fields, given.etag, identity)
        return reply(await changed, _message, task_pb2.SavedFilter)

    async def delete_saved_filter(self, request: pb.DeleteSavedFilterRequest, call: Call) -> Empty:
        """Deletes a saved filter."""
        actor = await self._access.actor(call)
        identity = request_of(request, "DeleteSavedFilter", empty)
        deleted = self._filters.delete(actor, parse_saved_filter_name(request.name), request.etag, identity)
        return reply(await deleted, empty, Empty)


def _message(one: SavedFilter) -> task_pb2.SavedFilter:
    return task_pb2.SavedFilter(
        name=saved_filter_name(one.workspace_id, one.id),
        display_name=one.display_name,
        filter=one.filter,
        order_by=one.order_by,
        create_time=timestamp_of(one.created_at),
        update_time=timestamp_of(one.updated_at),
        etag=one.etag,
    )
