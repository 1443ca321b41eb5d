"""Generation: the same bytes for the same contracts, all or nothing, and nothing left behind."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from todo_contracts.__main__ import main
from todo_contracts.generate import pipeline
from todo_contracts.generate.conversions import UnsupportedTypeError, conversion
from todo_contracts.generate.names import camel_case, safe, snake_case
from todo_contracts.generate.text import docstring
from todo_contracts.problems import ContractError

from tests.unit.todo_contracts.small_repository import Sample

USE_THE_EVENT = """
import json, sys
from datetime import date
from todo.note_events.v1 import NoteAdded
from todo.types.v1 import Mood, Note

# JSON has no bytes, so the picture travels as text.
event = NoteAdded.wrap({**json.loads(sys.argv[1]), "picture": b"x"})
assert event.note.mood is Mood.GLAD and event.answers is None and event.due == date(2026, 12, 1)
copy = NoteAdded(
    note=Note(
        id=event.note.id,
        text=event.note.text,
        mood=event.note.mood,
        written_at=event.note.written_at,
        seen_at=event.note.seen_at,
    ),
    others=event.others,
    reader_ids=event.reader_ids,
    labels=event.labels,
    due=event.due,
    picture=event.picture,
    weight=event.weight,
)
assert copy == event and copy != event.note and not copy == 1, copy
small = NoteAdded(note=event.note, others=[])
assert small.labels == {} and small.picture == b"" and small.weight == 1.5 and small.reader_ids == []
assert NoteAdded.SCHEMA.subject("note-events") == "note-events-todo.note_events.v1.NoteAdded"
print(json.dumps({**copy.record, "picture": event.picture.decode()}))
"""

RECORD = {
    "note": {
        "id": "01935d7e-0000-7000-8000-000000000001",
        "text": "milk",
        "mood": "GLAD",
        "written_at": 1_795_161_600_250_000,
        "seen_at": None,
    },
    "answers": None,
    "others": [],
    "reader_ids": ["01935d7e-0000-7000-8000-000000000003"],
    "labels": {"colour": "red"},
    "due": 20_788,
    "picture": "x",
    "weight": 0.5,
}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_changes_nothing(sample: Sample) -> None:
    assert pipeline.generate(sample.layout) > 0
    first = files(sample.layout.generated)
    assert pipeline.stale(sample.layout) == []
    assert pipeline.generate(sample.layout) == 0
    assert files(sample.layout.generated) == first


def test_files_that_nothing_generates_go_and_edits_are_undone(sample: Sample) -> None:
    pipeline.generate(sample.layout)
    sample.write("gen/todo/old/v1/__init__.py", "")
    sample.write("gen/todo/__init__.py", "edited = True")
    sample.remove("gen/todo/py.typed")
    [problem] = pipeline.stale(sample.layout)
    assert (problem.file, problem.what[:7]) == ("gen", "3 files")
    assert pipeline.generate(sample.layout) == 3
    assert not (sample.root / "gen/todo/old").exists()


def test_the_command_starts_without_generated_code(sample: Sample, tmp_path: Path) -> None:
    """It writes what the other commands import, so an empty gen/ must not keep it from starting."""
    absent = "import sys; sys.modules.update(dict.fromkeys(('todo', 'todo_bindings', 'buf')))"
    (tmp_path / "sitecustomize.py").write_text(absent)
    command = [str(Path(sys.executable).parent / "todo"), "contracts", "generate", "--root", str(sample.root)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert (sample.layout.generated / "todo/note/v1/client.py").is_file()


def test_a_broken_contract_leaves_everything_as_it_was(sample: Sample) -> None:
    pipeline.generate(sample.layout)
    before = files(sample.root)
    sample.edit("avro/note-events/NoteRemoved/1.avsc", '"uuid"', '"decimal"')
    before["avro/note-events/NoteRemoved/1.avsc"] = (sample.root / "avro/note-events/NoteRemoved/1.avsc").read_bytes()
    with pytest.raises(ContractError, match=r"NoteRemoved.note_id has the logical type decimal on string"):
        pipeline.generate(sample.layout)
    assert files(sample.root) == before


def test_a_field_must_not_hide_what_a_view_needs(sample: Sample) -> None:
    sample.edit("avro/note-events/NoteRemoved/1.avsc", '"note_id"', '"record"')
    with pytest.raises(ContractError, match=r"NoteRemoved.record has a reserved name"):
        pipeline.own_modules(sample.layout)


def test_the_newest_version_must_use_the_newest_types(sample: Sample) -> None:
    sample.copy("avro/types/Note/1.avsc", "avro/types/Note/2.avsc")
    with pytest.raises(ContractError, match=r"pins todo.types.v1.Note at 1, and the newest is 2"):
        pipeline.own_modules(sample.layout)


def test_one_name_means_one_thing(sample: Sample) -> None:
    def add(field: object, schema: dict[str, Any]) -> None:
        schema["fields"].append(field)

    def with_colour(symbol: str) -> dict[str, object]:
        kind = {"type": "enum", "name": "Colour", "doc": "A colour.", "symbols": [symbol], "default": symbol}
        return {"name": "colour", "type": kind, "doc": "A colour."}

    for name, symbol in (("NoteAdded", "RED"), ("NoteRemoved", "BLUE")):
        sample.schema(f"avro/note-events/{name}/1.avsc", partial(add, with_colour(symbol)))
    with pytest.raises(ContractError, match=r"defines todo.note_events.v1.Colour otherwise than"):
        pipeline.own_modules(sample.layout)


def test_event_classes_are_views_over_records(sample: Sample) -> None:
    pipeline.generate(sample.layout)
    environment = {**os.environ, "PYTHONPATH": str(sample.layout.generated)}
    command = [sys.executable, "-W", "error", "-c", USE_THE_EVENT, json.dumps(RECORD)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == RECORD


def test_a_service_gets_what_it_may_use_and_nothing_else(sample: Sample) -> None:
    modules = pipeline.own_modules(sample.layout)
    of = {
        service: sorted(name.rpartition("/")[2] for name in modules if name.startswith(f"todo_bindings/{service}/"))
        for service in ("notes", "reader")
    }
    assert of["notes"] == ["__init__.py", "callers.py", "producers.py", "rpc.py"]
    assert of["reader"] == ["__init__.py", "clients.py", "consumers.py", "gateway.py", "producers.py"]
    assert "note_added" not in modules["todo_bindings/reader/producers.py"]


def test_callers_come_from_the_manifests(sample: Sample) -> None:
    callers: dict[str, object] = {}
    exec(pipeline.own_modules(sample.layout)["todo_bindings/notes/callers.py"], callers)  # noqa: S102
    reader, nobody = frozenset({"reader"}), frozenset[str]()
    assert callers["CALLERS"] == {
        "/todo.note.v1.NoteService/AddNote": reader,  # through the gateway
        "/todo.note.v1.NoteService/GetNote": reader,
        "/todo.note.v1.NoteService/ForgetNote": reader,
        "/todo.note.v1.NoteService/ExportNotes": nobody,
        "/todo.note.v1.NoteService/ImportNotes": nobody,
    }


def test_a_consumer_without_a_database_gets_no_transaction(sample: Sample) -> None:
    sample.edit("services/reader/service.yaml", "database: true", "database: false")
    modules = pipeline.own_modules(sample.layout)
    assert "todo_bindings/reader/consumers.py" not in modules
    assert "NoteAdded, NoteRemoved" in modules["todo_bindings/reader/tail.py"]


def test_the_command_line(sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["todo_contracts", *arguments, "--root", str(sample.root)])
        return main()

    assert run("generate", "--check") == 1
    assert "files are not what the contracts generate (README.md, buf/__init__.py, " in capsys.readouterr().err
    assert run("generate") == 0
    assert run("generate", "--check") == 0
    assert run("check") == 0
    assert "contracts are in order" in capsys.readouterr().out
    sample.write("gen/__init__.py", "")
    assert run("check") == 1
    assert capsys.readouterr().err.endswith("2 problems\n")
    assert run("register", "--registry", "http://127.0.0.1:9", "--dry-run", "--allow-drafts") == 2
    assert "no schema registry answers at http://127.0.0.1:9" in capsys.readouterr().err
    assert run("register", "--registry", "http://127.0.0.1:9") == 1
    assert "NoteRemoved 1 is a draft: publish it first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "expected"),
    [("CreateTask", "create_task"), ("GetMe", "get_me"), ("GetTaskAsOf", "get_task_as_of"), ("GetURL", "get_url")],
)
def test_python_names(name: str, expected: str) -> None:
    assert snake_case(name) == expected


def test_names_that_python_reserves_give_way() -> None:
    assert (safe("from"), safe("name"), camel_case("task-events")) == ("from_", "name", "TaskEvents")


@pytest.mark.parametrize("comment", ['Says "x"', "a\\b", 'A.\n\n  B """ c.', "one\n two"])
def test_docstrings_are_python_whatever_the_comment(comment: str) -> None:
    module: dict[str, object] = {}
    exec(f"class C:\n    {docstring(comment)}", module)  # noqa: S102
    assert str(getattr(module["C"], "__doc__", "")).split() == comment.replace('"""', "'''").split()


def test_nested_types_convert_inside_out() -> None:
    uuids = {"type": "array", "items": {"type": "array", "items": {"type": "string", "logicalType": "uuid"}}}
    found = conversion(uuids, {})
    assert found.annotation == "Sequence[Sequence[UUID]]"
    assert found.reading("value") == "[[UUID(item1) for item1 in item] for item in value]"
    kinds = {"n.R": "record"}
    assert (
        conversion({"type": "map", "values": "n.R"}, kinds).writing("v")
        == "{key: item.record for key, item in v.items()}"
    )


@pytest.mark.parametrize("kind", [["int", "string"], ["null"], {"type": "long", "logicalType": "time-micros"}])
def test_types_that_no_class_is_made_for(kind: object) -> None:
    with pytest.raises(UnsupportedTypeError):
        conversion(kind, {})
