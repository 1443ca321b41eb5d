"""What keeps a generated folder from being up to date: one file is named, more are one line."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from todo_contracts.generate.tree import difference

FRESH = {"a.py": "1", "b/c.py": "2", "b/d.py": "3", "e.py": "4"}


def _folder(path: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def _said(tmp_path: Path, current: Mapping[str, str]) -> str | None:
    problem = difference(_folder(tmp_path / "new", FRESH), _folder(tmp_path / "current", current), "gen")
    return str(problem) if problem else None


def test_the_same_files_are_no_problem(tmp_path: Path) -> None:
    assert _said(tmp_path, FRESH) is None


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        ({**FRESH, "b/c.py": "edited"}, "gen/b/c.py: is out of date, or was edited: run `make generate`"),
        ({**FRESH, "old.py": ""}, "gen/old.py: is generated from nothing: run `make generate`"),
        ({"a.py": "1", "b/c.py": "2", "b/d.py": "3"}, "gen/e.py: is missing: run `make generate`"),
        (
            {**FRESH, "a.py": "edited", "old.py": ""},
            "gen: 2 files are not what the contracts generate (a.py, old.py): run `make generate`",
        ),
        (
            {"old.py": ""},
            "gen: 5 files are not what the contracts generate (a.py, b/c.py, b/d.py, 2 more): run `make generate`",
        ),
    ],
    ids=["edited", "from nothing", "missing", "two", "many"],
)
def test_a_difference_is_one_line(tmp_path: Path, current: Mapping[str, str], expected: str) -> None:
    assert _said(tmp_path, current) == expected
