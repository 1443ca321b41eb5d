"""A sound, published repository, made once; every fault and every legal change gets a copy of it."""

import shutil
from pathlib import Path

import pytest

from tests.contract.published_repository import publish_all
from tests.unit.todo_contracts.conftest import sound

__all__ = ["sound"]


@pytest.fixture(scope="session")
def published(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small repository with everything published; nobody changes it."""
    root = shutil.copytree(sound, tmp_path_factory.mktemp("published") / "repository")
    return publish_all(root).root
