"""The figures of operators are true: what waits in the outbox, what a consumer has not finished."""

from uuid import uuid4

import pytest
from todo_runtime.errors import RetryLater
from todo_runtime.kafka import lag
from todo_runtime.outbox import append, backlog
from todo_runtime.telemetry.metrics import REGISTRY
from todo_runtime.testing import eventually

from .conftest import TOPIC, Bench, Recorder


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_the_outbox_tells_its_size_and_the_age_of_its_oldest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "INTERVAL", 0.05)
    async with bench.database.transaction() as tx:
        await append(tx, [bench.message(uuid4()) for _ in range(3)])
    measuring = bench.start(backlog.measure(bench.copy.url("relay")))
    await eventually(lambda: figure("todo_outbox_rows") == 3)
    assert figure("todo_outbox_oldest_seconds") > 0
    relay = bench.relay()
    await eventually(lambda: figure("todo_outbox_rows") == 0 and figure("todo_outbox_oldest_seconds") == 0)
    assert figure("todo_relay_leads") == 1
    await bench.stop(relay)
    assert figure("todo_relay_leads") == 0
    await bench.stop(measuring)


class Waiting(Recorder):
    """Has to wait until it may work."""

    may = False

    async def on_task_created(self, tx, event, meta) -> None:  # type: ignore[no-untyped-def]
        if not self.may:
            raise RetryLater("Not now.")
        await super().on_task_created(tx, event, meta)


async def test_the_lag_is_what_waits_and_goes_when_it_is_done(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "INTERVAL", 0.1)
    waiting, processed = Waiting(), figure("todo_event_age_seconds_count", topic=TOPIC)
    bench.consumer(waiting)
    bench.relay()
    async with bench.database.transaction() as tx:
        await append(tx, [bench.message(uuid4()) for _ in range(3)])

    def behind() -> float:
        return figure("todo_consumer_lag_messages", consumer=bench.group, topic=TOPIC)

    await eventually(lambda: behind() >= 3, within=30, what="a lag")
    waiting.may = True
    await eventually(lambda: behind() == 0, within=30, what="the end of the lag")
    assert figure("todo_event_age_seconds_count", topic=TOPIC) >= processed + 3
    assert figure("todo_consumer_retries_total", consumer=bench.group) > 0
