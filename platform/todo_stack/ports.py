"""Which TCP port each part listens on, and whether it is free."""

import errno
import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from todo_contracts.manifest import Manifest

from todo_stack.errors import StackError

_STANDARD = {"postgres": 5433, "kafka": 9092, "kafka_controller": 9093, "registry": 8081}
# Above this offset the highest port (gRPC 5005x) leaves Linux's range for outgoing connections.
_RANDOM_OFFSETS = range(11_000, 15_400, 10)


@dataclass(frozen=True)
class Ports:
    """Every port by key: `postgres`, `kafka`, `kafka_controller`, `registry`, `<service>_<kind>`."""

    numbers: Mapping[str, int]

    def __getitem__(self, key: str) -> int:
        return self.numbers[key]

    def of(self, manifest: Manifest) -> dict[str, int]:
        """A service's ports by kind (grpc, metrics, http)."""
        return {kind: self.numbers[f"{manifest.name}_{kind}"] for kind in standard(manifest)}


def standard(manifest: Manifest) -> dict[str, int]:
    """A service's ports by kind, as its manifest gives them."""
    ports = manifest.ports
    return {"grpc": ports.grpc, "metrics": ports.metrics} | ({"http": ports.http} if ports.http else {})


def assign(manifests: Sequence[Manifest], *, offset: int = 0, environ: Mapping[str, str] = os.environ) -> Ports:
    """The standard ports shifted by `offset`; `TODO_PORT_<KEY>` sets a single one."""
    of_services = {
        f"{manifest.name}_{kind}": port for manifest in manifests for kind, port in standard(manifest).items()
    }
    chosen = {key: _chosen(key, environ) or port + offset for key, port in (_STANDARD | of_services).items()}
    for key, port in chosen.items():
        if not 0 < port < 65_536:
            raise StackError(f"Port {port} for {key} is out of range: choose a smaller --port-offset.")
    return Ports(chosen)


def _chosen(key: str, environ: Mapping[str, str]) -> int | None:
    name = f"TODO_PORT_{key.upper()}"
    text = environ.get(name)
    if text is not None and not text.isdigit():
        raise StackError(f"{name} must be a port number, not {text!r}.")
    return int(text) if text else None


def check_free(ports: Mapping[str, int]) -> None:
    """Raise StackError for the first port that is taken; `ports` maps what it is for to its number."""
    for purpose, port in ports.items():
        if not is_free(port):
            raise StackError(
                f"Port {port} for {purpose} is already in use{_by(port)}: "
                "end that program, or shift all ports with --port-offset (for example --port-offset 100)."
            )


def is_free(port: int) -> bool:
    """Whether a server could listen on the loopback port now."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def _by(port: int) -> str:
    """Who listens there, as far as this user may know."""
    try:
        tcp = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.pid]
        process = psutil.Process(next(c.pid for c in tcp if c.laddr and c.laddr.port == port))
        return f" by {process.name()} (process {process.pid})"
    except (psutil.Error, StopIteration):
        return ""


@contextmanager
def reserved_offset(manifests: Sequence[Manifest]) -> Iterator[int]:
    """A random offset whose ports are all free, and which no other holder of an offset gets meanwhile."""
    for offset in random.sample(_RANDOM_OFFSETS, len(_RANDOM_OFFSETS)):
        with _claim(offset) as claimed:
            free = claimed and all(map(is_free, assign(manifests, offset=offset, environ={}).numbers.values()))
            if free:
                yield offset
                return
    raise StackError("No port offset is free on this machine: end the stacks that are still running.")


@contextmanager
def _claim(offset: int) -> Iterator[bool]:
    path = Path(tempfile.gettempdir()) / f"todo-ports-{offset}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
