"""The reference documents: valid by their standards, complete, and called stale when they are."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from openapi_spec_validator import validate
from todo_contracts.docs.asyncapi import document
from todo_contracts.docs.diagram import flow
from todo_contracts.docs.sources import load_sources
from todo_contracts.docs.write import documents, stale, write
from todo_contracts.layout import Layout
from todo_stack.paths import CLONE

from tests.unit.todo_contracts.small_repository import Sample

OWN = Layout(CLONE)


@pytest.fixture(scope="module")
def asyncapi_schema() -> Draft7Validator:
    return Draft7Validator(json.loads((CLONE / "third_party/asyncapi/3.0.0.json").read_text()))


def test_the_asyncapi_document_is_valid(asyncapi_schema: Draft7Validator) -> None:
    made = yaml.safe_load((OWN.reference / "asyncapi.yaml").read_text())
    assert [error.message for error in asyncapi_schema.iter_errors(made)] == []
    assert set(made["channels"]) == set(load_sources(OWN).wiring.topics)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made["channels"]["note-events"].update(address=3),
        lambda made: made["operations"]["reader.receive.note-events"].update(action="listen"),
        lambda made: made.pop("info"),
        lambda made: made["components"]["messages"]["note-events.NoteAdded"]["payload"]["schema"].update(type="recrod"),
    ],
)
def test_a_broken_asyncapi_document_is_refused(sample: Sample, asyncapi_schema: Draft7Validator, change: Any) -> None:
    made = document(load_sources(sample.layout))
    assert list(asyncapi_schema.iter_errors(made)) == []
    change(made)
    assert list(asyncapi_schema.iter_errors(made)) != []


def test_the_openapi_document_is_valid_and_has_every_route() -> None:
    made = json.loads((OWN.reference / "openapi.json").read_text())
    validate(made)
    sources = load_sources(OWN)
    public = [
        method.name
        for service in sources.wiring.services.values()
        for method in service.methods
        if method.http and not method.client_streaming
    ]
    operations = [operation["operationId"] for path in made["paths"].values() for operation in path.values()]
    assert len(operations) == len(set(operations)) >= len(public)


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
    assert "<script>alert" not in documents(sample.layout)["index.html"]


def test_the_page_tells_versions_apart(sample: Sample) -> None:
    folder = "avro/note-events/NoteRemoved"
    added = {"name": "why", "type": ["null", "string"], "doc": "Why.", "default": None}
    sample.schema(f"{folder}/1.avsc", lambda schema: schema["fields"].append(added), f"{folder}/2.avsc")
    sample.edit("avro/topics/note-events.yaml", "NoteRemoved: {1: draft}", "NoteRemoved: {1: published, 2: draft}")
    assert "why: the field was added, by default None" in documents(sample.layout)["index.html"]


def test_an_edited_document_is_called_stale(sample: Sample) -> None:
    assert write(sample.layout) == 3
    assert (write(sample.layout), stale(sample.layout)) == (0, [])
    (sample.layout.reference / "asyncapi.yaml").write_text("mine")
    (sample.layout.reference / "index.html").unlink()
    assert [(problem.file, problem.what) for problem in stale(sample.layout)] == [
        ("docs/reference/asyncapi.yaml", "is out of date, or was edited"),
        ("docs/reference/index.html", "is missing"),
    ]


def test_no_box_of_the_diagram_lies_on_another() -> None:
    diagram = flow(load_sources(OWN).wiring)
    for box in diagram.boxes:
        for other in diagram.boxes:
            apart = abs(box.y - other.y) >= box.height or abs(box.x - other.x) >= box.width
            assert box is other or apart, (box, other)
    assert all(box.x >= 0 and box.x + box.width <= diagram.width and box.y < diagram.height for box in diagram.boxes)
