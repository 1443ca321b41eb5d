"""What is wrong in a list's filter, order or page token is said with its place, over REST and over gRPC."""

from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_stack.hosted import HostedStack

from tests.integration.chat_api_rest.conftest import Person, SignUp

PARENT = "workspaces/personal"
TASKS = f"/v1/{PARENT}/tasks"
WRONG = [
    pytest.param({"filter": "colour = red"}, "filter", "at character 1: ", id="unknown field"),
    pytest.param({"filter": "open AND priority >= TALL"}, "filter", "at character 22: ", id="wrong value"),
    pytest.param({"filter": "tags = home"}, "filter", "at character 6: ", id="wrong comparison"),
    pytest.param({"filter": "(open"}, "filter", "at character 6: ", id="syntax"),
    pytest.param({"order_by": "title, colour desc"}, "order_by", "at character 8: ", id="order"),
    pytest.param({"page_token": "AAAA"}, "page_token", "next_page_token", id="forged token"),
]


def add_tasks(person: Person) -> None:
    for title in ("one", "two"):
        assert person.http.post(TASKS, json={"title": title}).status_code == 200


def rest_fault(person: Person, asked: dict[str, str]) -> tuple[int, str, str]:
    """Code, field and description of a list that REST refuses."""
    names = {"order_by": "orderBy", "page_token": "pageToken"}
    answer = person.http.get(TASKS, params={names.get(name, name): value for name, value in asked.items()})
    assert answer.status_code == 400, answer.text
    (violation,) = [one for part in answer.json()["details"] for one in part.get("fieldViolations", [])]
    return answer.json()["code"], violation["field"], violation["description"]


def grpc_fault(stack: HostedStack, person: Person, asked: dict[str, str]) -> tuple[int, str, str]:
    """The same of a list that gRPC refuses."""
    request = pb.ListTasksRequest(parent=PARENT, **asked)  # type: ignore[arg-type]  # all of them are texts
    target = f"127.0.0.1:{stack.blueprint.ports['chat_api_grpc']}"
    token = (("authorization", person.http.headers["authorization"]),)
    with grpc.insecure_channel(target) as channel, pytest.raises(grpc.RpcError) as refused:
        channel.unary_unary(
            "/todo.task.v1.TaskService/ListTasks", request_serializer=pb.ListTasksRequest.SerializeToString
        )(request, timeout=20, metadata=token)
    return _fault(refused.value)


def _fault(error: Any) -> tuple[int, str, str]:
    trailing = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(trailing["grpc-status-details-bin"])
    bad = error_details_pb2.BadRequest()
    assert any(detail.Unpack(bad) for detail in status.details)
    return status.code, bad.field_violations[0].field, bad.field_violations[0].description


@pytest.mark.parametrize(("asked", "field", "says"), WRONG)
def test_what_is_wrong_is_named_with_its_place(
    running_system: HostedStack, ann: Person, asked: dict[str, str], field: str, says: str
) -> None:
    code, named, description = rest_fault(ann, asked)
    assert (code, named.replace("orderBy", "order_by").replace("pageToken", "page_token")) == (3, field)
    assert says in description
    code, named, description = grpc_fault(running_system, ann, asked)
    assert (code, named) == (3, field)
    assert says in description


def test_a_page_token_of_somebody_else_is_refused(running_system: HostedStack, sign_up: SignUp) -> None:
    ann, eve = sign_up(), sign_up()
    add_tasks(ann)
    add_tasks(eve)
    first = ann.http.get(TASKS, params={"pageSize": 1, "orderBy": "title desc"}).json()
    assert [task["title"] for task in first["tasks"]] == ["two"]
    asked = {"order_by": "title desc", "page_token": first["nextPageToken"]}
    assert rest_fault(eve, asked)[0] == grpc_fault(running_system, eve, asked)[0] == 3
    second = ann.http.get(TASKS, params={"orderBy": "title desc", "pageToken": first["nextPageToken"]}).json()
    assert [task["title"] for task in second["tasks"]] == ["one"]


def test_a_search_with_a_wrong_filter_is_refused_with_its_place(ann: Person) -> None:
    answer = ann.http.get(f"{TASKS}:search", params={"query": "milk", "filter": "due < someday"})
    (violation,) = [one for part in answer.json()["details"] for one in part.get("fieldViolations", [])]
    assert (answer.status_code, violation["field"]) == (400, "filter")
    assert "at character 7: " in violation["description"]


def test_a_mask_that_names_no_field_is_refused_by_name(ann: Person) -> None:
    made = ann.http.post(TASKS, json={"title": "buy milk"}).json()
    answer = ann.http.patch(f"/v1/{made['name']}", params={"updateMask": "colour"}, json={"title": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert "colour" in answer.text
