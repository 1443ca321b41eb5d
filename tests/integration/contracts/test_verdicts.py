"""The offline verdict is the registry's own: on every planted fault, every legal change and 500 random pairs."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from todo_contracts.avro_source import Schema, load_library
from todo_contracts.evolution.avro_versions import incompatible
from todo_contracts.evolution.house_rules import violations
from todo_contracts.problems import ContractError
from todo_contracts.registry import Registry
from todo_stack.hosted import HostedStack

from tests.contract.faults import EVOLUTION
from tests.contract.legal_changes import LEGAL
from tests.contract.published_repository import Repository
from tests.contract.random_schemas import Schemas

LEVELS = ("BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE")
PAIRS = 500


@dataclass(frozen=True)
class Question:
    """May `newer` follow `older`, oldest first, at a level?"""

    name: str
    level: str
    newer: Schema
    older: tuple[Schema, ...]

    @property
    def ours(self) -> bool:
        """The offline verdict."""
        return not incompatible(self.level, self.newer, self.older)

    def theirs(self, registry: Registry) -> bool:
        """The registry's, under a subject of its own."""
        subject = f"verdicts-{uuid4()}"
        registry.set_level(subject, "NONE")
        for schema in self.older:
            registry.add(subject, schema.text)
        registry.set_level(subject, self.level)
        return not registry.incompatibilities(subject, self.newer.text, self.level)


@pytest.fixture(scope="module")
def registry(stack: HostedStack) -> Iterator[Registry]:
    with Registry(stack.blueprint.registry_url) as connected:
        yield connected


def _disagreements(registry: Registry, questions: Sequence[Question]) -> list[str]:
    with ThreadPoolExecutor(8) as pool:
        theirs = list(pool.map(lambda question: question.theirs(registry), questions))
    return [
        f"{question.name} at {question.level}: here {question.ours}, there {answer}"
        for question, answer in zip(questions, theirs, strict=True)
        if question.ours is not answer
    ]


def _evolved(published_contracts: Path, folder: Path) -> dict[str, tuple[Schema, ...]]:
    """Name of a fault or a legal change → the versions of the event that it changed."""
    found: dict[str, tuple[Schema, ...]] = {}
    changes = [*((fault.name, fault.plant) for fault in EVOLUTION), *((legal.name, legal.make) for legal in LEGAL)]
    for number, (name, change) in enumerate(changes):
        there = Repository(shutil.copytree(published_contracts, folder / str(number)))
        change(there)
        try:
            events = load_library(there.layout).events
        except ContractError:
            continue
        versions = max(events.values(), key=len)
        if len(versions) > 1:
            found[name] = tuple(versions[one] for one in sorted(versions))
    return found


@pytest.fixture(scope="module")
def evolved(published_contracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Schema, ...]]:
    return _evolved(published_contracts, tmp_path_factory.mktemp("evolved"))


def test_it_agrees_on_every_fault_and_every_legal_change(
    evolved: Mapping[str, tuple[Schema, ...]], registry: Registry
) -> None:
    questions = [
        Question(name, level, newer, tuple(older)) for name, (*older, newer) in evolved.items() for level in LEVELS
    ]
    assert len(evolved) >= len(EVOLUTION) + 5
    assert _disagreements(registry, questions) == []


def test_where_only_the_house_rules_refuse_the_registry_accepts(
    evolved: Mapping[str, tuple[Schema, ...]], registry: Registry
) -> None:
    house = {fault.name for fault in EVOLUTION if any("house rule" in words for words in fault.says)}
    assert len(house) >= 8
    for name in house:
        *older, newer = evolved[name]
        assert violations(older[-1].expanded, newer.expanded)
        assert Question(name, "FULL_TRANSITIVE", newer, tuple(older)).theirs(registry)


def _random_questions() -> list[Question]:
    schemas = Schemas(seed=2)
    questions = []
    for number in range(PAIRS):
        first = schemas.record()
        second = schemas.next(first)
        chain = [first, second, schemas.next(second)] if number % 3 == 0 else [first, second]
        *older, newer = (_schema(one, version) for version, one in enumerate(chain, 1))
        questions.append(Question(str(chain), LEVELS[number % (len(LEVELS) - 1)], newer, tuple(older)))
    return questions


def _schema(content: dict[str, Any], version: int) -> Schema:
    plain = json.loads(json.dumps(content))
    return Schema(f"{version}.avsc", Path(f"{version}.avsc"), "todo.random.v1.Thing", version, plain, plain, {})


def test_it_agrees_on_random_schemas(registry: Registry) -> None:
    questions = _random_questions()
    verdicts = [question.ours for question in questions]
    assert 0.1 < sum(verdicts) / PAIRS < 0.9
    assert _disagreements(registry, questions) == []
