"""Request ids: filled in where they are missing, kept where they are there, without touching the caller's request."""

from collections.abc import AsyncIterator
from uuid import UUID

from todo.task.v1.task_service_pb2 import CreateTaskRequest, ImportTasksRequest
from todo_client_runtime.rpc import first_with_request_id, with_request_id

GIVEN = "01935d7e-0000-7000-8000-000000000001"


def test_a_given_request_id_is_kept() -> None:
    request = CreateTaskRequest(request_id=GIVEN)
    assert with_request_id(request) is request


def test_a_missing_request_id_is_filled_in_on_a_copy() -> None:
    request = CreateTaskRequest(parent="workspaces/personal")
    sent = with_request_id(request)
    assert UUID(sent.request_id).version == 4
    assert (sent.parent, request.request_id) == ("workspaces/personal", "")


async def test_only_the_first_request_of_a_stream_gets_one() -> None:
    async def requests() -> AsyncIterator[ImportTasksRequest]:
        yield ImportTasksRequest()
        yield ImportTasksRequest()

    ids = [request.request_id async for request in first_with_request_id(requests())]
    assert (bool(ids[0]), ids[1]) == (True, "")
