"""`todo contracts diff` says what changed, whom it hurts, and how it could be done instead."""

import json
import shutil
from pathlib import Path

import pytest
from todo_contracts.diff import Difference, diff
from todo_contracts.evolution.change import Change, Verdict
from todo_contracts.problems import ContractError
from todo_contracts.publish import publish

from tests.contract.faults import ADDED, CALLS_FAULTS, EVOLUTION, PROTO, REMOVED
from tests.contract.legal_changes import LEGAL
from tests.contract.published_repository import TOPIC, Repository


@pytest.fixture
def repository(published_contracts: Path, tmp_path: Path) -> Repository:
    """A copy of the published repository."""
    return Repository(shutil.copytree(published_contracts, tmp_path / "repository"))


def change(difference: Difference, words: str) -> Change:
    return next(one for one in difference.changes if words in f"{one.element} {one.what} {one.rule}")


def test_nothing_changed_since_the_publication(repository: Repository) -> None:
    assert diff(repository.layout).changes == ()


@pytest.mark.parametrize("name", ["field added with a default", "event added", "method added", "service added"])
def test_a_legal_change_says_who_is_rolled_out_first(repository: Repository, name: str) -> None:
    next(legal for legal in LEGAL if legal.name == name).make(repository)
    found = diff(repository.layout)
    assert found.changes
    assert {one.verdict for one in found.changes} == {Verdict.LEGAL}
    assert all(one.advice and one.affects for one in found.changes if one.element != "note-events")


@pytest.mark.parametrize("fault", [EVOLUTION[0], EVOLUTION[2], CALLS_FAULTS[0], CALLS_FAULTS[18]], ids=lambda f: f.name)
def test_a_breaking_change_comes_with_a_legal_way_and_its_order(repository: Repository, fault: object) -> None:
    planted = next(one for one in (*EVOLUTION, *CALLS_FAULTS) if one is fault)
    planted.plant(repository)
    worst = diff(repository.layout).changes[0]
    assert worst.verdict is not Verdict.LEGAL
    assert all(words in str(worst.problem()) for words in planted.says)
    assert any(word in worst.advice for word in ("first", "any order", "restore"))


def test_a_published_version_that_was_edited_is_called_final(repository: Repository) -> None:
    repository.edit(f"{REMOVED}/1.avsc", "Id of the note", "Its id")
    found = change(diff(repository.layout), "PUBLISHED_IS_FINAL")
    assert found.verdict is Verdict.BREAKING
    assert found.element == "NoteRemoved.note_id"
    assert "NoteRemoved/2.avsc" in found.advice


def test_the_catalogue_is_compared_too(repository: Repository) -> None:
    repository.edit(TOPIC, "partitions: 3", "partitions: 5")
    repository.edit(TOPIC, "FULL_TRANSITIVE", "FULL")
    repository.edit(TOPIC, "retention: {days: 7}", "retention: {days: 9}")
    found = diff(repository.layout)
    assert change(found, "TOPIC_SAME_PARTITIONS").verdict is Verdict.BREAKING
    assert change(found, "TOPIC_COMPATIBILITY_NOT_LOWERED").verdict is Verdict.BREAKING
    assert change(found, "its retention").verdict is Verdict.LEGAL


def test_it_compares_with_any_commit(repository: Repository) -> None:
    repository.new_version("NoteAdded", lambda schema: schema.update(doc="A note came."))
    repository.commit()
    repository.edit(PROTO, "  int32 count = 1;", "  int32 count = 1;\n  // More.\n  int32 more = 2;")
    assert {one.file for one in diff(repository.layout, "HEAD").changes} == {PROTO}
    assert {one.file for one in diff(repository.layout).changes} == {PROTO, f"{ADDED}/2.avsc"}
    with pytest.raises(ContractError, match="'nowhere' names no commit"):
        diff(repository.layout, "nowhere")


def test_the_newest_publication_is_the_default(repository: Repository) -> None:
    LEGAL[0].make(repository)
    repository.publish()
    repository.write("avro/README.md", "Events.")
    repository.commit()
    assert diff(repository.layout).changes == ()


def test_programs_read_it_as_json(repository: Repository) -> None:
    EVOLUTION[0].plant(repository)
    first = json.loads(diff(repository.layout).json())["changes"][0]
    assert first["verdict"] == "breaking"
    assert set(first) == {"file", "element", "what", "verdict", "rule", "advice", "affects"}


def test_publishing_is_refused_for_what_is_not_in_order(repository: Repository) -> None:
    EVOLUTION[0].plant(repository)
    before = (repository.root / TOPIC).read_text()
    with pytest.raises(ContractError, match=r"NoteAdded\.extra"):
        publish(repository.layout)
    assert (repository.root / TOPIC).read_text() == before


def test_publishing_twice_changes_nothing(repository: Repository) -> None:
    publication = publish(repository.layout)
    assert publication.versions == ()
    assert not publication.protos


def test_a_shallow_clone_proves_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.git("clone", "--quiet", "--depth", "1", f"file://{repository.root}", str(tmp_path / "shallow"))
    with pytest.raises(ContractError, match="this clone is shallow"):
        diff(Repository(tmp_path / "shallow").layout)
