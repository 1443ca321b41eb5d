"""The methods of TaskService that are about tags."""

from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.idempotency import reply, request_of
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.resource_names import parse_workspace
from services.chat_api.tasks.service.tags import TagService
from services.chat_api.tasks.store.tags import Tag


class TagRpc(TaskServiceServicer):
    """The methods of TaskService that are about tags."""

    def __init__(self, tags: TagService, access: AccessCache, pages: PageTokens) -> None:
        self._tags = tags
        self._access = access
        self._pages = pages

    async def list_tags(self, request: pb.ListTagsRequest, call: Call) -> pb.ListTagsResponse:
        """Lists the tags of a workspace."""
        asked = self._pages.asked(request, call)
        actor = await self._access.actor(call)
        found = await self._tags.select(actor, parse_workspace(request.parent), asked.after or "", asked.limit)
        page = asked.cut(found, lambda last: last.tag)
        return pb.ListTagsResponse(tags=map(_tag, page.items), next_page_token=page.next_token)

    async def rename_tag(self, request: pb.RenameTagRequest, call: Call) -> task_pb2.Tag:
        """Renames a tag, or merges it into another."""
        actor = await self._access.actor(call)
        identity = request_of(request, "RenameTag", _tag)
        workspace = parse_workspace(request.parent)
        renamed = self._tags.rename(actor, workspace, request.tag, request.new_tag, identity)
        return reply(await renamed, _tag, task_pb2.Tag)


def _tag(tag: Tag) -> task_pb2.Tag:
    return task_pb2.Tag(tag=tag.tag, open_task_count=tag.open_tasks)
