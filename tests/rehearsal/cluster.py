"""Backs a stack's PostgreSQL up and restores it, with what the embedded server has: SQL functions and its own files.

The parts are those of every PostgreSQL in production: a base backup taken while it works, an archive of the WAL, and
WAL on a volume of its own, which is what survives when the data are gone.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from todo_stack.hosted import HostedStack

_LEFT_OUT = ("postmaster.pid", "postmaster.opts", "pg_wal", "pg_replslot", "pg_stat_tmp", "pg_subtrans", "pg_notify")
_EMPTY = ("pg_replslot", "pg_stat_tmp", "pg_subtrans", "pg_notify")
_ENDING = 30.0


@dataclass(frozen=True)
class Vault:
    """Where backups are kept: the base backup, the archive, and the volume of the WAL."""

    base: Path
    archive: Path
    wal: Path


class Cluster:
    """The PostgreSQL of a running stack."""

    def __init__(self, system: HostedStack) -> None:
        plan = system.blueprint
        if plan.postgres is None:
            raise ValueError("the stack has no PostgreSQL")
        self._system = system
        self._postgres = plan.postgres
        self._url = plan.postgres_url()
        self.folder = plan.postgres.folder
        root = self.folder.parent / "vault"
        self.vault = Vault(root / "base", root / "archive", root / "wal")

    def archive(self) -> None:
        """Moves the WAL to its own volume and has every full segment of it archived; PostgreSQL starts anew."""
        self._system.halt("postgres")
        self.vault.archive.mkdir(parents=True)
        shutil.move(self.folder / "pg_wal", self.vault.wal)
        (self.folder / "pg_wal").symlink_to(self.vault.wal)
        self._own(self.vault.archive.parent)
        copy = f"test ! -f {self.vault.archive}/%f && cp %p {self.vault.archive}/%f.part"
        self._configure(
            archive_mode="on", archive_command=f"{copy} && mv {self.vault.archive}/%f.part {self.vault.archive}/%f"
        )
        self._system.resume("postgres")

    def back_up(self) -> None:
        """Takes a base backup while the server works. Returns when the WAL that it needs is archived."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SELECT pg_backup_start('rehearsal', fast => true)")
            shutil.copytree(
                self.folder,
                self.vault.base,
                symlinks=True,
                ignore=shutil.ignore_patterns(*_LEFT_OUT),
                copy_function=_copy,
            )
            row = connection.execute("SELECT labelfile FROM pg_backup_stop(wait_for_archive => true)").fetchone()
        (self.vault.base / "backup_label").write_text(row[0] if row else "")

    def mark(self, name: str) -> None:
        """Names this moment, so that a restore can stop at it."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SELECT pg_create_restore_point(%s)", (name,))

    def destroy(self) -> None:
        """Kills the server without a warning and erases its data; backup, archive and WAL volume are elsewhere."""
        server = psutil.Process(self._system.pid("postgres"))
        family = [server, *server.children(recursive=True)]
        self._system.kill("postgres")
        self._system.halt("postgres")
        psutil.wait_procs(family, timeout=_ENDING)
        shutil.rmtree(self.folder)

    def restore(self, until: str | None = None) -> None:
        """Restores the base backup and replays the WAL to its end, or to a marked moment; then the server works."""
        shutil.copytree(self.vault.base, self.folder, symlinks=True)
        for name in _EMPTY:
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "pg_wal").symlink_to(self.vault.wal)
        (self.folder / "recovery.signal").touch()
        target = {"recovery_target_name": until, "recovery_target_action": "promote"} if until else {}
        # Without hot standby nobody gets in, to find the database read-only, before the last record is replayed.
        self._configure(restore_command=f"cp {self.vault.archive}/%f %p", hot_standby="off", **target)
        self._own(self.folder)
        self.folder.chmod(0o700)
        self._system.resume("postgres")

    def sizes(self) -> dict[str, float]:
        """MiB of the base backup and of the archive."""
        return {path.name: _size(path) / 2**20 for path in (self.vault.base, self.vault.archive)}

    def _configure(self, **settings: str) -> None:
        with (self.folder / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _own(self, root: Path) -> None:
        if self._postgres.account is None:
            return
        for path in (root, *root.rglob("*")):
            os.chown(path, self._postgres.account.uid, self._postgres.account.gid, follow_symlinks=False)


def _copy(source: str, target: str) -> None:
    """Copies a file of a server that works: what goes while it is copied comes again from the WAL."""
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:
        return


def _size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
