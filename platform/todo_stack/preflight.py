"""What is checked before anything starts, so that each obstacle is named instead of met halfway."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from todo_stack import record
from todo_stack.account import Account
from todo_stack.errors import StackError
from todo_stack.paths import DataDir

_NEEDED_SPACE = 512 << 20
_LEFTOVER_WAIT = 10.0
_SYSTEM_DATA = Path("/var/lib/todo-platform")


@contextmanager
def sole_use(data: DataDir) -> Iterator[None]:
    """Hold the data folder's lock. The system frees it with the process, so it can't be left behind."""
    _create(data.root)
    with data.lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(_used(data)) from None
        yield


def is_in_use(data: DataDir) -> bool:
    """Whether a supervisor holds the data folder now."""
    try:
        with data.lock.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _create(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise StackError(
            f"The data folder {folder} can't be used ({error.strerror}): "
            "make it writable, or choose another with --data-dir."
        ) from error


def _used(data: DataDir) -> str:
    known = record.read(data)
    by = f" (process {known.pid})" if known else ""
    return (
        f"Another stack{by} already runs on {data.root}: "
        "see `todo status`, end it with `todo down`, or choose another folder with --data-dir."
    )


def check_space(data: DataDir) -> None:
    """Raise StackError when the data folder's disk is nearly full."""
    free = shutil.disk_usage(data.root).free
    if free < _NEEDED_SPACE:
        raise StackError(
            f"The disk of {data.root} is nearly full: {free >> 20} MiB are free and at least "
            f"{_NEEDED_SPACE >> 20} MiB are needed. Free some space, or choose another disk with --data-dir."
        )


def await_leftovers(data: DataDir) -> None:
    """Wait for the children of a supervisor that was killed just now: its watcher is ending them."""
    known = record.read(data)
    found = [record.process_of(component) for component in known.components] if known else []
    _, alive = psutil.wait_procs([process for process in found if process], timeout=_LEFTOVER_WAIT)
    if alive:
        names = ", ".join(f"{process.name()} (process {process.pid})" for process in alive)
        pids = " ".join(str(process.pid) for process in alive)
        raise StackError(f"An earlier stack on {data.root} left {names} running: `kill {pids}`, then start again.")


def postgres_folder(data: DataDir, account: Account | None) -> Path:
    """Where the cluster lives: in the data folder, unless PostgreSQL's account can't get there.

    In that case it lives in a system folder under a name of its own, and the data folder links to it.
    """
    link = data.postgres
    if account is None or link.is_symlink() or account.can_reach(data.root):
        return link.resolve()
    home = _SYSTEM_DATA / uuid.uuid4().hex
    home.mkdir(parents=True, mode=0o711)
    link.symlink_to(home / "postgres")
    return home / "postgres"
