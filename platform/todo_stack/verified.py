"""Remembers which cached files were verified, so that a start need not hash 200 MB again.

A file counts as verified while its size and modification time are those seen when its SHA-256 was
compared; anything else is hashed again. The record itself is only a shortcut: losing it costs one hashing.
"""

import hashlib
import json
import threading
from pathlib import Path


class VerifiedFiles:
    """The record, kept as JSON: path → [sha256, size, modification time in ns]."""

    def __init__(self, record: Path) -> None:
        self._path = record
        self._lock = threading.Lock()
        self._entries = _read(record)

    def holds(self, file: Path, sha256: str) -> bool:
        """Whether the file exists with this content."""
        try:
            stamp = _stamp(file, sha256)
        except FileNotFoundError:
            return False
        if self._entries.get(str(file)) == stamp:
            return True
        if _sha256(file) != sha256:
            return False
        self.record(file, sha256)
        return True

    def record(self, file: Path, sha256: str) -> None:
        """Note that the file was just compared with its checksum."""
        with self._lock:
            self._entries = {**_read(self._path), **self._entries, str(file): _stamp(file, sha256)}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".part")
            temporary.write_text(json.dumps(self._entries, indent=1), encoding="utf-8")
            temporary.replace(self._path)


def _read(record: Path) -> dict[str, list[str | int]]:
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _stamp(file: Path, sha256: str) -> list[str | int]:
    status = file.stat()
    return [sha256, status.st_size, status.st_mtime_ns]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
