"""Where things are: the clone, the download cache, and the data folder with everything a stack writes."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]


def cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The download cache: `TODO_CACHE_DIR`, or the platform's cache folder outside the clone.

    As root it is a folder that other users can read, since PostgreSQL runs as one of them.
    """
    if chosen := environ.get("TODO_CACHE_DIR"):
        return Path(chosen).expanduser().resolve()
    if sys.platform == "darwin":
        base = Path("/Library/Caches") if os.geteuid() == 0 else Path.home() / "Library" / "Caches"
    elif os.geteuid() == 0:
        base = Path("/var/cache")
    else:
        base = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "todo-platform"


@dataclass(frozen=True)
class DataDir:
    """The layout of one stack's data folder (default `.todo` in the clone)."""

    root: Path

    @property
    def lock(self) -> Path:
        """Held, for as long as it lives, by the one supervisor that runs on this folder."""
        return self.root / "supervisor.lock"

    @property
    def state(self) -> Path:
        """What runs now (JSON): the supervisor writes it, `todo status` and `todo down` read it."""
        return self.root / "state.json"

    @property
    def logs(self) -> Path:
        """One file per child."""
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        """Passwords and keys; a folder per service."""
        return self.root / "secrets"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's own folder, or a link to it."""
        return self.root / "postgres"

    @property
    def kafka(self) -> Path:
        """Kafka's log segments and its configuration."""
        return self.root / "kafka"

    @property
    def registry(self) -> Path:
        """The registry's H2 database."""
        return self.root / "registry"
