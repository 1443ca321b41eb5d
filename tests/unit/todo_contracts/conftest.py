"""A small repository of sound contracts, which each test breaks in its own way."""

import shutil
from pathlib import Path

import pytest

from tests.unit.todo_contracts.small_repository import Sample

_ROOT = Path(__file__).parents[3]
_SHARED = ("buf.yaml", "buf.gen.yaml", "third_party/proto", "proto/todo/options")


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small repository as it should be; nobody changes it."""
    root = tmp_path_factory.mktemp("contracts") / "sound"
    shutil.copytree(Path(__file__).parent / "sample", root)
    for name in _SHARED:
        source, target = _ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    repository = Sample(root)
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.commit()
    return root


@pytest.fixture
def sample(sound: Path, tmp_path: Path) -> Sample:
    """A copy of the small repository, for one test to break."""
    return Sample(shutil.copytree(sound, tmp_path / "sample"))
