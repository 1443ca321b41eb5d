"""The real components as fixtures: started once per run, on free ports, with data of their own.

When a test fails, the data folders stay and their place is printed, for the logs in them.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack, private_stack

from tests.contract.published_repository import publish_all
from tests.unit.todo_contracts.small_repository import make_sound

# PostgreSQL under another account is forked, not spawned: gRPC's own work around a fork, while clients are calling,
# breaks the child now and then. Nothing here uses gRPC in a forked child, so it need not do it.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "false"

# How long an example takes says more about the machine than about the code.
settings.register_profile("todo", deadline=None)
settings.load_profile("todo")

DatabaseOf = Callable[[str], ServiceDatabase]


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[HostedStack]:
    """PostgreSQL, Kafka and the registry, with databases, topics and schemas, and no services."""
    with private_stack(durable=False, keep=lambda: request.session.testsfailed > 0) as running:
        yield running


@pytest.fixture(scope="session")
def running_system(request: pytest.FixtureRequest) -> Iterator[HostedStack]:
    """Everything: the components and all services. Not the same components as `stack`."""
    with private_stack(services=None, durable=False, keep=lambda: request.session.testsfailed > 0) as running:
        yield running


@pytest.fixture
def database_of(stack: HostedStack) -> Iterator[DatabaseOf]:
    """A fresh, migrated database of a service, by the service's name; dropped after the test."""
    with ExitStack() as opened:
        yield lambda service: opened.enter_context(stack.database(service))


@pytest.fixture(scope="session")
def sound_contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository of contracts as they should be; nobody changes it."""
    return make_sound(tmp_path_factory.mktemp("contracts") / "sound")


@pytest.fixture(scope="session")
def published_contracts(sound_contracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with everything published; nobody changes it."""
    root = shutil.copytree(sound_contracts, tmp_path_factory.mktemp("published") / "repository")
    return publish_all(root).root
