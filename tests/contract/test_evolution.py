"""`todo contracts check` rejects every planted fault, in words that help, and accepts every legal change."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from todo_contracts.buf import run_buf
from todo_contracts.check import baseline, proto_rules
from todo_contracts.check.everything import check
from todo_contracts.layout import Layout
from todo_contracts.problems import Problem

from tests.contract.faults import FAULTS, GENERATED, Fault
from tests.contract.legal_changes import LEGAL, Legal
from tests.contract.published_repository import Repository

Verdicts = Mapping[str, Future[list[Problem]]]
T = TypeVar("T", Fault, Legal)


@contextmanager
def buf_asked_once() -> Iterator[None]:
    """Most changes leave what buf reads as it is, and so its answer: it is asked once for each state of it."""
    answers: dict[object, subprocess.CompletedProcess[str]] = {}

    def remembered(layout: Layout, *arguments: str) -> subprocess.CompletedProcess[str]:
        files = [layout.root / "buf.yaml", *(path for path in layout.proto.rglob("*") if path.is_file())]
        state = frozenset((layout.name(path), path.read_bytes()) for path in files)
        if (arguments, state) not in answers:
            answers[arguments, state] = run_buf(layout, *arguments)
        return answers[arguments, state]

    with pytest.MonkeyPatch.context() as patch:
        for module in (baseline, proto_rules):
            patch.setattr(module, "run_buf", remembered)
        yield


@pytest.fixture(scope="module")
def verdicts(published_contracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verdicts]:
    """Every fault and every legal change in a copy of its own, checked side by side: most of it is buf and ruff."""
    folder = tmp_path_factory.mktemp("changed")

    def changed(number: int, change: Callable[[Repository], object], *, generated: bool) -> list[Problem]:
        there = Repository(shutil.copytree(published_contracts, folder / str(number)))
        change(there)
        return check(there.layout, generated=generated)

    with buf_asked_once(), ThreadPoolExecutor(os.cpu_count()) as pool:
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
