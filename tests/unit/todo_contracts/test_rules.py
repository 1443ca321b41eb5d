"""Every rule of `todo contracts check` rejects the fixture that breaks it, and nothing rejects the sound one."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from todo_contracts.avro_source import load_library
from todo_contracts.catalogue import load_catalogue
from todo_contracts.check.avro_rules import avro_problems
from todo_contracts.check.catalogue_rules import manifest_problems, schema_problems, topic_problems
from todo_contracts.check.everything import check
from todo_contracts.check.examples import example_problems
from todo_contracts.check.folders import folder_problems
from todo_contracts.check.proto_rules import buf_problems, contract_problems
from todo_contracts.descriptors import load_contracts
from todo_contracts.evolution.avro_versions import version_problems
from todo_contracts.generate import pipeline
from todo_contracts.headers import load_header_sets
from todo_contracts.manifest import load_manifests
from todo_contracts.problems import ContractError, Problem
from todo_contracts.wiring import join

from tests.unit.todo_contracts.small_repository import Sample

ADDED = "avro/note-events/NoteAdded/1.avsc"
REMOVED = "avro/note-events/NoteRemoved/1.avsc"
REMOVED_2 = "avro/note-events/NoteRemoved/2.avsc"
NOTE = "avro/types/Note/1.avsc"
TOPIC = "avro/topics/note-events.yaml"
LETTERS = "avro/topics/reader-dead-letters.yaml"
PROTO = "proto/todo/note/v1/note_service.proto"
EXAMPLE = "avro/note-events/NoteRemoved/examples/1-plain.json"
MICROS = {"type": "long", "logicalType": "timestamp-micros"}

Change = Callable[[dict[str, Any]], object]


def assert_rejected(problems: object, file: str, words: str) -> None:
    assert isinstance(problems, list)
    assert any(one.file.startswith(file) and words in str(one) for one in problems), problems


def field(name: str, kind: Any, **more: Any) -> Mapping[str, Any]:
    return {"name": name, "type": kind, "doc": "A field.", **more}


def added(*fields: Mapping[str, Any]) -> Change:
    return lambda schema: schema["fields"].extend(fields)


def test_the_sound_repository_is_accepted(sample: Sample) -> None:
    pipeline.generate(sample.layout)
    assert check(sample.layout) == []


AVRO: list[tuple[Change, str]] = [
    (lambda schema: schema.pop("doc"), "NoteRemoved has no doc"),
    (added({"name": "x", "type": "int"}), "NoteRemoved.x has no doc"),
    (added(field("x", ["null", "int"])), "NoteRemoved.x may be null but has no default"),
    (added(field("x", ["int", "null"], default=1)), "NoteRemoved.x may be null but has no default"),
    (added(field("x", ["null", "int", "string"], default=None)), "a union other than one type or null"),
    (added(field("camelCase", "int")), "NoteRemoved.camelCase is not lower_snake_case"),
    (added(field("other_id", "string")), "NoteRemoved.other_id is not a uuid"),
    (added(field("other_ids", {"type": "array", "items": "string"})), "NoteRemoved.other_ids is not a uuid"),
    (added(field("done_at", "long")), "NoteRemoved.done_at is not a time"),
    (
        added(field("x", {"type": "long", "logicalType": "timestamp-millis"})),
        "the logical type timestamp-millis on long",
    ),
    (
        added(field("x", {"type": "enum", "name": "E", "doc": "E.", "symbols": ["A"]})),
        "enum E has no default",
    ),
    (
        added(field("x", {"type": "enum", "name": "E", "doc": "E.", "symbols": ["a"], "default": "a"})),
        "symbol E.a is not UPPER_SNAKE_CASE",
    ),
    (
        added(field("x", {"type": "record", "name": "low", "doc": "Low.", "fields": []})),
        "low is not UpperCamelCase",
    ),
    (added(field("note_id", "int")), "the avro package can't parse it"),
    (added(field("x", "int", default="one")), "fastavro can't parse it"),
]


@pytest.mark.parametrize(("change", "expected"), AVRO, ids=[words for _, words in AVRO])
def test_a_schema_that_breaks_a_house_rule_is_rejected(sample: Sample, change: Change, expected: str) -> None:
    sample.schema(REMOVED, change)
    assert_rejected(list(avro_problems(load_library(sample.layout))), REMOVED, expected)


def test_a_shared_type_is_blamed_in_its_own_file_only(sample: Sample) -> None:
    sample.schema(NOTE, lambda schema: schema.pop("doc"))
    problems = list(avro_problems(load_library(sample.layout)))
    assert [problem.file for problem in problems] == [NOTE]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (EXAMPLE, '{"note_id": "x"}', "doesn't fit: NoteRemoved.note_id is 'x'"),
        (EXAMPLE, "{", "is not JSON"),
        (EXAMPLE.replace("1-plain", "2-early"), "{}", "is an example of no version"),
        (EXAMPLE.replace("1-plain.json", "readme"), "", "is an example of no version"),
    ],
)
def test_a_wrong_example_is_rejected(sample: Sample, name: str, text: str, expected: str) -> None:
    sample.write(name, text)
    assert_rejected(list(example_problems(sample.layout, load_library(sample.layout))), name, expected)


def test_a_version_without_an_example_is_rejected(sample: Sample) -> None:
    sample.remove(EXAMPLE)
    problems = list(example_problems(sample.layout, load_library(sample.layout)))
    assert_rejected(problems, REMOVED, "has no example")


def schemas_against_topics(sample: Sample) -> list[Problem]:
    return list(schema_problems(load_library(sample.layout), load_catalogue(sample.layout)))


def test_a_schema_in_no_topic_is_rejected(sample: Sample) -> None:
    sample.copy(REMOVED, REMOVED_2)
    assert_rejected(schemas_against_topics(sample), REMOVED_2, "is in no topic of the catalogue")


def test_a_listing_without_a_schema_is_rejected(sample: Sample) -> None:
    sample.edit(TOPIC, "NoteRemoved: {1: draft}", "NoteRemoved: {1: draft, 2: draft}")
    assert_rejected(schemas_against_topics(sample), TOPIC, "NoteRemoved 2, which has no schema")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            TOPIC,
            "NoteRemoved: {1: draft}",
            "NoteRemoved: {}",
            "lists todo.note_events.v1.NoteRemoved without a version",
        ),
        (TOPIC, "{1: published}", "{1: draft, 2: published}", "has a draft before a published version"),
        (LETTERS, "todo.dead_letters.v1.DeadLetter", "todo.note_events.v1.NoteRemoved", "is another topic's"),
    ],
)
def test_a_wrong_list_of_records_is_rejected(sample: Sample, file: str, old: str, new: str, expected: str) -> None:
    sample.edit(file, old, new)
    assert_rejected(schemas_against_topics(sample), file, expected)


def test_a_topic_that_carries_nothing_is_rejected(sample: Sample) -> None:
    sample.edit(LETTERS, "records:\n  todo.dead_letters.v1.DeadLetter: {1: draft}", "records: {}")
    assert_rejected(schemas_against_topics(sample), LETTERS, "carries nothing")


def test_an_idle_shared_type_is_rejected(sample: Sample) -> None:
    sample.copy(NOTE, "avro/types/Note/2.avsc")
    assert_rejected(schemas_against_topics(sample), "avro/types/Note/2.avsc", "nothing pins")


def test_a_gap_between_versions_is_rejected(sample: Sample) -> None:
    sample.copy(REMOVED, "avro/note-events/NoteRemoved/3.avsc")
    assert_rejected(schemas_against_topics(sample), "avro/note-events/NoteRemoved/3.avsc", "comes after a gap")


def wired(sample: Sample) -> list[Problem]:
    try:
        wiring = join(
            load_manifests(sample.layout), load_catalogue(sample.layout), load_contracts(sample.layout).services
        )
    except ContractError as error:
        return list(error.problems)
    return [*topic_problems(wiring, load_header_sets(sample.layout)), *manifest_problems(wiring)]


READER, NOTES = "services/reader/service.yaml", "services/notes/service.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (TOPIC, "owner: notes", "owner: reader", "its owner reader doesn't produce it"),
        (TOPIC, "owner: notes", "owner: nobody", "owner names 'nobody', which is no service"),
        (TOPIC, "consumers: [reader]", "consumers: [nobody]", "consumers names 'nobody'"),
        (TOPIC, "consumers: [reader]", "consumers: []", "a dead-letter topic for reader, which doesn't consume"),
        (TOPIC, "headers: plain", "headers: fancy", "its header set 'fancy' is unknown"),
        (TOPIC, "{reader: reader-dead-letters}", "{}", "has no dead-letter topic for reader"),
        (TOPIC, "{reader: reader-dead-letters}", "{reader: elsewhere}", "which is in no catalogue file"),
        (TOPIC, "{reader: reader-dead-letters}", "{reader: note-events}", "note-events, which notes owns"),
        (NOTES, "serves: [todo.note.v1.NoteService]", "serves: []", "NoteService, which nobody serves"),
        (NOTES, "todo.note.v1.NoteService", "todo.note.v1.Unknown", "which no .proto file defines"),
        (NOTES, "grpc: 50061", "grpc: 50062", "port 50062 is notes's already"),
        (READER, "ForgetNote", "BurnNote", "calls todo.note.v1.NoteService/BurnNote, which does not exist"),
        (READER, "serves: []", "serves: [todo.note.v1.NoteService]", "calls todo.note.v1.NoteService, which is served"),
        (READER, "serves: []", "serves: [todo.note.v1.NoteService]", "has HTTP routes and is served by notes, reader"),
    ],
)
def test_a_loose_end_is_rejected(sample: Sample, file: str, old: str, new: str, expected: str) -> None:
    sample.edit(file, old, new)
    assert any(expected in str(problem) for problem in wired(sample)), wired(sample)


def test_a_service_of_nobody_is_rejected(sample: Sample) -> None:
    sample.edit(NOTES, "serves: [todo.note.v1.NoteService]", "serves: []")
    sample.edit(READER, "todo.note.v1.NoteService: [GetNote, ForgetNote]", "{}")
    assert_rejected(wired(sample), PROTO, "NoteService is served by nobody")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "  // What it says.\n  string text = 2",
            "  string text = 2",
            "the field todo.note.v1.Note.text has no comment",
        ),
        ("  // Adds a note.\n", "", "the method todo.note.v1.NoteService.AddNote has no comment"),
        ("    // Quiet.\n", "", "the enum value todo.note.v1.Note.Loudness.LOUDNESS_QUIET has no comment"),
        ("  // How loud a note is.\n", "", "the enum todo.note.v1.Note.Loudness has no comment"),
        ("// Keeps notes.\n", "", "the service todo.note.v1.NoteService has no comment"),
        ("// A note.\n", "", "the message todo.note.v1.Note has no comment"),
        ('    option (google.api.http) = {get: "/v1/{name=notes/*}"};\n', "", "GetNote has no HTTP route"),
        ("v1.public) = true", "v1.operator) = true", "has an HTTP route but isn't for people"),
        (
            "(todo.options.v1.internal) = true;",
            "(todo.options.v1.internal) = true;\n    option (todo.options.v1.public) = true;",
            "is marked for two audiences",
        ),
        (
            "message GetNoteRequest {",
            "message GetNoteRequest {\n  // Id.\n  string request_id = 2;",
            "only reads but takes a request_id",
        ),
    ],
)
def test_a_proto_that_breaks_a_rule_is_rejected(sample: Sample, old: str, new: str, expected: str) -> None:
    sample.edit(PROTO, old, new)
    assert_rejected(list(contract_problems(load_contracts(sample.layout))), PROTO, expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("string text = 2 [", "string Text = 2 [", "FIELD_LOWER_SNAKE_CASE"),
        ("string text = 2 [", "string  text = 2 [", "is not laid out as buf lays it out"),
        ("string text = 2 [", "strong text = 2 [", "COMPILE"),
    ],
)
def test_what_buf_refuses_is_rejected(sample: Sample, old: str, new: str, expected: str) -> None:
    sample.edit(PROTO, old, new)
    assert_rejected(list(buf_problems(sample.layout)), PROTO, expected)


def test_other_people_s_contracts_are_not_linted(sample: Sample) -> None:
    sample.write("third_party/proto/odd/odd.proto", 'syntax = "proto3";\npackage  Odd;\n')
    assert list(buf_problems(sample.layout)) == []


def versions_of(sample: Sample) -> list[Problem]:
    return list(version_problems(load_library(sample.layout), load_catalogue(sample.layout)))


@pytest.mark.parametrize(
    ("level", "change", "expected"),
    [
        ("BACKWARD", added(field("x", "int")), "a reader of version 2 can't read version 1"),
        ("FORWARD", lambda schema: schema["fields"].clear(), "a reader of version 1 can't read version 2"),
        ("NONE", lambda schema: schema["fields"].clear(), "the registry would accept it"),
        ("FORWARD", added(field("x", "int")), "FIELD_ADDED_WITHOUT_DEFAULT; a house rule"),
    ],
)
def test_a_level_judges_first_and_the_house_rules_second(
    sample: Sample, level: str, change: Change, expected: str
) -> None:
    sample.edit(TOPIC, "FULL_TRANSITIVE", level)
    sample.schema(REMOVED, change, REMOVED_2)
    assert_rejected(versions_of(sample), REMOVED_2, expected)


def test_only_a_transitive_level_looks_behind_the_last_version(sample: Sample) -> None:
    third = REMOVED_2.replace("2.", "3.")
    sample.schema(REMOVED, added(field("x", "int", default=0)), REMOVED_2)
    sample.schema(REMOVED_2, lambda schema: schema["fields"][1].pop("default"), third)
    assert_rejected(versions_of(sample), third, "can't read version 1")
    sample.edit(TOPIC, "FULL_TRANSITIVE", "FULL")
    assert [problem for problem in versions_of(sample) if "can't read" in problem.what] == []


@pytest.mark.parametrize("folder", ["avro", "ci", "gen", "kube", "platform", "proto"])
def test_a_plain_folder_must_not_become_a_package(sample: Sample, folder: str) -> None:
    sample.write(f"{folder}/__init__.py", "")
    assert_rejected(list(folder_problems(sample.layout)), f"{folder}/__init__.py", "makes a package")


def test_everything_is_told_at_once(sample: Sample) -> None:
    pipeline.generate(sample.layout)
    sample.remove(EXAMPLE)
    sample.edit(TOPIC, "headers: plain", "headers: fancy")
    sample.edit(PROTO, "// A note.\n", "")
    sample.write("gen/todo/edited.py", "")
    problems = check(sample.layout)
    assert {problem.file.partition("/")[0] for problem in problems} == {"avro", "docs", "proto", "gen"}
    # What is stale is one line a folder, however many files are; the header set is published.
    assert len(problems) == 6


def test_what_cannot_be_read_does_not_hide_the_rest(sample: Sample) -> None:
    sample.write(TOPIC, "[")
    sample.schema(REMOVED, lambda schema: schema.pop("doc"))
    problems = check(sample.layout)
    assert_rejected(problems, TOPIC, "is not YAML")
    assert_rejected(problems, REMOVED, "has no doc")
    assert json.loads((sample.root / REMOVED).read_text())
