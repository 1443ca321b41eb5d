"""Two releases at work together, each from git: what one writes, the other reads, both ways round.

The whole event flow is driven through a system whose producer (chat_api) and consumers (all others) come from
different releases: the previous and this one, and this one and a next one whose events have a field more.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, Message, TopicPartition
from todo_runtime.wire.codec import schema_id
from todo_stack.hosted import HostedStack, private_stack
from todo_stack.paths import CLONE

from tests.e2e.releases import ADDED, next_release, previous_release

pytestmark = pytest.mark.own_stack

CONSUMERS = ("audit", "notification", "recurring_task", "sync")


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return previous_release(tmp_path_factory.mktemp("previous"))


@pytest.fixture(scope="module")
def following(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return next_release(tmp_path_factory.mktemp("following") / "clone")


@pytest.fixture(scope="module")
def next_system(following: Path) -> Iterator[HostedStack]:
    """Everything, with the contracts of the next release registered: they hold those of all releases before."""
    with private_stack(services=None, root=following) as running:
        yield running


@pytest.fixture(scope="module")
def this_system() -> Iterator[HostedStack]:
    """The same with the contracts of this release."""
    with private_stack(services=None) as running:
        yield running


def _verify(system: HostedStack, producer: Path, consumer: Path) -> set[str]:
    """Drive the event flow through two releases; the fields of a task in the last event that chat_api wrote."""
    system.run_from({"chat_api": producer, **dict.fromkeys(CONSUMERS, consumer)})
    ports = system.blueprint.ports
    rest, grpc = (f"127.0.0.1:{ports[f'chat_api_{kind}']}" for kind in ("http", "grpc"))
    script = [sys.executable, str(CLONE / "scripts/verify-system.py"), "--target", f"http://{rest}", "--grpc", grpc]
    result = subprocess.run(script, capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stdout + result.stderr
    return _written_fields(system)


def _written_fields(system: HostedStack) -> set[str]:
    plan = system.blueprint
    data = _last_value(plan.kafka_bootstrap)
    schema = httpx.get(f"{plan.registry_url}/schemas/ids/{schema_id(data)}").json()["schema"]
    task = next(field["type"] for field in json.loads(schema)["fields"] if field["name"] == "task")
    return {field["name"] for field in task["fields"]}


def _last_value(bootstrap: str) -> bytes:
    """The value of the newest message in task-events."""
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "x", "enable.partition.eof": True})
    partitions = reader.list_topics("task-events", timeout=10).topics["task-events"].partitions
    reader.assign([TopicPartition("task-events", number, 0) for number in partitions])
    newest: Message | None = None
    ended = 0
    while ended < len(partitions):
        message = reader.poll(10)
        assert message is not None
        if message.error():
            ended += 1
        elif newest is None or message.timestamp() > newest.timestamp():
            newest = message
    reader.close()
    value = newest.value() if newest is not None else None
    assert value is not None
    return value


@pytest.mark.slow
def test_consumers_of_this_release_read_events_of_a_next(next_system: HostedStack, following: Path) -> None:
    assert ADDED in _verify(next_system, producer=following, consumer=CLONE)


@pytest.mark.slow
def test_consumers_of_a_next_release_read_events_of_this(next_system: HostedStack, following: Path) -> None:
    assert ADDED not in _verify(next_system, producer=CLONE, consumer=following)


def test_consumers_of_the_previous_release_read_events_of_this(this_system: HostedStack, previous: Path) -> None:
    assert ADDED not in _verify(this_system, producer=CLONE, consumer=previous)


def test_consumers_of_this_release_read_events_of_the_previous(this_system: HostedStack, previous: Path) -> None:
    assert ADDED not in _verify(this_system, producer=previous, consumer=CLONE)
