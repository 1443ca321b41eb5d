"""`todo contracts check` rejects every planted fault, in words that help, and accepts every legal change."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from todo_contracts.check.everything import check
from todo_contracts.problems import Problem

from tests.contract.faults import FAULTS, GENERATED, Fault
from tests.contract.legal_changes import LEGAL, Legal
from tests.contract.published_repository import Repository

Verdicts = Mapping[str, Future[list[Problem]]]
T = TypeVar("T", Fault, Legal)


@pytest.fixture(scope="module")
def verdicts(published_contracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verdicts]:
    """Every fault and every legal change in a copy of its own, checked side by side: most of it is buf and ruff."""
    folder = tmp_path_factory.mktemp("changed")

    def changed(number: int, change: Callable[[Repository], object], *, generated: bool) -> list[Problem]:
        there = Repository(shutil.copytree(published_contracts, folder / str(number)))
        change(there)
        return check(there.layout, generated=generated)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = {
            fault.name: pool.submit(changed, n, fault.plant, generated=fault in GENERATED)
            for n, fault in enumerate(FAULTS)
        }
        legal = {one.name: pool.submit(changed, n, one.make, generated=False) for n, one in enumerate(LEGAL, 1000)}
        yield faults | legal


def _ids(members: Sequence[T]) -> list[str]:
    return [member.name for member in members]


def test_the_published_repository_is_accepted(published_contracts: Path) -> None:
    assert check(Repository(published_contracts).layout) == []


@pytest.mark.parametrize("fault", FAULTS, ids=_ids(FAULTS))
def test_a_fault_is_rejected(fault: Fault, verdicts: Verdicts) -> None:
    problems = verdicts[fault.name].result()
    blamed = [str(problem) for problem in problems if problem.file.startswith(fault.file)]
    assert any(all(words in text for words in fault.says) for text in blamed), "\n".join(map(str, problems))


@pytest.mark.parametrize("legal", LEGAL, ids=_ids(LEGAL))
def test_a_legal_change_is_accepted(legal: Legal, verdicts: Verdicts) -> None:
    assert verdicts[legal.name].result() == []


def test_there_are_enough_of_both() -> None:
    assert len(set(_ids(FAULTS))) == len(FAULTS) >= 40
    assert len(set(_ids(LEGAL))) == len(LEGAL) >= 20
