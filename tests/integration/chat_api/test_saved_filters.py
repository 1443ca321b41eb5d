"""Saved filters: kept by name, only when they can be read, page by page."""

from dataclasses import replace
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import ParseDict
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import Aborted, InvalidArgument, NotFound, ResourceExhausted
from todo_runtime.rpc import Call

from services.chat_api.shared import quotas

from .conftest import Person, Room

PARENT = "workspaces/personal"


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 10, None)


@pytest.fixture
def rpc(room: Room) -> Any:
    return room.task_service


async def made(rpc: Any, person: Person, request_id: str = "", **fields: Any) -> task_pb2.SavedFilter:
    saved = task_pb2.SavedFilter(**{"display_name": "Urgent", "filter": "priority = URGENT", **fields})
    request = pb.CreateSavedFilterRequest(parent=PARENT, saved_filter=saved, request_id=request_id)
    answer: task_pb2.SavedFilter = await rpc.create_saved_filter(request, call(person))
    return answer


async def listed(rpc: Any, person: Person) -> list[str]:
    request, names = pb.ListSavedFiltersRequest(parent=PARENT, page_size=1), list[str]()
    while True:
        page = await rpc.list_saved_filters(request, call(person))
        names += [one.display_name for one in page.saved_filters]
        if not page.next_page_token:
            return names
        request.page_token = page.next_page_token


async def test_a_filter_is_kept_listed_changed_and_deleted(room: Room, rpc: Any) -> None:
    ada, eve = await room.person(), await room.person()
    id_ = str(uuid4())
    saved = await made(rpc, ada, id_, order_by="due, title desc")
    assert await made(rpc, ada, id_, order_by="due, title desc") == saved
    await made(rpc, ada, display_name="Home", filter="tags:home")
    assert await listed(rpc, ada) == ["Home", "Urgent"]
    assert await listed(rpc, eve) == []
    given = task_pb2.SavedFilter(name=saved.name, filter="priority >= HIGH", etag="1")
    mask = FieldMask(paths=["filter"])
    changed = await rpc.update_saved_filter(
        pb.UpdateSavedFilterRequest(saved_filter=given, update_mask=mask), call(ada)
    )
    assert (changed.display_name, changed.filter, changed.order_by) == ("Urgent", "priority >= HIGH", saved.order_by)
    same = await rpc.update_saved_filter(pb.UpdateSavedFilterRequest(saved_filter=changed), call(ada))
    assert same == changed
    with pytest.raises(Aborted):
        await rpc.update_saved_filter(pb.UpdateSavedFilterRequest(saved_filter=given), call(ada))
    with pytest.raises(Aborted):
        await rpc.delete_saved_filter(pb.DeleteSavedFilterRequest(name=saved.name, etag="1"), call(ada))
    with pytest.raises(NotFound):
        await rpc.delete_saved_filter(
            pb.DeleteSavedFilterRequest(name=saved.name.replace(str(ada.workspace), "personal")), call(eve)
        )
    await rpc.delete_saved_filter(pb.DeleteSavedFilterRequest(name=saved.name), call(ada))
    assert await listed(rpc, ada) == ["Home"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"display_name": " "}, "saved_filter.display_name"),
        ({"filter": "priority >= TALL"}, "saved_filter.filter"),
        ({"order_by": "colour"}, "saved_filter.order_by"),
    ],
)
async def test_what_cannot_be_read_is_not_kept(room: Room, rpc: Any, fields: dict[str, str], field: str) -> None:
    ada = await room.person()
    saved = await made(rpc, ada)
    with pytest.raises(InvalidArgument) as created:
        await made(rpc, ada, **fields)
    given = ParseDict(fields, task_pb2.SavedFilter(name=saved.name))
    mask = FieldMask(paths=[field.partition(".")[2]])
    with pytest.raises(InvalidArgument) as changed:
        await rpc.update_saved_filter(pb.UpdateSavedFilterRequest(saved_filter=given, update_mask=mask), call(ada))
    assert created.value.violations[0].field == changed.value.violations[0].field == field
    assert await listed(rpc, ada) == ["Urgent"]


async def test_a_workspace_has_only_so_many(room: Room, rpc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await room.person()
    monkeypatch.setattr(quotas, "SAVED_FILTERS", replace(quotas.SAVED_FILTERS, most=1))
    await made(rpc, ada)
    with pytest.raises(ResourceExhausted):
        await made(rpc, ada)
