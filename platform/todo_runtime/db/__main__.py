"""Migrates a service's database, or waits until somebody has: what gates a rollout.

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

PATIENCE = 600.0
"""Seconds to wait for migrations; after that whoever started the program decides."""

_PAUSE = 1.0


def main() -> int:
    """Runs one command; 0 when it is done, 1 with one sentence when it can't be."""
    parser = argparse.ArgumentParser(prog="python -m todo_runtime.db")
    parser.add_argument("what", choices=("apply", "wait"))
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    variable = "TODO_DATABASE_OWNER_URL" if given.what == "apply" else "TODO_DATABASE_URL"
    if not os.environ.get(variable):
        return _say(f"{variable} is not set.")
    try:
        done = (_apply if given.what == "apply" else _wait)(os.environ[variable], given.folder)
    except (migrations.MigrationError, psycopg.Error) as error:
        return _say(f"The database can't be migrated: {error}")
    return done


def _apply(dsn: str, folder: Path) -> int:
    for name in migrations.apply(dsn, folder):
        _say(name)
    return 0


def _wait(dsn: str, folder: Path) -> int:
    end = time.monotonic() + PATIENCE
    while True:
        missing = _missing(dsn, folder)
        if not missing:
            return 0
        if time.monotonic() > end:
            return _say(f"Not migrated within {PATIENCE:.0f} s: {missing}")
        time.sleep(_PAUSE)


def _missing(dsn: str, folder: Path) -> str:
    try:
        return ", ".join(migrations.missing(dsn, folder))
    except psycopg.Error as error:
        return str(error)


def _say(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
