"""Service manifests for the stack's unit tests."""

import pytest
from todo_contracts.manifest import Manifest, Ports


@pytest.fixture
def gateway() -> Manifest:
    """A service with a database, roles of its own and an HTTP door."""
    return Manifest(
        file="services/front/service.yaml",
        name="front",
        summary="The front door",
        serves=("todo.front.v1.FrontService",),
        calls={},
        gateway_to=("back",),
        database=True,
        extra_roles=("relay",),
        ports=Ports(grpc=50051, metrics=9101, http=8080),
    )


@pytest.fixture
def worker() -> Manifest:
    """A service with neither a database nor an HTTP door."""
    return Manifest(
        file="services/back/service.yaml",
        name="back",
        summary="The back room",
        serves=(),
        calls={},
        gateway_to=(),
        database=False,
        extra_roles=(),
        ports=Ports(grpc=50052, metrics=9102, http=None),
    )
