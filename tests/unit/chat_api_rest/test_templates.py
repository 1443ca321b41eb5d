"""Path templates are taken apart as google/api/http.proto says."""

import pytest
from todo_runtime.rest.templates import PathTemplate, TemplateError, Variable


@pytest.mark.parametrize(
    ("text", "segments", "verb", "variables"),
    [
        ("/v1/users/me", ("v1", "users", "me"), "", ()),
        ("/v1/chat:send", ("v1", "chat"), "send", ()),
        ("/v1/{id}", ("v1", "*"), "", (Variable(("id",), 1, 2),)),
        (
            "/v1/{name=workspaces/*/tasks/*}:complete",
            ("v1", "workspaces", "*", "tasks", "*"),
            "complete",
            (Variable(("name",), 1, 5),),
        ),
        (
            "/v1/{task.name=workspaces/*/tasks/*}",
            ("v1", "workspaces", "*", "tasks", "*"),
            "",
            (Variable(("task", "name"), 1, 5),),
        ),
        ("/v1/{parent=workspaces/*}/tasks", ("v1", "workspaces", "*", "tasks"), "", (Variable(("parent",), 1, 3),)),
        ("/v1/{path=files/**}", ("v1", "files", "**"), "", (Variable(("path",), 1, None),)),
    ],
)
def test_parsing(text: str, segments: tuple[str, ...], verb: str, variables: tuple[Variable, ...]) -> None:
    template = PathTemplate.parse(text)
    assert (template.segments, template.verb, template.variables) == (segments, verb, variables)


@pytest.mark.parametrize("text", ["v1", "/v1//x", "/v1/{name", "/v1/name}", "/v1/{path=**}/x", "/v1/a=b"])
def test_malformed_templates_are_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        PathTemplate.parse(text)
