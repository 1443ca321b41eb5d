"""The gateway as an ASGI application: statuses, headers, streams and bounds."""

from typing import Any

import pytest
from google.rpc import code_pb2, status_pb2
from todo.chat.v1 import chat_service_pb2
from todo.task.v1 import task_pb2

from services.chat_api.gateway.gateway import Gateway
from tests.unit.chat_api_rest.backend import RecordingBackend, client, table

TASK = "/v1/workspaces/w/tasks/t"


async def test_a_call_passes_on_who_calls_and_for_how_long() -> None:
    backend = RecordingBackend(response=task_pb2.Task(title="x", create_time=None))
    headers = {"authorization": "Bearer abc", "grpc-timeout": "500m", "x-todo-on-behalf-of": "somebody"}
    async with client(backend) as http:
        answer = await http.get(TASK, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"title": "x"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    ((name, request, metadata, timeout),) = backend.calls
    assert (name, request.name, timeout) == ("GetTask", "workspaces/w/tasks/t", 0.5)
    assert metadata == {"authorization": "Bearer abc"}


@pytest.mark.parametrize(
    ("code", "http"),
    [
        ("INVALID_ARGUMENT", 400),
        ("UNAUTHENTICATED", 401),
        ("PERMISSION_DENIED", 403),
        ("NOT_FOUND", 404),
        ("ABORTED", 409),
        ("ALREADY_EXISTS", 409),
        ("FAILED_PRECONDITION", 400),
        ("RESOURCE_EXHAUSTED", 429),
        ("UNIMPLEMENTED", 501),
        ("INTERNAL", 500),
        ("UNAVAILABLE", 503),
        ("DEADLINE_EXCEEDED", 504),
    ],
)
async def test_a_failed_call_keeps_its_status(code: str, http: int) -> None:
    number = code_pb2.Code.Value(code)
    async with client(RecordingBackend(failure=status_pb2.Status(code=number, message="why"))) as caller:
        answer = await caller.get(TASK)
    assert (answer.status_code, answer.json()) == (http, {"code": number, "message": "why"})
    assert ("www-authenticate" in answer.headers) == (http == 401)
    assert ("retry-after" in answer.headers) == (http == 503)


async def test_an_unexpected_error_tells_nothing_but_an_id() -> None:
    async with client(RecordingBackend(error=RuntimeError("secret"))) as caller:
        answer = await caller.get(TASK)
    assert (answer.status_code, answer.json()["code"]) == (500, code_pb2.INTERNAL)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("verb", "path", "headers", "body", "http", "reason"),
    [
        ("GET", "/v1/nothing", {}, b"", 404, "NO_SUCH_PATH"),
        ("PUT", TASK, {}, b"", 405, "METHOD_NOT_ALLOWED"),
        ("OPTIONS", TASK, {}, b"", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/v1/chat:send", {"content-type": "text/plain"}, b"hello", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/v1/chat:send", {}, b"x" * (4 * 1024 * 1024 + 1), 413, "BODY_TOO_LARGE"),
        ("POST", "/v1/chat:send", {"content-type": "application/json"}, b"{", 400, "MALFORMED_JSON"),
        ("GET", TASK, {"grpc-timeout": "soon"}, b"", 400, "INVALID_REQUEST"),
        ("GET", TASK, {"authorization": "Bearer \xe4"}, b"", 400, "INVALID_REQUEST"),
        ("GET", "/v1/workspaces/%FF/tasks/t", {}, b"", 400, "INVALID_REQUEST"),
    ],
)
async def test_what_the_gateway_refuses_has_the_same_form(
    verb: str, path: str, headers: dict[str, str], body: bytes, http: int, reason: str
) -> None:
    backend = RecordingBackend()
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    async with client(backend) as caller:
        answer = await caller.request(verb, path, headers=encoded, content=body)
    assert answer.status_code == http
    status = answer.json()
    assert status["message"]
    assert status["details"][0]["reason"] == reason
    assert backend.calls == []


async def test_405_names_what_is_allowed() -> None:
    async with client(RecordingBackend()) as caller:
        answer = await caller.put(TASK)
    assert answer.headers["allow"] == "DELETE, GET, PATCH"


async def test_head_is_get_without_its_body() -> None:
    async with client(RecordingBackend(response=task_pb2.Task(title="x"))) as caller:
        answer = await caller.head(TASK)
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "13")


PIECES: list[Any] = [chat_service_pb2.StreamMessageResponse(text=text) for text in ("one", "two")]


async def test_a_stream_comes_as_lines() -> None:
    async with client(RecordingBackend(pieces=PIECES)) as caller:
        answer = await caller.post("/v1/chat:stream", json={"message": {"text": "x"}})
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.text == '{"text":"one"}\n{"text":"two"}\n'


async def test_a_stream_comes_as_events_when_asked_for() -> None:
    async with client(RecordingBackend(pieces=PIECES[:1])) as caller:
        answer = await caller.post("/v1/chat:stream", json={}, headers={"accept": "text/event-stream"})
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text == 'data: {"text":"one"}\n\n'


async def test_a_stream_that_fails_at_once_has_an_ordinary_error() -> None:
    async with client(RecordingBackend(failure=status_pb2.Status(code=code_pb2.NOT_FOUND))) as caller:
        answer = await caller.post("/v1/chat:stream", json={})
    assert answer.status_code == 404


async def test_a_stream_that_fails_later_ends_with_the_status() -> None:
    failure = status_pb2.Status(code=code_pb2.UNAVAILABLE, message="gone")
    async with client(RecordingBackend(pieces=PIECES[:1], failure=failure)) as caller:
        answer = await caller.post("/v1/chat:stream", json={})
    assert answer.text == '{"text":"one"}\n{"error":{"code":14,"message":"gone"}}\n'


async def test_a_client_that_goes_away_is_not_answered() -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": TASK,
        "raw_path": TASK.encode(),
        "query_string": b"",
        "headers": [],
    }
    await Gateway(table(RecordingBackend()))(scope, receive, send)
    assert sent == []


async def test_a_body_without_a_length_is_bounded_too() -> None:
    chunks = 0
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        nonlocal chunks
        chunks += 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    path = "/v1/chat:send"
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    await Gateway(table(RecordingBackend()))(scope, receive, send)
    assert sent[0]["status"] == 413
    assert chunks == 5
