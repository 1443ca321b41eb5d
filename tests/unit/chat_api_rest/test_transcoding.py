"""HTTP requests become request messages, or are refused with the name of the field."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from google.protobuf import json_format
from google.rpc import error_details_pb2
from hypothesis import given
from hypothesis import strategies as st
from todo.task.v1 import task_pb2, task_service_pb2
from todo_runtime.rest.routes import Route

from services.chat_api.gateway.failures import HttpFailure
from services.chat_api.gateway.transcoding import json_of, request_of
from tests.unit.chat_api_rest.backend import RecordingBackend, table

ROUTES = {route.method.name: route for route in table(RecordingBackend()).routes}
PARENT = ((("parent",), "workspaces/w"),)
NAME = ((("name",), "workspaces/w/tasks/t"),)


def read(method: str, values: Any = (), query: str = "", body: object = None) -> Any:
    return request_of(ROUTES[method], values, query, b"" if body is None else orjson.dumps(body))


def outcome(work: Callable[[], Any]) -> object:
    """The class of what was read, or the HTTP status of the refusal."""
    try:
        return type(work())
    except HttpFailure as failure:
        return failure.http_status


def fields_at_fault(failure: HttpFailure) -> list[str]:
    found = []
    for packed in failure.status.details:
        detail = error_details_pb2.BadRequest()
        if packed.Unpack(detail):
            found += [violation.field for violation in detail.field_violations]
    return found


words = st.text(st.characters(codec="utf-8"), max_size=20)
local_times = st.builds(task_pb2.LocalTime, date=st.just("2026-12-24"), time=st.sampled_from(["", "09:00"]))
tasks = st.builds(
    task_pb2.Task,
    title=words,
    notes=words,
    priority=st.sampled_from(task_pb2.Priority.values()),
    tags=st.lists(words, max_size=3),
    due=st.none() | local_times,
    reminders=st.lists(
        st.builds(
            task_pb2.Reminder,
            id=words,
            before_due=st.integers(0, 10**6).map(lambda s: json_format.Parse(f'"{s}s"', _duration())),
        ),
        max_size=2,
    ),
    recurrence=st.none() | st.builds(task_pb2.Recurrence, rule=words, basis=st.sampled_from([0, 1, 2])),
)


def _duration() -> Any:
    from google.protobuf.duration_pb2 import Duration

    return Duration()


@given(tasks, words)
def test_a_message_survives_the_way_as_a_body(task: task_pb2.Task, request_id: str) -> None:
    query = urlencode({"requestId": request_id}) if request_id else ""
    request = request_of(ROUTES["CreateTask"], PARENT, query, json_of(task))
    assert request == task_service_pb2.CreateTaskRequest(parent="workspaces/w", task=task, request_id=request_id)


@given(tasks, st.booleans())
def test_a_message_survives_the_way_as_a_whole_body(task: task_pb2.Task, cascade: bool) -> None:
    wanted = task_service_pb2.CompleteTaskRequest(name=NAME[0][1], etag=task.title, cascade=cascade)
    assert request_of(ROUTES["CompleteTask"], NAME, "", json_of(wanted)) == wanted


@given(st.integers(-(2**31), 2**31 - 1), words, st.booleans(), st.booleans())
def test_a_message_survives_the_way_as_a_query(size: int, words: str, flag: bool, camel: bool) -> None:
    names = ("pageSize", "pageToken", "showDeleted") if camel else ("page_size", "page_token", "show_deleted")
    query = urlencode(dict(zip(names, (size, words, str(flag).lower()), strict=True)))
    wanted = task_service_pb2.ListTasksRequest(
        parent="workspaces/w", page_size=size, page_token=words, show_deleted=flag
    )
    assert request_of(ROUTES["ListTasks"], PARENT, query, b"") == wanted


@given(st.binary(max_size=200), st.sampled_from(sorted(ROUTES)), st.text(max_size=60))
def test_whatever_comes_is_read_or_refused(body: bytes, method: str, query: str) -> None:
    route = ROUTES[method]
    values = [(variable.field_path, "x") for variable in route.template.variables]
    assert outcome(lambda: request_of(route, values, query, body)) in (route.request_class, 400)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["title", "tags", "due", "date", "reminders", "beforeDue", "priority", "taskList", "estimate"])
documents = st.dictionaries(keys, json_values | st.dictionaries(keys, json_values, max_size=3), max_size=5)


@given(documents)
def test_whatever_json_comes_is_read_or_refused(document: dict[str, object]) -> None:
    assert outcome(lambda: read("CreateTask", PARENT, body=document)) in (task_service_pb2.CreateTaskRequest, 400)


def test_the_path_wins_over_the_body() -> None:
    body = {"name": "workspaces/other/tasks/x", "title": "t"}
    request = read("UpdateTask", ((("task", "name"), NAME[0][1]),), "updateMask=title,dueDate", body)
    assert request.task.name == NAME[0][1]
    assert request.update_mask.paths == ["title", "due_date"]


@pytest.mark.parametrize(
    ("method", "values", "query", "body", "field"),
    [
        ("CreateTask", PARENT, "", {"title": "x", "foo": 1}, "task.foo"),
        ("CreateTask", PARENT, "", {"due": {"dateTime": "x"}}, "task.due.date_time"),
        ("CreateTask", PARENT, "", {"reminders": [{"x": 1}]}, "task.reminders[0].x"),
        ("CreateTask", PARENT, "", {"priority": "HIGHEST"}, "task.priority"),
        ("CreateTask", PARENT, "", {"title": 5}, "task.title"),
        ("CreateTask", PARENT, "", {"tags": "home"}, "task.tags"),
        ("CreateTask", PARENT, "", {"estimate": "soon"}, "task.estimate"),
        ("CreateTask", PARENT, "", [], "task"),
        ("CreateTask", PARENT, "", "text", "task"),
        ("CompleteTask", NAME, "", {"cascade": "yes"}, "cascade"),
        ("ListTasks", PARENT, "pageSize=ten", None, "page_size"),
        ("ListTasks", PARENT, "pageSize=99999999999", None, "page_size"),
        ("ListTasks", PARENT, "nothing=1", None, "nothing"),
        ("ListTasks", PARENT, "showDeleted=1", None, "showDeleted"),
        ("ListTasks", PARENT, "pageSize=1&page_size=2", None, "page_size"),
        ("ListTasks", PARENT, "parent=workspaces/x", None, "parent"),
        ("CreateTask", PARENT, "task=x", {}, "task"),
        ("CreateTask", PARENT, "task.title=x", {}, "task.title"),
    ],
)
def test_what_is_wrong_is_named(method: str, values: Any, query: str, body: object, field: str) -> None:
    with pytest.raises(HttpFailure) as caught:
        read(method, values, query, body)
    assert caught.value.http_status == 400
    assert fields_at_fault(caught.value) == [field]


@pytest.mark.parametrize(
    ("method", "values", "query", "body"),
    [
        ("CompleteTask", NAME, "etag=1", b"{}"),
        ("CompleteTask", NAME, "", b"[]"),
        ("CompleteTask", NAME, "", b"{"),
        ("CompleteTask", NAME, "", b'"\xff"'),
        ("CompleteTask", NAME, "", b"[" * 5000),
        ("GetTask", NAME, "", b"{}"),
        ("ListTasks", PARENT, "pageToken=%FF", b""),
        ("ListTasks", PARENT, "&".join(["pageSize=1"] * 300), b""),
    ],
)
def test_what_is_malformed_is_refused(method: str, values: Any, query: str, body: bytes) -> None:
    route: Route = ROUTES[method]
    with pytest.raises(HttpFailure) as caught:
        request_of(route, values, query, body)
    assert caught.value.http_status == 400
