"""The contract files of one state: in a commit, or in the working tree."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from todo_contracts.history.git import History
from todo_contracts.layout import Layout

CONTRACT_PATHS = ("avro", "proto/published.binpb")


class Tree(Protocol):
    """Files by their path in the repository."""

    @property
    def blobs(self) -> Mapping[str, str]:
        """Path → the name that git gives to the content."""

    def read(self, path: str) -> bytes:
        """The content of a file that is there."""


class CommitTree:
    """The contract files of a commit."""

    def __init__(self, history: History, commit: str) -> None:
        self._history = history
        self.blobs = history.tree(commit, *CONTRACT_PATHS)

    def read(self, path: str) -> bytes:
        """The content of a file that is there."""
        return self._history.blob(self.blobs[path])


class WorkingTree:
    """The contract files as they lie on disk, committed or not."""

    def __init__(self, layout: Layout) -> None:
        self._root = layout.root
        files = (path for path in sorted(layout.avro.rglob("*")) if path.is_file())
        found = [*files, *([layout.published_protos] if layout.published_protos.is_file() else [])]
        self.blobs = {layout.name(path): _blob_name(path) for path in found}

    def read(self, path: str) -> bytes:
        """The content of a file that is there."""
        return (self._root / path).read_bytes()


def _blob_name(path: Path) -> str:
    content = path.read_bytes()
    # As git names it, which is no use of SHA-1 that security depends on.
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
