"""The reference documents: valid by their standards, complete, and called stale when they are."""

import json
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from todo_contracts.check.everything import check
from todo_contracts.docs.asyncapi import document
from todo_contracts.docs.diagram import Diagram, calls_flow, events_flow
from todo_contracts.docs.sources import load_sources
from todo_contracts.docs.validity import asyncapi_problems
from todo_contracts.docs.write import documents, stale, write
from todo_contracts.generate import pipeline
from todo_contracts.layout import Layout
from todo_contracts.wiring import Wiring
from todo_stack.paths import CLONE

from tests.unit.todo_contracts.small_repository import Sample

OWN = Layout(CLONE)


# Prints the documents of a repository where nothing was ever generated.
WITHOUT_GENERATED = """
import json, pathlib, sys
sys.modules.update({"todo": None, "buf": None, "todo_bindings": None})
from todo_contracts.docs.sources import load_sources
from todo_contracts.docs.write import documents
from todo_contracts.generate import pipeline
from todo_contracts.layout import Layout
print(json.dumps(documents(load_sources(Layout(pathlib.Path(sys.argv[1]))))))
"""


def test_the_asyncapi_document_is_valid_and_has_every_topic() -> None:
    made = yaml.safe_load((OWN.reference / "asyncapi.yaml").read_text())
    assert list(asyncapi_problems(made, "asyncapi.yaml")) == []
    wiring = load_sources(OWN).wiring
    assert set(made["channels"]) == set(wiring.topics)
    sides = {(one["tags"][0]["name"], one["action"], one["channel"]["$ref"]) for one in made["operations"].values()}
    assert sides == {
        (service, action, f"#/channels/{topic.name}")
        for topic in wiring.topics.values()
        for action, services in (("send", topic.producers), ("receive", topic.consumers))
        for service in services
    }


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("channels/note-events/address", lambda made: made["channels"]["note-events"].update(address=3)),
        (
            "operations/reader.receive.note-events/action",
            lambda made: made["operations"]["reader.receive.note-events"].update(action="listen"),
        ),
        ("the document", lambda made: made.pop("info")),
        (
            "components/messages/note-events.NoteAdded/payload",
            lambda made: made["components"]["messages"]["note-events.NoteAdded"]["payload"]["schema"].update(type="x"),
        ),
    ],
)
def test_a_broken_asyncapi_document_is_refused(sample: Sample, place: str, change: Callable[[Any], object]) -> None:
    made = document(load_sources(sample.layout))
    assert list(asyncapi_problems(made, "asyncapi.yaml")) == []
    change(made)
    problems = list(asyncapi_problems(made, "asyncapi.yaml"))
    assert any(problem.what.startswith(f"would not be AsyncAPI 3.0.0: {place}") for problem in problems), problems


