"""Applies numbered SQL files to a database: in order, once, each in a transaction.

Guarantees: concurrent runners do not disturb each other (advisory lock); a file that changed after it was applied is an
error, and so is a gap in the numbers. A line `-- include: outbox` is replaced by `sql/outbox.sql` of the runtime or of
another package beside it, with the roles of the database for `:app` and `:relay`.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_INCLUDE = re.compile(r"^-- include: ([a-z_]+)$", re.MULTILINE)
_PACKAGES = Path(__file__).parents[2]
_LOCK = 7_270_311
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
  version integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(Exception):
    """The files and the database do not match; the text says which file and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """The SHA-256 of the file, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def load(folder: Path) -> list[Migration]:
    """The migrations of a folder by number. Raises MigrationError for a gap or an invalid file name."""
    migrations = [_read(path) for path in sorted(folder.glob("*.sql"))]
    for expected, migration in enumerate(migrations, start=1):
        if migration.version != expected:
            raise MigrationError(f"{folder}: migration {expected:04} is missing or exists twice.")
    return migrations


def apply(dsn: str, folder: Path) -> list[str]:
    """Applies pending migrations, as the owner of the database; returns their names."""
    migrations = load(folder)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        connection.execute(_TABLE)
        connection.execute("GRANT SELECT ON schema_migrations TO PUBLIC")
        rows = connection.execute("SELECT version, checksum FROM schema_migrations").fetchall()
        applied = {int(str(version)): str(checksum) for version, checksum in rows}
        _verify(migrations, applied)
        return [_apply(connection, one) for one in migrations if one.version not in applied]


def missing(dsn: str, folder: Path) -> list[str]:
    """The names of pending migrations; any role of the database may read them."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        known = connection.execute("SELECT to_regclass('schema_migrations') IS NOT NULL").fetchone()
        rows = connection.execute("SELECT version FROM schema_migrations").fetchall() if known and known[0] else []
    applied = {int(str(version)) for (version,) in rows}
    return [f"{one.version:04}_{one.name}" for one in load(folder) if one.version not in applied]


def _read(path: Path) -> Migration:
    match = _FILE.fullmatch(path.name)
    if match is None:
        raise MigrationError(f"{path}: the name of a migration must be NNNN_what_it_does.sql.")
    return Migration(int(match[1]), match[2], path.read_text())


def _verify(migrations: list[Migration], applied: dict[int, str]) -> None:
    for migration in migrations:
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise MigrationError(
                f"Migration {migration.version:04}_{migration.name} was changed after it was applied."
                " Restore it and write a new migration."
            )


def _apply(connection: psycopg.Connection[tuple[object, ...]], migration: Migration) -> str:
    with connection.transaction():
        connection.execute(expand(migration.text, connection.info.dbname).encode())
        connection.execute(
            "INSERT INTO schema_migrations (version, name, checksum) VALUES (%s, %s, %s)",
            (migration.version, migration.name, migration.checksum),
        )
    return f"{migration.version:04}_{migration.name}"


def expand(text: str, database: str) -> str:
    """The text with the include lines replaced by the shared tables."""

    def include(match: re.Match[str]) -> str:
        return re.sub(r":(app|relay)\b", lambda role: f"{database}_{role[1]}", _included(match[1]))

    return _INCLUDE.sub(include, text)


def _included(name: str) -> str:
    files = sorted(_PACKAGES.glob(f"todo_*/sql/{name}.sql"))
    if len(files) != 1:
        raise MigrationError(f"-- include: {name}: expected one file todo_*/sql/{name}.sql, found {len(files)}.")
    return files[0].read_text()
