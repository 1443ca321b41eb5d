"""The images of the services, as a registry would give them to the node."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from todo_contracts.layout import Layout
from todo_stack.paths import CLONE

VERSION = Layout(CLONE).version


def bring(names: Iterable[str], folder: Path, socket: Path, programs: Path) -> None:
    """Puts images that `make images` has built, and the one that holds a pod together, into the node's containerd."""
    _import(programs / "pause.tar", socket)
    for name in names:
        archive = folder / f"{name}.tar"
        _run(
            "buildah",
            "push",
            "--quiet",
            f"todo/{name}:{VERSION}",
            f"oci-archive:{archive}:docker.io/todo/{name}:{VERSION}",
        )
        _import(archive, socket)
        archive.unlink()


def _import(archive: Path, socket: Path) -> None:
    _run("ctr", "--address", str(socket), "--namespace", "k8s.io", "images", "import", str(archive))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
