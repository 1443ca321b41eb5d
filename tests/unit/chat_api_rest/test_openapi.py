"""The OpenAPI document says what the gateway does."""

import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from todo_runtime.rest.openapi import comments_of, document, load_comments

from tests.unit.chat_api_rest.backend import RecordingBackend, table

TABLE = table(RecordingBackend())
DOCUMENT = document(TABLE, load_comments(), server_url="http://127.0.0.1:8080")
TASK = "todo.task.v1.Task"


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in DOCUMENT["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def test_every_route_is_there_once() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids)) == len(TABLE.routes)


def test_every_reference_leads_somewhere() -> None:
    names = {value.split("/")[-1] for key, value in walk(DOCUMENT) if key == "$ref"}
    assert names <= set(DOCUMENT["components"]["schemas"])


def test_path_parameters_are_those_of_the_path() -> None:
    for path, _, operation in operations():
        named = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        assert named == re.findall(r"\{(\w+)\}", path), path
    assert "/v1/workspaces/{workspace}/tasks/{task}:complete" in DOCUMENT["paths"]


def test_a_body_leaves_out_what_is_in_the_path() -> None:
    operation = DOCUMENT["paths"]["/v1/workspaces/{workspace}/tasks/{task}:complete"]["post"]
    properties = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert set(properties) == {"etag", "requestId", "cascade"}


def test_a_query_leaves_out_what_is_in_the_path_and_the_body() -> None:
    operation = DOCUMENT["paths"]["/v1/workspaces/{workspace}/tasks/{task}"]["patch"]
    names = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
    assert names == ["updateMask", "requestId"]


def test_bounds_and_roles_of_fields_are_said() -> None:
    task = DOCUMENT["components"]["schemas"][TASK]
    assert task["properties"]["title"]["maxLength"] == 500
    assert task["properties"]["tags"]["maxItems"] == 50
    assert task["properties"]["tags"]["items"]["minLength"] == 1
    assert task["properties"]["createTime"]["readOnly"]
    assert task["properties"]["createTime"]["format"] == "date-time"
    assert task["required"] == ["title"]
    assert "PRIORITY_HIGH" in DOCUMENT["components"]["schemas"]["todo.task.v1.Priority"]["enum"]


def test_public_methods_need_no_token() -> None:
    assert DOCUMENT["paths"]["/v1/auth:signIn"]["post"]["security"] == []
    assert "security" not in DOCUMENT["paths"]["/v1/chat:send"]["post"]


def test_streams_are_said_to_be_such() -> None:
    answers = DOCUMENT["paths"]["/v1/chat:stream"]["post"]["responses"]["200"]["content"]
    assert set(answers) == {"application/x-ndjson", "text/event-stream"}


def test_methods_and_fields_have_the_comments_of_the_contract() -> None:
    operation = DOCUMENT["paths"]["/v1/chat:send"]["post"]
    assert operation["summary"] == "Takes one message and answers it"
    task = DOCUMENT["components"]["schemas"][TASK]
    assert task["properties"]["title"]["description"] == "What is to be done, 1 to 500 characters, not blank."
    assert all(operation.get("description") for _, _, operation in operations())


def test_comments_of_nested_things() -> None:
    descriptors = FileDescriptorSet()
    file = descriptors.file.add(package="p")
    message = file.message_type.add(name="M")
    message.enum_type.add(name="E").value.add(name="V")
    location = file.source_code_info.location.add(path=[4, 0, 4, 0, 2, 0], leading_comments=" One\n line.\n\n Two.\n")
    assert location.path
    assert comments_of(descriptors)["p.M.E.V"] == "One line.\n\nTwo."
