"""The real components as fixtures: started once per run, on free ports, with data of their own.

When a test fails, the data folders stay and their place is printed, for the logs in them.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import settings
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack, private_stack

# How long an example takes says more about the machine than about the code.
settings.register_profile("todo", deadline=None)
settings.load_profile("todo")

DatabaseOf = Callable[[str], ServiceDatabase]


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[HostedStack]:
    """PostgreSQL, Kafka and the registry, with databases, topics and schemas, and no services."""
    with private_stack(keep=lambda: request.session.testsfailed > 0) as running:
        yield running


@pytest.fixture(scope="session")
def running_system(request: pytest.FixtureRequest) -> Iterator[HostedStack]:
    """Everything: the components and all services. Not the same components as `stack`."""
    with private_stack(services=None, keep=lambda: request.session.testsfailed > 0) as running:
        yield running


@pytest.fixture
def database_of(stack: HostedStack) -> Iterator[DatabaseOf]:
    """A fresh, migrated database of a service, by the service's name; dropped after the test."""
    with ExitStack() as opened:
        yield lambda service: opened.enter_context(stack.database(service))
