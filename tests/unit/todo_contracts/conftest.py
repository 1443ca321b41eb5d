"""A small repository of sound contracts, which each test breaks in its own way."""

import shutil
from pathlib import Path

import pytest

from tests.unit.todo_contracts.small_repository import Sample


@pytest.fixture
def sample(sound_contracts: Path, tmp_path: Path) -> Sample:
    """A copy of the small repository, for one test to break."""
    return Sample(shutil.copytree(sound_contracts, tmp_path / "sample"))