def test_the_openapi_document_is_valid_and_has_every_public_route() -> None:
    made = json.loads((OWN.reference / "openapi.json").read_text())
    validate(made)
    sources = load_sources(OWN)
    public = {
        (f"{service.name}_{method.name}", ", ".join(sources.servers(service.full_name)))
        for service in sources.wiring.services.values()
        for method in service.methods
        if method.http and not (method.client_streaming or method.internal or method.operator)
    }
    operations = [operation for path in made["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert {(one["operationId"].rstrip("23456789"), one["x-service"]) for one in operations} == public
    assert [one["x-service"] for one in operations if one.get("x-forwarded") is False] == []


def test_a_broken_openapi_document_is_refused() -> None:
    made = json.loads((OWN.reference / "openapi.json").read_text())
    next(iter(made["paths"].values()))["get"] = {"responses": {"200": {}}}
    with pytest.raises(OpenAPIValidationError):
        validate(made)


def test_nothing_generated_is_needed_and_the_text_is_always_the_same() -> None:
    command = [sys.executable, "-c", WITHOUT_GENERATED, str(OWN.root)]
    made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert made == documents(load_sources(OWN))


class Links(HTMLParser):
    """What a page's links and ids are, and what it loads from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            assert found["id"] not in self.ids
            self.ids.add(str(found["id"]))
        if tag == "a":
            self.targets.add(str(found["href"]))
        elif found.get("src") or tag == "link":
            self.loaded.append(str(found))


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = Links((OWN.reference / "index.html").read_text())
    assert {target[1:] for target in page.targets if target.startswith("#")} <= page.ids
    assert {target for target in page.targets if not target.startswith("#")} == {"asyncapi.yaml", "openapi.json"}
    assert page.loaded == []


def test_what_a_contract_says_is_never_markup(sample: Sample) -> None:
    sample.edit("avro/note-events/NoteRemoved/1.avsc", "A note was removed.", "<script>alert(1)</script>")
    assert "<script>alert" not in documents(load_sources(sample.layout))["index.html"]


def test_the_page_tells_versions_apart(sample: Sample) -> None:
    folder = "avro/note-events/NoteRemoved"
    added = {"name": "why", "type": ["null", "string"], "doc": "Why.", "default": None}
    sample.schema(f"{folder}/1.avsc", lambda schema: schema["fields"].append(added), f"{folder}/2.avsc")
    sample.edit("avro/topics/note-events.yaml", "NoteRemoved: {1: draft}", "NoteRemoved: {1: published, 2: draft}")
    assert "why: the field was added, by default None" in documents(load_sources(sample.layout))["index.html"]


def test_an_edited_document_is_called_stale(sample: Sample) -> None:
    assert write(sample.layout) == 3
    assert (write(sample.layout), stale(sample.layout)) == (0, [])
    (sample.layout.reference / "asyncapi.yaml").write_text("mine")
    (sample.layout.reference / "index.html").unlink()
    assert [(problem.file, problem.what) for problem in stale(sample.layout)] == [
        ("docs/reference/asyncapi.yaml", "is out of date, or was edited"),
        ("docs/reference/index.html", "is missing"),
    ]


def test_the_check_calls_an_edited_document_stale(sample: Sample) -> None:
    pipeline.generate(sample.layout)
    before = check(sample.layout)
    sample.edit("docs/reference/openapi.json", "3.1.0", "3.0.0")
    assert [(problem.file, problem.what) for problem in check(sample.layout) if problem not in before] == [
        ("docs/reference/openapi.json", "is out of date, or was edited")
    ]


def test_names_in_comments_are_code_and_nothing_more(sample: Sample) -> None:
    sample.edit("avro/note-events/NoteRemoved/1.avsc", "A note was removed.", "A `<note>` was & is `gone.")
    assert "A `&lt;note&gt;` was &amp; is `gone." in documents(load_sources(sample.layout))["index.html"]
    sample.edit("avro/note-events/NoteRemoved/1.avsc", "is `gone.", "is gone.")
    assert "A <code>&lt;note&gt;</code> was &amp; is gone." in documents(load_sources(sample.layout))["index.html"]


def test_a_shared_type_shows_what_its_versions_changed(sample: Sample) -> None:
    added = {"name": "colour", "type": ["null", "string"], "doc": "Its colour.", "default": None}
    sample.schema("avro/types/Note/1.avsc", lambda schema: schema["fields"].append(added), "avro/types/Note/2.avsc")
    assert "2: colour: the field was added" in documents(load_sources(sample.layout))["index.html"]


@pytest.mark.parametrize("flow", [events_flow, calls_flow])
def test_no_box_of_a_diagram_lies_on_another(flow: Callable[[Wiring], Diagram]) -> None:
    diagram = flow(load_sources(OWN).wiring)
    for box in diagram.boxes:
        for other in diagram.boxes:
            apart = abs(box.y - other.y) >= box.height or abs(box.x - other.x) >= box.width
            assert box is other or apart, (box, other)
    assert all(box.x >= 0 and box.x + box.width <= diagram.width for box in diagram.boxes)
    assert all(box.y >= 0 and box.y + box.height <= diagram.height for box in diagram.boxes)


def test_every_call_between_services_is_drawn() -> None:
    wiring = load_sources(OWN).wiring
    arrows = calls_flow(wiring).arrows
    calls = sum(len(manifest.calls) for manifest in wiring.manifests.values())
    serves = sum(len(manifest.serves) for manifest in wiring.manifests.values())
    forwarded = sum(len(wiring.forwarded_by(manifest)) for manifest in wiring.manifests.values())
    assert calls > 0
    assert [sum(arrow.kind == kind for arrow in arrows) for kind in ("", "forwarded")] == [calls + serves, forwarded]
