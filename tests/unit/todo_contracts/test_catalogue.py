"""The catalogue and the manifests say everything that is wrong, with the file and the key."""

from datetime import timedelta

import pytest
from todo_contracts.catalogue import State, load_catalogue
from todo_contracts.headers import Header, load_header_sets
from todo_contracts.manifest import load_manifests
from todo_contracts.problems import ContractError

from tests.unit.todo_contracts.small_repository import Sample

TOPIC = "avro/topics/note-events.yaml"
MANIFEST = "services/reader/service.yaml"


def test_a_topic_is_read_whole(sample: Sample) -> None:
    topic = load_catalogue(sample.layout)["note-events"]
    assert (topic.owner, topic.producers, topic.consumers) == ("notes", ("notes",), ("reader",))
    assert topic.retention == timedelta(days=7)
    assert topic.records["todo.note_events.v1.NoteAdded"] == {1: State.PUBLISHED}
    assert topic.subject("todo.note_events.v1.NoteAdded") == "note-events-todo.note_events.v1.NoteAdded"


def test_retention_may_be_for_ever(sample: Sample) -> None:
    assert load_catalogue(sample.layout)["reader-dead-letters"].retention is None


def test_a_manifest_is_read_whole(sample: Sample) -> None:
    manifest = load_manifests(sample.layout)["reader"]
    assert manifest.calls == {"todo.note.v1.NoteService": ("GetNote", "ForgetNote")}
    assert (manifest.ports.grpc, manifest.ports.http, manifest.gateway_to) == (50062, None, ("notes",))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("owner: notes", "owner: 7", "owner is 7: use a text"),
        ("owner: notes\n", "", "owner is missing"),
        ("owner: notes", "owner: notes\nowner: reader", "the key 'owner' is there twice"),
        ("partitions: 3", "partitions: 0", "partitions is 0"),
        ("partitions: 3", "partitions: true", "partitions is True"),
        ("partitions: 3", "partitoins: 3", "partitoins is not a known key"),
        ("{days: 7}", "{weeks: 1}", "retention.weeks is not a known key"),
        ("cleanup: delete", "cleanup: shred", "cleanup is 'shred': use one of delete, compact"),
        ("FULL_TRANSITIVE", "SOME", "compatibility is 'SOME'"),
        ("topic: note-events", "topic: other-events", "use the name of the file"),
        ("topic: note-events", "topic: Note_Events", "use lower case words joined by hyphens"),
        ("{1: published}", "{1: secret}", "NoteAdded.1 is 'secret'"),
        ("{1: published}", "{one: published}", "NoteAdded.one is not a version"),
        ("producers: [notes]", "producers: [notes, notes]", "producers names something twice"),
        ("producers: [notes]", "producers: [1]", "producers holds something other than texts"),
        ("summary: Every change", "summary: Every: change", "is not YAML"),
        ("summary: Every change of a note", "summary: ''", "summary is empty"),
    ],
)
def test_a_wrong_topic_is_refused(sample: Sample, old: str, new: str, expected: str) -> None:
    sample.edit(TOPIC, old, new)
    with pytest.raises(ContractError) as refused:
        load_catalogue(sample.layout)
    assert f"{TOPIC}: " in str(refused.value)
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: reader", "name: other", "use the name of the folder, 'reader'"),
        ("name: reader", "name: Reader", "use lower_snake_case"),
        ("gateway_to: [notes]", "gateway_to: [nobody]", "gateway_to names 'nobody', which is no service"),
        ("metrics: 9112", "metric: 9112", "ports.metric is not a known key"),
        ("database: true", "database: 1", "database is 1: use true or false"),
        ("[GetNote, ForgetNote]", "GetNote", "calls.todo.note.v1.NoteService is 'GetNote'"),
    ],
)
def test_a_wrong_manifest_is_refused(sample: Sample, old: str, new: str, expected: str) -> None:
    sample.edit(MANIFEST, old, new)
    with pytest.raises(ContractError) as refused:
        load_manifests(sample.layout)
    assert f"{MANIFEST}: " in str(refused.value)
    assert expected in str(refused.value)


HEADERS = "avro/headers/plain.yaml"


def test_a_header_set_is_read_whole(sample: Sample) -> None:
    headers = load_header_sets(sample.layout)["plain"].headers
    assert headers == {"ce_id": Header(True, "id of the event"), "trace": Header(False, "Trace")}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: plain", "name: fancy", "use the name of the file, 'plain'"),
        ("required: true", "required: maybe", "headers.ce_id.required is 'maybe'"),
        ("meaning: id", "sense: id", "headers.ce_id.sense is not a known key"),
        ("headers:", "heads:", "heads is not a known key"),
        ("name: plain", "[", "is not YAML"),
    ],
)
def test_a_wrong_header_set_is_refused(sample: Sample, old: str, new: str, expected: str) -> None:
    sample.edit(HEADERS, old, new)
    with pytest.raises(ContractError) as refused:
        load_header_sets(sample.layout)
    assert expected in str(refused.value)


def test_all_problems_are_told_at_once(sample: Sample) -> None:
    sample.edit(TOPIC, "partitions: 3", "partitions: many")
    sample.edit(TOPIC, "owner: notes", "owner: []")
    sample.write("avro/topics/list.yaml", "[]")
    with pytest.raises(ContractError) as refused:
        load_catalogue(sample.layout)
    assert len(refused.value.problems) == 3
