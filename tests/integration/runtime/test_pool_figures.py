"""Who waits for a connection, as operators see it."""

import asyncio

import pytest
from todo_runtime.db import Database
from todo_runtime.errors import RetryLater
from todo_runtime.telemetry.metrics import REGISTRY
from todo_runtime.testing import eventually

from .conftest import Bench


def figure(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"todo_db_pool_{name}", {"pool": "narrow"})


async def test_a_transaction_that_gets_no_connection_is_seen_waiting_and_counted(bench: Bench) -> None:
    async with Database(bench.copy.url("app"), name="narrow", max_size=1, wait=0.5) as database:
        async with database.transaction():
            late = asyncio.create_task(database.check())
            await eventually(lambda: figure("waiting") == 1, what="one that waits")
            assert (figure("connections"), figure("idle"), figure("timeouts_total")) == (1, 0, 0)
            with pytest.raises(RetryLater):
                await late
        assert (figure("waiting"), figure("timeouts_total")) == (0, 1)
    assert figure("connections") is None
