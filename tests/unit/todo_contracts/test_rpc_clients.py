"""The generated clients against a gRPC server: request ids, deadlines, streams."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import grpc
import pytest
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient

Context = grpc.aio.ServicerContext[Any, Any]


class _Server:
    """Remembers what it was asked, with the seconds that were left and the metadata."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.remaining: list[float | None] = []
        self.metadata: dict[str, str | bytes] = {}

    def handler(self) -> grpc.GenericRpcHandler:
        """The methods that the tests call."""
        methods: dict[str, Any] = {
            "CreateTask": grpc.unary_unary_rpc_method_handler(
                self._create, task_service_pb2.CreateTaskRequest.FromString, task_pb2.Task.SerializeToString
            ),
            "GetTask": grpc.unary_unary_rpc_method_handler(
                self._get, task_service_pb2.GetTaskRequest.FromString, task_pb2.Task.SerializeToString
            ),
            "ExportTasks": grpc.unary_stream_rpc_method_handler(
                self._export,
                task_service_pb2.ExportTasksRequest.FromString,
                task_service_pb2.ExportTasksResponse.SerializeToString,
            ),
            "ImportTasks": grpc.stream_unary_rpc_method_handler(
                self._import,
                task_service_pb2.ImportTasksRequest.FromString,
                task_service_pb2.ImportTasksResponse.SerializeToString,
            ),
        }
        return grpc.method_handlers_generic_handler("todo.task.v1.TaskService", methods)

    def _remember(self, request: object, context: Context) -> None:
        self.asked.append(request)
        self.remaining.append(context.time_remaining())
        self.metadata = dict(context.invocation_metadata() or ())

    async def _create(self, request: Any, context: Context) -> task_pb2.Task:
        self._remember(request, context)
        return task_pb2.Task(title="made")

    async def _get(self, request: Any, context: Context) -> task_pb2.Task:
        self._remember(request, context)
        return task_pb2.Task(name=request.name)

    async def _export(self, request: Any, context: Context) -> AsyncIterator[task_service_pb2.ExportTasksResponse]:
        self._remember(request, context)
        for piece in (b"a", b"b", b"c"):
            yield task_service_pb2.ExportTasksResponse(data=piece)

    async def _import(self, requests: Any, context: Context) -> task_service_pb2.ImportTasksResponse:
        self._remember([request async for request in requests], context)
        return task_service_pb2.ImportTasksResponse()


@pytest.fixture
async def server() -> AsyncIterator[tuple[_Server, TaskServiceClient]]:
    methods, running = _Server(), grpc.aio.server()
    running.add_generic_rpc_handlers((methods.handler(),))
    port = running.add_insecure_port("127.0.0.1:0")
    await running.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield methods, TaskServiceClient(channel)
    await running.stop(None)


Pair = tuple[_Server, TaskServiceClient]


async def test_a_mutation_gets_a_request_id_and_the_request_stays_as_it_was(server: Pair) -> None:
    asked, client = server
    request = task_service_pb2.CreateTaskRequest(parent="workspaces/personal")
    assert (await client.create_task(request)).title == "made"
    await client.create_task(request)
    first, second = (one.request_id for one in asked.asked if isinstance(one, task_service_pb2.CreateTaskRequest))
    assert UUID(first).version == 4
    assert first != second
    assert request.request_id == ""


async def test_a_request_id_that_is_there_is_kept(server: Pair) -> None:
    asked, client = server
    request = task_service_pb2.CreateTaskRequest(request_id="mine")
    await client.create_task(request)
    assert asked.asked == [request]


async def test_every_unary_call_has_a_deadline(server: Pair) -> None:
    asked, client = server
    await client.get_task(task_service_pb2.GetTaskRequest(name="a"), metadata=[("x-a", "b")])
    await client.get_task(task_service_pb2.GetTaskRequest(name="a"), timeout=3)
    by_default, given = asked.remaining
    assert by_default is not None
    assert 5 < by_default < 11
    assert given is not None
    assert given < 4


async def test_metadata_is_handed_on(server: Pair) -> None:
    asked, client = server
    await client.get_task(task_service_pb2.GetTaskRequest(name="a"), metadata=[("x-a", "b")])
    assert asked.metadata["x-a"] == "b"


async def test_a_stream_of_answers_can_be_left_early(server: Pair) -> None:
    _, client = server
    stream = client.export_tasks(task_service_pb2.ExportTasksRequest())
    assert [one.data async for one in stream] == [b"a", b"b", b"c"]
    stream = client.export_tasks(task_service_pb2.ExportTasksRequest())
    assert (await anext(stream)).data == b"a"
    await stream.aclose()


async def test_a_stream_of_requests_names_its_request_id_once(server: Pair) -> None:
    asked, client = server
    sent = [task_service_pb2.ImportTasksRequest(data=piece) for piece in (b"a", b"b")]

    async def pieces() -> AsyncIterator[task_service_pb2.ImportTasksRequest]:
        for one in sent:
            yield one

    await client.import_tasks(pieces())
    (received,) = asked.asked
    assert isinstance(received, list)
    assert [one.data for one in received] == [b"a", b"b"]
    assert UUID(received[0].request_id).version == 4
    assert (received[1].request_id, sent[0].request_id) == ("", "")
