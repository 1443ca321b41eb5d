"""Registration against the real registry: idempotent, all conflicts at once, nothing half done."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from todo_contracts.avro_source import load_library
from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError
from todo_contracts.register import register
from todo_contracts.registry import Registry, RegistryUnreachableError
from todo_stack.hosted import HostedStack

_SAMPLE = Path(__file__).parents[2] / "unit" / "todo_contracts" / "sample"


class Contracts:
    """A small repository of contracts whose topics have names of their own, so that tests can't meet."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mark = f"t{uuid4().hex[:12]}"
        shutil.copytree(_SAMPLE, root)
        for path in sorted(root.glob("avro/topics/*.yaml")):
            text = path.read_text().replace(path.stem, f"{self.mark}-{path.stem}")
            path.with_name(f"{self.mark}-{path.name}").write_text(text)
            path.unlink()
        (root / "avro/note-events").rename(root / f"avro/{self.mark}-note-events")
        for path in (*root.glob("avro/*/*/*.avsc"), *root.glob("avro/topics/*.yaml")):
            path.write_text(path.read_text().replace("todo.note_events", f"todo.{self.mark}_note_events"))

    @property
    def topic(self) -> Path:
        """The catalogue file of the notes."""
        return self.root / f"avro/topics/{self.mark}-note-events.yaml"

    def subject(self, record: str) -> str:
        """The subject of a record of the notes."""
        return f"{self.mark}-note-events-todo.{self.mark}_note_events.v1.{record}"

    def second(self, record: str, **field: Any) -> None:
        """Add a second version with one more field."""
        folder = self.root / f"avro/{self.mark}-note-events/{record}"
        schema = json.loads((folder / "1.avsc").read_text())
        schema["fields"].append({"name": "more", "type": "string", "doc": "More.", **field})
        (folder / "2.avsc").write_text(json.dumps(schema))
        text = self.topic.read_text()
        for state in ("published", "draft"):
            text = text.replace(f"{record}: {{1: {state}}}", f"{record}: {{1: {state}, 2: draft}}")
        self.topic.write_text(text)


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    return Contracts(tmp_path / "contracts")


@pytest.fixture
def url(stack: HostedStack) -> str:
    return stack.blueprint.registry_url


def test_everything_is_registered_once(contracts: Contracts, url: str) -> None:
    planned = register(contracts.root, url, allow_drafts=True, dry_run=True)
    assert (len(planned.registered), planned.unchanged) == (3, 0)
    first = register(contracts.root, url, allow_drafts=True)
    assert (len(first.registered), len(first.levels_set), first.unchanged) == (3, 3, 0)
    second = register(contracts.root, url, allow_drafts=True)
    assert (second.registered, second.levels_set, second.unchanged) == ((), (), 3)
    with Registry(url) as registry:
        assert registry.level(contracts.subject("NoteAdded")) == "FULL_TRANSITIVE"


def test_many_at_once_agree(contracts: Contracts, url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: register(contracts.root, url, allow_drafts=True), range(4)))
    assert register(contracts.root, url, allow_drafts=True).unchanged == 3


def test_a_legal_second_version_is_added(contracts: Contracts, url: str) -> None:
    register(contracts.root, url, allow_drafts=True)
    contracts.second("NoteAdded", default="")
    assert register(contracts.root, url, allow_drafts=True).registered == (f"{contracts.subject('NoteAdded')} 2",)


def test_all_conflicts_are_told_and_nothing_is_registered(contracts: Contracts, url: str) -> None:
    register(contracts.root, url, allow_drafts=True)
    contracts.second("NoteAdded")
    contracts.second("NoteRemoved")
    with pytest.raises(ContractError) as refused:
        register(contracts.root, url, allow_drafts=True)
    files = [problem.file for problem in refused.value.problems]
    assert files == [f"avro/{contracts.mark}-note-events/{name}/2.avsc" for name in ("NoteAdded", "NoteRemoved")]
    with Registry(url) as registry:
        schema = load_library(Layout(contracts.root)).newest(f"todo.{contracts.mark}_note_events.v1.NoteAdded")
        assert registry.find(contracts.subject("NoteAdded"), schema.text) is None


def test_the_level_of_the_catalogue_is_what_counts(contracts: Contracts, url: str) -> None:
    register(contracts.root, url, allow_drafts=True)
    contracts.topic.write_text(contracts.topic.read_text().replace("FULL_TRANSITIVE", "FORWARD"))
    contracts.second("NoteRemoved")
    report = register(contracts.root, url, allow_drafts=True)
    assert report.registered == (f"{contracts.subject('NoteRemoved')} 2",)
    with Registry(url) as registry:
        assert registry.level(contracts.subject("NoteRemoved")) == "FORWARD"


def test_a_draft_is_refused_unless_allowed(contracts: Contracts, url: str) -> None:
    with pytest.raises(ContractError, match="NoteRemoved 1 is a draft"):
        register(contracts.root, url)
    with Registry(url) as registry:
        assert registry.level(contracts.subject("NoteAdded")) is None


def test_a_listing_without_a_schema_is_refused(contracts: Contracts, url: str) -> None:
    contracts.topic.write_text(contracts.topic.read_text().replace("{1: published}", "{1: published, 2: draft}"))
    with pytest.raises(ContractError, match="which has no schema"):
        register(contracts.root, url, allow_drafts=True)


def test_no_registry_is_told(contracts: Contracts) -> None:
    with pytest.raises(RegistryUnreachableError, match="no schema registry answers"):
        register(contracts.root, "http://127.0.0.1:9", allow_drafts=True)
