"""The gateway of the running system."""

import re

import httpx
import pytest

from tests.integration.chat_api_rest.conftest import Person

TASKS = "/v1/workspaces/personal/tasks"


def test_a_task_over_rest(ann: Person) -> None:
    made = ann.http.post(TASKS, json={"title": "buy milk", "due": {"date": "2026-12-24", "time": "09:00"}}).json()
    assert made["due"]["timeZone"] == "Europe/Berlin"
    path = f"/v1/{made['name']}"
    assert ann.http.get(path).json() == made
    changed = ann.http.patch(path, params={"updateMask": "title"}, json={"title": "buy oat milk", "etag": made["etag"]})
    assert changed.json()["title"] == "buy oat milk"
    assert ann.http.patch(path, json={"title": "late", "etag": made["etag"]}).status_code == 409
    assert ann.http.post(f"{path}:complete", json={}).json()["status"] == "STATUS_COMPLETED"
    assert [one["title"] for one in ann.http.get(TASKS).json()["tasks"]] == ["buy oat milk"]
    found = ann.http.get(f"{TASKS}:search", params={"query": "oat"}).json()
    assert len(found["tasks"]) == 1
    assert ann.http.delete(path).json()["deleteTime"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "task.title"),
        ({"title": "x" * 1_048_576}, "task.title"),
        ({"title": "x", "colour": "red"}, "task.colour"),
        ({"title": "x", "priority": "PRIORITY_HIGHEST"}, "task.priority"),
        ({"title": "x", "recurrence": {"rule": "FREQ=SOMETIMES"}, "due": {"date": "2026-12-24"}}, None),
        ({"title": "x", "due": {"date": "2026-02-31"}}, "task.due"),
    ],
)
def test_bad_input_is_refused_with_the_field(ann: Person, body: dict[str, object], field: str | None) -> None:
    answer = ann.http.post(TASKS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    violations = [one for detail in answer.json()["details"] for one in detail.get("fieldViolations", [])]
    assert violations
    assert field is None or violations[0]["field"] == field


def test_without_a_token_nothing_is_served(base_url: str) -> None:
    for path in ("/v1/users/me", TASKS, "/v1/conversations"):
        answer = httpx.get(base_url + path)
        assert (answer.status_code, answer.json()["code"]) == (401, 16)
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_document_has_what_is_served_and_nothing_else(base_url: str) -> None:
    document = httpx.get(f"{base_url}/openapi.json").json()
    operations = {one["operationId"] for verbs in document["paths"].values() for one in verbs.values()}
    assert {"TaskService_CreateTask", "ChatService_SendMessage", "IdentityService_SignUp"} <= operations
    assert not [one for one in operations if re.match(r"AccessService|DeadLetterService", one)]
    assert document["servers"] == [{"url": base_url}]


def test_methods_of_another_service_are_forwarded(ann: Person) -> None:
    made = ann.http.post(TASKS, json={"title": "buy milk"}).json()
    answer = ann.http.get(f"/v1/{made['name']}:history")
    assert answer.status_code in (200, 404)  # audit follows in its own time
    assert ann.http.get("/v1/workspaces/nobody/tasks/nothing:history").json()["code"] in (3, 5, 7)


def test_what_is_beside_the_api(base_url: str) -> None:
    assert httpx.get(f"{base_url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{base_url}/docs").status_code == 200
    assert httpx.get(f"{base_url}/config.json").json()["syncUrl"].startswith("ws://")
