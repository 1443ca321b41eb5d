"""A cluster of one node, started once per run. It needs `ci/kubernetes/enter.sh` around it: see `make test-kube`."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kube.cluster.control_plane import ControlPlane, control_plane
from tests.kube.cluster.definitions import definitions
from tests.kube.cluster.node import node

# They need a node, and that needs a network of its own around it.
collect_ignore_glob = [] if "TODO_KUBERNETES" in os.environ else ["test_*.py"]


@pytest.fixture(scope="session")
def programs() -> Path:
    return Path(os.environ["TODO_KUBERNETES"])


@pytest.fixture(scope="session")
def folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="todo-kube-"))
    yield made
    if request.session.testsfailed:
        sys.stderr.write(f"The logs of the cluster are in {made / 'logs'}.\n")
    else:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def plane(programs: Path, folder: Path) -> Iterator[ControlPlane]:
    with control_plane(programs, folder) as running:
        for file in definitions():
            running.kubectl("apply", "--server-side", "-f", str(file))
        running.kubectl("wait", "--for=condition=Established", "crds", "--all", "--timeout=60s")
        yield running


@pytest.fixture(scope="session")
def socket(programs: Path, folder: Path, plane: ControlPlane) -> Iterator[Path]:
    """That of the node's containerd."""
    with node(programs, folder, plane) as path:
        yield path


@pytest.fixture(scope="session")
def cluster(plane: ControlPlane, socket: Path) -> ControlPlane:
    """A control plane that has a node."""
    assert socket.exists()
    return plane
