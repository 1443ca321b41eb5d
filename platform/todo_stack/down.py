"""`todo down`: asks the running supervisor to stop everything in order, and waits until it has."""

import argparse
import os
import signal
import time

from todo_stack import preflight, record
from todo_stack.errors import StackError
from todo_stack.paths import DataDir

_PATIENCE = 130.0
_POLL = 0.05


def down(arguments: argparse.Namespace) -> int:
    """Stop the stack on the data folder; success also when none runs."""
    data: DataDir = arguments.data_dir
    running = record.read(data) if preflight.is_in_use(data) else None
    if running is None:
        print(f"No stack runs on {data.root}.")
        return 0
    begun = time.monotonic()
    os.kill(running.pid, signal.SIGTERM)
    if not _ended(data):
        raise StackError(
            f"The stack (process {running.pid}) did not stop within {_PATIENCE:.0f} s: "
            f"`kill -9 {running.pid}` ends it and everything that it started."
        )
    print(f"Stopped in {time.monotonic() - begun:.1f} s.")
    return 0


def _ended(data: DataDir) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while preflight.is_in_use(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True
