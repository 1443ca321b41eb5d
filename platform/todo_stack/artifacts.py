"""The exact files the stack is made of: pinned coordinates, sizes and SHA-256 of everything downloaded.

`maven.lock.json` beside this module is the only place that names versions; `python -m todo_stack.pin`
writes it. Nothing that is not in it is ever downloaded.
"""

import json
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from todo_stack.errors import StackError

LOCK_FILE = Path(__file__).with_name("maven.lock.json")
_SYSTEMS = {"linux": "linux", "darwin": "darwin"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}


@dataclass(frozen=True)
class Artifact:
    """One file of a Maven repository.

    `path` is relative to the repository's root, `size` in bytes, `sha256` in hex.
    """

    path: str
    size: int
    sha256: str

    @property
    def filename(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Component:
    """One downloadable part of the stack: its version and its files."""

    name: str
    version: str
    artifacts: tuple[Artifact, ...]

    @property
    def size(self) -> int:
        """Bytes to download when nothing is cached."""
        return sum(artifact.size for artifact in self.artifacts)


def platform_key() -> str:
    """This machine as PostgreSQL's artifacts name it, e.g. `linux-amd64`.

    Raises StackError on a system that has no PostgreSQL artifact.
    """
    system, machine = _SYSTEMS.get(sys.platform), _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        raise StackError(
            f"The embedded stack has no PostgreSQL for {sys.platform} on {platform.machine()}: "
            "use Linux or macOS on x86-64 or ARM64."
        )
    return f"{system}-{machine}"


@cache
def _lock() -> dict[str, dict[str, object]]:
    content: dict[str, dict[str, object]] = json.loads(LOCK_FILE.read_text(encoding="utf-8"))
    return content


def component(name: str, key: str | None = None) -> Component:
    """The pinned component `kafka`, `registry` or `postgres` (`key`: another machine's platform key)."""
    entry = _lock()[name]
    files = entry["artifacts"]
    if isinstance(files, dict):
        files = [files[key or platform_key()]]
    if not isinstance(files, list):
        raise TypeError(f"{LOCK_FILE.name}: artifacts of {name} must be a list")
    return Component(name, str(entry["version"]), tuple(Artifact(**file) for file in files))
