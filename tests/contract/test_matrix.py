"""The matrix reads what was really written: it finds every break that the rules find, and passes every legal change."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from todo_contracts.layout import Layout
from todo_contracts.matrix.random_records import random_records
from todo_contracts.matrix.run import run
from todo_stack.paths import CLONE

from tests.contract.faults import CALLS_FAULTS, EVOLUTION, Fault
from tests.contract.legal_changes import LEGAL, Legal
from tests.contract.published_repository import Repository

COUNT = 20
# Those whose data shows it; each name stands for a kind of resolution.
BREAKS = [
    fault
    for fault in EVOLUTION
    if fault.name
    in (
        "field added without default",
        "event field removed",
        "type narrowed",
        "mandatory made optional",
        "enum symbol removed without default",
        "values of a map changed",
    )
]
# The other legal changes leave what is written as it was.
GROWTH = [legal for legal in LEGAL if any(word in legal.name for word in ("field", "symbol", "value", "list", "bound"))]
WRONG_ON_THE_WIRE = (
    "field number reused",
    "field renamed",
    "field type changed",
    "field made repeated",
    "JSON name changed",
    "value renumbered",
    "value renamed",
)


@pytest.fixture
def repository(published_contracts: Path, tmp_path: Path) -> Repository:
    return Repository(shutil.copytree(published_contracts, tmp_path / "repository"))


def test_the_published_repository_reads_itself(repository: Repository) -> None:
    report = run(repository.layout, count=5)
    assert report.failures == []
    assert {cell.kind for cell in report.cells} == {"avro", "protobuf"}


@pytest.mark.parametrize("fault", BREAKS, ids=[fault.name for fault in BREAKS])
def test_a_break_of_an_event_is_met_in_data(repository: Repository, fault: Fault) -> None:
    fault.plant(repository)
    failed = run(repository.layout, count=COUNT, only="NoteAdded").failures
    assert {(cell.writer, cell.reader) for cell in failed} & {("1", "2"), ("2", "1")}


@pytest.mark.parametrize("name", WRONG_ON_THE_WIRE)
def test_a_break_of_a_message_is_met_in_data(repository: Repository, name: str) -> None:
    fault = next(one for one in CALLS_FAULTS if one.name == name)
    fault.plant(repository)
    failed = run(repository.layout, count=COUNT, only="todo.note.v1").failures
    assert failed


@pytest.mark.parametrize("legal", GROWTH, ids=[legal.name for legal in GROWTH])
def test_a_legal_change_is_read_both_ways(repository: Repository, legal: Legal) -> None:
    legal.make(repository)
    assert run(repository.layout, count=5).failures == []


def test_a_golden_example_that_a_reader_gets_wrong_is_shown(repository: Repository) -> None:
    EVOLUTION[0].plant(repository)
    failed = {(cell.writer, cell.reader): cell.failure for cell in run(repository.layout, count=1).failures}
    assert "for the example {" in failed["1", "2"]
    assert "an example doesn't fit its own version: NoteAdded lacks extra" in failed["2", "1"]


def test_the_smallest_record_is_shown(repository: Repository) -> None:
    fault = next(one for one in CALLS_FAULTS if one.name == "field type changed")
    fault.plant(repository)
    failed = run(repository.layout, count=COUNT, only="ImportNotesResponse").failures
    assert any("count" in cell.failure and "ImportNotesResponse(count: 1)" in cell.failure for cell in failed)


def test_programs_get_json(repository: Repository) -> None:
    report = json.loads(run(repository.layout, count=1).json())
    assert report["failed"] == 0
    assert set(report["cells"][0]) == {"kind", "contract", "writer", "reader", "examples", "generated", "failure"}


def test_this_repository_s_own_contracts_read_each_other() -> None:
    assert run(Layout(CLONE), count=2).failures == []


LINKED = {
    "type": "record",
    "name": "Link",
    "namespace": "todo.random.v1",
    "fields": [{"name": "next", "type": ["null", "todo.random.v1.Link"]}],
}


@given(random_records(LINKED))
def test_a_type_that_holds_itself_ends(record: dict[str, object]) -> None:
    assert set(record) == {"next"}
