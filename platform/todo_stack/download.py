"""Fills the cache with pinned files: verified, atomic, in parallel, and only what is missing.

Guarantees: a file under its final name has the pinned SHA-256; two downloaders never disturb each other;
an interrupted download is noticed, said and repeated; nothing is asked of the network when all is there.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from todo_stack.artifacts import Artifact, Component
from todo_stack.errors import StackError
from todo_stack.verified import VerifiedFiles

_PARALLEL = 8
_UNPACKED_FACTOR = 6

Say = Callable[[str], None]


class Downloader:
    """The cache's `maven/` folder, laid out as the repository is."""

    def __init__(self, cache: Path, *, say: Say, progress: Callable[[int], None] = lambda _: None) -> None:
        """`say` gets a sentence for the person; `progress` the number of bytes that just arrived."""
        self._cache = cache
        self._say = say
        self._progress = progress
        self._verified = VerifiedFiles(cache / "verified.json")

    def path(self, artifact: Artifact) -> Path:
        """Where the file is, or will be."""
        return self._cache / "maven" / artifact.path

    def missing(self, component: Component) -> list[Artifact]:
        """What must be fetched: absent files and files that no longer have their pinned content."""
        held = self._verified.holds
        return [item for item in component.artifacts if not held(self.path(item), item.sha256)]

    def fetch(self, components: list[Component]) -> None:
        """Make every file of the components present and verified. Raises StackError."""
        if not any(self.missing(component) for component in components):
            return
        with exclusive(self._cache / "download.lock", self._say):
            wanted = [item for component in components for item in self.missing(component)]
            self._check_space(sum(item.size for item in wanted))
            self._fetch_all(wanted)

    def _check_space(self, download: int) -> None:
        needed, free = download * _UNPACKED_FACTOR, shutil.disk_usage(self._cache).free
        if free < needed:
            raise StackError(
                f"Not enough space in {self._cache}: {needed >> 20} MiB needed, {free >> 20} MiB free. "
                "Free some space there, or set TODO_CACHE_DIR to a folder on another disk."
            )

    def _fetch_all(self, wanted: list[Artifact]) -> None:
        # Imported when something is missing: every other start would pay for it in time and memory.
        from todo_stack.transfer import open_client, transfer  # noqa: PLC0415

        with open_client() as client, ThreadPoolExecutor(_PARALLEL) as pool:

            def fetch_one(artifact: Artifact) -> None:
                partial = self._partial(artifact)
                transfer(client, artifact, partial, self._progress)
                partial.replace(self.path(artifact))
                self._verified.record(self.path(artifact), artifact.sha256)

            list(pool.map(fetch_one, wanted))

    def _partial(self, artifact: Artifact) -> Path:
        """Where the download is written; says what is left of an earlier one."""
        target = self.path(artifact)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.part")
        if partial.exists():
            self._say(f"A half-finished download of {artifact.filename} was found; fetching it again.")
        elif target.exists():
            self._say(f"{artifact.filename} in the cache is damaged; fetching it again.")
        return partial


@contextmanager
def exclusive(path: Path, say: Say) -> Iterator[None]:
    """Hold the file lock `path`; says so when somebody else holds it. The lock dies with its process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is filling the cache; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
