"""`todo logs`: the end of the children's logs, and what they write from then on."""

import argparse
import contextlib
import time
from collections import deque
from pathlib import Path
from typing import TextIO

from todo_stack.errors import StackError
from todo_stack.paths import DataDir

_POLL = 0.2


def logs(arguments: argparse.Namespace) -> int:
    """Print the last lines of one log or of all; with --follow go on until Ctrl-C."""
    files = _files(arguments.data_dir, arguments.name)
    width = max(len(path.stem) for path in files) if len(files) > 1 else 0
    with contextlib.ExitStack() as opened:
        readers = [opened.enter_context(contextlib.closing(_Reader(path, width))) for path in files]
        for reader in readers:
            reader.show_end(arguments.lines)
        while arguments.follow:
            for reader in readers:
                reader.show_new()
            time.sleep(_POLL)
    return 0


def _files(data: DataDir, name: str | None) -> list[Path]:
    known = {path.stem: path for path in sorted(data.logs.glob("*.log"))}
    if not known:
        raise StackError(f"There are no logs in {data.logs}: start the stack with `todo up`.")
    if name is not None and name not in known:
        raise StackError(f"There is no log of {name}: choose from {', '.join(known)}.")
    return list(known.values()) if name is None else [known[name]]


class _Reader:
    """One log; notices when it is rotated away and goes on with its successor."""

    def __init__(self, path: Path, width: int) -> None:
        self._path = path
        self._prefix = f"{path.stem:<{width}} | " if width else ""
        self._file = self._open()

    def show_end(self, lines: int) -> None:
        """Print the last lines."""
        self._print(deque(self._file, maxlen=lines))

    def show_new(self) -> None:
        """Print what was written since."""
        self._print(self._file)
        if self._path.exists() and self._path.stat().st_ino != self._inode:
            self._file.close()
            self._file = self._open()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _open(self) -> TextIO:
        file = self._path.open(encoding="utf-8", errors="replace")
        self._inode = self._path.stat().st_ino
        return file

    def _print(self, lines: "deque[str] | TextIO") -> None:
        for line in lines:
            print(f"{self._prefix}{line.rstrip()}", flush=True)
