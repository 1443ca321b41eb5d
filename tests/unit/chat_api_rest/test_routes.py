"""Routes come from the contracts, and each request finds the right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.rest.routes import RouteTable, routes_of, values_of

from tests.unit.chat_api_rest.backend import ACCESS, CHAT, TASKS, RecordingBackend, table

TABLE = table(RecordingBackend())


@pytest.mark.parametrize(
    ("verb", "path", "method"),
    [
        ("POST", "/v1/workspaces/w/tasks", "CreateTask"),
        ("GET", "/v1/workspaces/w/tasks", "ListTasks"),
        ("GET", "/v1/workspaces/w/tasks/t", "GetTask"),
        ("PATCH", "/v1/workspaces/w/tasks/t", "UpdateTask"),
        ("DELETE", "/v1/workspaces/w/tasks/t", "DeleteTask"),
        ("POST", "/v1/workspaces/w/tasks/t:complete", "CompleteTask"),
        ("GET", "/v1/workspaces/w/tasks:search", "SearchTasks"),
        ("POST", "/v1/workspaces/w/tasks:batchCreate", "BatchCreateTasks"),
        ("POST", "/v1/chat:send", "SendMessage"),
        ("POST", "/v1/chat:stream", "StreamMessage"),
        ("GET", "/v1/users/me", "GetMe"),
        ("GET", "/v1/conversations/c", "GetConversation"),
    ],
)
def test_a_request_finds_its_method(verb: str, path: str, method: str) -> None:
    routes = TABLE.find(path)
    assert routes is not None
    assert routes[verb].method.name == method


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/workspaces", "/v1/workspaces//tasks", "/v1/workspaces/w/tasks/t:nothing", "/v1/chat", "//"],
)
def test_there_is_nothing_elsewhere(path: str) -> None:
    assert TABLE.find(path) is None


def test_one_path_has_the_verbs_of_all_its_methods() -> None:
    assert set(TABLE.find("/v1/workspaces/w/tasks/t") or ()) == {"GET", "PATCH", "DELETE"}


def test_internal_methods_and_client_streams_have_no_route() -> None:
    names = {route.method.name for route in TABLE.routes}
    assert not names & {method.name for method in ACCESS.methods}
    assert "ImportTasks" not in names
    assert "ExportTasks" in names


def test_two_methods_on_one_route_are_an_error() -> None:
    backend = RecordingBackend()
    with pytest.raises(ValueError, match="same route"):
        RouteTable([*routes_of(CHAT.methods, backend), *routes_of(CHAT.methods, backend)])


segments = st.text("abcXYZ019-_.~", min_size=1, max_size=12)


@given(st.sampled_from(["GetTask", "CompleteTask", "CreateTask", "UpdateTask", "ExportTasks"]), st.data())
def test_every_path_of_a_template_finds_it_with_its_values(method: str, data: st.DataObject) -> None:
    route = next(one for one in TABLE.routes if one.method.name == method)
    parts = [data.draw(segments) if segment == "*" else segment for segment in route.template.segments]
    path = "/" + "/".join(parts) + (f":{route.template.verb}" if route.template.verb else "")
    routes = TABLE.find(path)
    assert routes is not None
    assert routes[route.verb] is route
    (variable,) = route.template.variables
    assert values_of(route, path) == ((variable.field_path, "/".join(parts[variable.start : variable.end])),)


@given(st.text(max_size=60))
def test_any_path_is_answered(path: str) -> None:
    TABLE.find(path)


def test_encoded_characters_are_decoded_once() -> None:
    routes = TABLE.find("/v1/workspaces/a%20b/tasks/%2541")
    assert routes is not None
    assert values_of(routes["GET"], "/v1/workspaces/a%20b/tasks/%2541") == ((("name",), "workspaces/a b/tasks/%41"),)


def test_a_colon_in_a_name_is_encoded() -> None:
    assert TABLE.find("/v1/workspaces/w/tasks/a:b") is None
    routes = TABLE.find("/v1/workspaces/w/tasks/a%3Ab")
    assert routes is not None
    assert values_of(routes["GET"], "/v1/workspaces/w/tasks/a%3Ab")[0][1] == "workspaces/w/tasks/a:b"


def test_the_tasks_service_is_in_the_table() -> None:
    assert {route.method.containing_service.full_name for route in TABLE.routes} >= {TASKS.full_name, CHAT.full_name}
