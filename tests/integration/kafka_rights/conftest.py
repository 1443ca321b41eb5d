"""The broker that asks everybody for a certificate."""

from collections.abc import Iterator

import pytest

from tests.guarded_broker import Guarded, guarded_broker


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded_broker(tmp_path_factory.mktemp("guarded")) as running:
        yield running
