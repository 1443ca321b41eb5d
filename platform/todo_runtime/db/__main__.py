"""Migrates the database of a service, or waits until it is migrated: this gates a rollout.

    python -m todo_runtime.db apply|wait FOLDER

`apply` connects as the owner (TODO_DATABASE_OWNER_URL), `wait` as the service (TODO_DATABASE_URL).
"""

import argparse
import os
import sys
import time
from pathlib import Path

import psycopg

from todo_runtime.db import migrations

WAIT_TIMEOUT = 600.0
"""Seconds to wait for migrations before the program fails."""

_PAUSE = 1.0


def main() -> int:
    """Runs one command; returns 0, or 1 after printing what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m todo_runtime.db")
    parser.add_argument("command", choices=("apply", "wait"))
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    variable = "TODO_DATABASE_OWNER_URL" if arguments.command == "apply" else "TODO_DATABASE_URL"
    if not os.environ.get(variable):
        return _report(f"{variable} is not set.")
    try:
        done = (_apply if arguments.command == "apply" else _wait)(os.environ[variable], arguments.folder)
    except (migrations.MigrationError, psycopg.Error) as error:
        return _report(f"The database cannot be migrated: {error}")
    return done


def _apply(dsn: str, folder: Path) -> int:
    for name in migrations.apply(dsn, folder):
        _report(name)
    return 0


def _wait(dsn: str, folder: Path) -> int:
    end = time.monotonic() + WAIT_TIMEOUT
    while True:
        missing = _missing(dsn, folder)
        if not missing:
            return 0
        if time.monotonic() > end:
            return _report(f"These migrations were not applied within {WAIT_TIMEOUT:.0f} s: {missing}.")
        time.sleep(_PAUSE)


def _missing(dsn: str, folder: Path) -> str:
    try:
        return ", ".join(migrations.missing(dsn, folder))
    except psycopg.Error as error:
        return str(error)


def _report(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
