"""PostgreSQL: one cluster on loopback, passwords by SCRAM, everything durable unless told otherwise.

As root the server runs as an unprivileged account that owns the cluster's folder. Where that account
can't reach the data folder, the cluster lives in a system folder and the data folder links to it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from todo_stack.account import Account
from todo_stack.errors import StackError
from todo_stack.process import Launch

_SUPERUSER = "postgres"
_LEFTOVER_WAIT = 10.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
# Commits still reach the operating system, so a killed server loses nothing; one that loses its power does.
_NOT_DURABLE = {"fsync": "off"}
_INITDB = (
    f"--username={_SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C",
    "--no-instructions",
)


@dataclass(frozen=True)
class Postgres:
    """`home`: the unpacked binaries; `folder`: the cluster; `password`: the superuser's.

    Without `durable` nothing is flushed to the disk, which data that nobody keeps can do without.
    """

    home: Path
    folder: Path
    port: int
    password: str
    account: Account | None
    durable: bool = True

    name = "postgres"
    title = "PostgreSQL"

    @property
    def ports(self) -> dict[str, int]:
        """The one port it listens on."""
        return {"PostgreSQL": self.port}

    def prepare(self) -> None:
        """Create the cluster on the first start; drop the lock file of a server that no longer runs."""
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        _clear_stale_lock(self.folder / "postmaster.pid")

    def launch(self) -> Launch:
        """Run the postmaster itself; SIGINT is its fast shutdown."""
        settings = {**_SETTINGS, **({} if self.durable else _NOT_DURABLE), "port": str(self.port)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return Launch(
            name=self.name,
            command=(str(self.home / "bin" / "postgres"), "-D", str(self.folder), *options),
            cwd=self.folder.parent,
            account=self.account,
            stop_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """Whether a session can be opened."""
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                user=_SUPERUSER,
                password=self.password,
                dbname="postgres",
                connect_timeout=2,
            ):
                return True
        except psycopg.OperationalError:
            return False

    def _initialise(self) -> None:
        """Build the cluster beside its final name and move it there whole."""
        fresh = self.folder.with_name(f"{self.folder.name}.part")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        if self.account:
            self.account.own(fresh)
        self._initdb(fresh)
        fresh.rename(self.folder)

    def _initdb(self, fresh: Path) -> None:
        unflushed = () if self.durable else ("--no-sync",)
        with self._password_file(fresh.parent) as password:
            result = subprocess.run(
                [self.home / "bin" / "initdb", "-D", fresh, f"--pwfile={password}", *_INITDB, *unflushed],
                cwd=fresh.parent,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
                capture_output=True,
                text=True,
                timeout=120,
            )
        if result.returncode != 0:
            raise StackError(f"PostgreSQL's data folder {self.folder} can't be created: {result.stderr.strip()}")

    @contextmanager
    def _password_file(self, folder: Path) -> Iterator[Path]:
        """initdb reads the superuser's password from a file that only its account can read."""
        with tempfile.NamedTemporaryFile("w", dir=folder) as file:
            file.write(self.password)
            file.flush()
            if self.account:
                self.account.own(Path(file.name))
            yield Path(file.name)


def _clear_stale_lock(lock: Path) -> None:
    """A server that was killed leaves a lock file, whose process id may belong to anybody by now.

    Its backends notice the death by themselves within moments, so they are waited for.
    """
    if not lock.exists():
        return
    _, alive = psutil.wait_procs(_servers_of(lock.parent), timeout=_LEFTOVER_WAIT)
    if alive:
        pids = " ".join(str(process.pid) for process in alive)
        raise StackError(
            f"PostgreSQL processes of an earlier run ({pids}) still use {lock.parent}: "
            f"end them with `kill -INT {pids}`, then start again."
        )
    lock.unlink()


def _servers_of(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name", "cwd"]):
        name, cwd = process.info["name"], process.info["cwd"]
        if name and cwd and name.startswith("postgres") and Path(cwd) == folder:
            found.append(process)
    return found
