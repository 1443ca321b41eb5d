"""Schemas become self-contained, and what keeps one from it is said."""

from typing import Any

import pytest
from todo_contracts.avro_source import full_name_of, load_library, named_types
from todo_contracts.problems import ContractError

from tests.unit.todo_contracts.small_repository import Sample

ADDED = "avro/note-events/NoteAdded/1.avsc"
NOTE = "avro/types/Note/1.avsc"


def refusal(sample: Sample) -> str:
    with pytest.raises(ContractError) as refused:
        load_library(sample.layout)
    return str(refused.value)


def test_a_shared_type_is_written_inline_once(sample: Sample) -> None:
    added = load_library(sample.layout).newest("todo.note_events.v1.NoteAdded")
    note, answers = added.expanded["fields"][:2]
    assert note["type"]["namespace"] == "todo.types.v1"
    assert answers["type"] == ["null", "todo.types.v1.Note"]
    assert "x-types" not in added.text
    names = [full_name_of(named) for named in named_types(added.expanded)]
    assert names == ["todo.note_events.v1.NoteAdded", "todo.types.v1.Note", "todo.types.v1.Mood"]


def test_documentation_does_not_change_the_fingerprint(sample: Sample) -> None:
    before = load_library(sample.layout).newest("todo.note_events.v1.NoteAdded")
    sample.edit(NOTE, "What it says.", "What is in it.")
    after = load_library(sample.layout).newest("todo.note_events.v1.NoteAdded")
    assert before.fingerprint == after.fingerprint
    assert before.text != after.text


def test_the_newest_version_is_the_highest_number(sample: Sample) -> None:
    for version in (2, 10):
        sample.copy("avro/note-events/NoteRemoved/1.avsc", f"avro/note-events/NoteRemoved/{version}.avsc")
    assert load_library(sample.layout).newest("todo.note_events.v1.NoteRemoved").version == 10


def test_a_type_may_name_itself(sample: Sample) -> None:
    field = {"name": "parts", "type": {"type": "array", "items": "Note"}, "doc": "Its parts."}
    sample.schema(NOTE, lambda schema: schema["fields"].append(field))
    added = load_library(sample.layout).newest("todo.note_events.v1.NoteAdded")
    assert added.expanded["fields"][0]["type"]["fields"][-1]["type"]["items"] == "todo.types.v1.Note"


def test_an_unpinned_type_is_refused(sample: Sample) -> None:
    sample.schema(ADDED, lambda schema: schema.pop("x-types"))
    assert "names todo.types.v1.Note, which it doesn't define" in refusal(sample)


def test_a_pin_without_a_file_is_refused(sample: Sample) -> None:
    sample.edit(ADDED, '"todo.types.v1.Note": 1', '"todo.types.v1.Note": 7')
    assert "pins todo.types.v1.Note at 7: there is no such file" in refusal(sample)


def test_an_idle_pin_is_refused(sample: Sample) -> None:
    sample.schema(
        "avro/note-events/NoteRemoved/1.avsc", lambda schema: schema.update({"x-types": {"todo.types.v1.Note": 1}})
    )
    assert "pins todo.types.v1.Note and never uses it" in refusal(sample)


def test_two_versions_of_one_type_are_refused(sample: Sample) -> None:
    sample.copy(NOTE, "avro/types/Note/2.avsc")
    sample.write(
        "avro/types/Pair/1.avsc",
        """{"type": "record", "name": "Pair", "namespace": "todo.types.v1", "doc": "Two.",
            "x-types": {"todo.types.v1.Note": 2},
            "fields": [{"name": "one", "type": "todo.types.v1.Note", "doc": "One."}]}""",
    )

    def use_pair(schema: dict[str, Any]) -> None:
        schema["x-types"]["todo.types.v1.Pair"] = 1
        schema["fields"].append({"name": "pair", "type": "todo.types.v1.Pair", "doc": "Two."})

    sample.schema(ADDED, use_pair)
    assert "needs todo.types.v1.Note both at 1 and at 2 (through avro/types/Pair/1.avsc)" in refusal(sample)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("avro/note-events/NoteAdded/first.avsc", "{}", "has no version as its name"),
        ("avro/note-events/NoteAdded/2.avsc", "{", "is not JSON"),
        ("avro/note-events/NoteAdded/2.avsc", '{"type": "enum"}', "is not an Avro record"),
        ("avro/note-events/NoteAdded/2.avsc", '{"type": "record", "name": "Note"}', "its folder says todo.note_events"),
    ],
)
def test_a_misplaced_file_is_refused(sample: Sample, name: str, text: str, expected: str) -> None:
    sample.write(name, text)
    assert expected in refusal(sample)


def test_a_second_definition_is_refused(sample: Sample) -> None:
    mood = {"type": "enum", "name": "Mood", "namespace": "todo.types.v1", "symbols": ["A"], "default": "A"}
    sample.schema(ADDED, lambda schema: schema["fields"].append({"name": "mood", "type": mood, "doc": "Mood."}))
    assert "defines todo.types.v1.Mood a second time" in refusal(sample)
