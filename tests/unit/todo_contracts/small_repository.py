"""The small repository of sound contracts beside this file, and copies of it for tests to break."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from todo_contracts.layout import Layout

_ROOT = Path(__file__).parents[3]
_SHARED = ("buf.yaml", "buf.gen.yaml", "third_party/proto", "proto/todo/options")
_AUTHOR = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")


class Sample:
    """One copy of the small repository, on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.layout = Layout(root)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that occurs in a file."""
        path = self.root / name
        text = path.read_text()
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new))

    def write(self, name: str, text: str) -> None:
        """Write a file, with its folders."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self.root / name).unlink()

    def schema(self, name: str, change: Callable[[dict[str, Any]], object], save_as: str | None = None) -> None:
        """Change a schema, in its place or as a new version."""
        content = json.loads((self.root / name).read_text())
        change(content)
        self.write(save_as or name, json.dumps(content, indent=2))

    def copy(self, name: str, save_as: str) -> None:
        """Save a file under a second name."""
        self.write(save_as, (self.root / name).read_text())

    def git(self, *arguments: str) -> None:
        """Run git in the repository."""
        subprocess.run(["git", *_AUTHOR, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change")


def make_sound(root: Path) -> Path:
    """Lay the small repository out at `root`, with what it shares with this one, and commit it."""
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
