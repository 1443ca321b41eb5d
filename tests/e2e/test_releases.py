"""Two releases at work together, each from git: what one writes, the other reads, both ways round.

The whole event flow is driven through a system whose producer (chat_api) and consumers (all others) come from
different releases: the previous and this one, and this one and a next one whose events have a field more.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer
from todo_runtime.wire.codec import schema_id
from todo_stack.hosted import HostedStack, private_stack
from todo_stack.paths import CLONE

from tests.e2e.releases import ADDED, next_release, previous_release

CONSUMERS = ("audit", "notification", "recurring_task", "sync")


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return previous_release(tmp_path_factory.mktemp("previous"))


@pytest.fixture(scope="module")
def following(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return next_release(tmp_path_factory.mktemp("following") / "clone")


def _verify(root: Path, elsewhere: Mapping[str, Path]) -> set[str]:
    """Drive the event flow; the fields of a task in the events that chat_api wrote."""
    with private_stack(services=None, root=root, elsewhere=elsewhere) as system:
        ports = system.blueprint.ports
        rest, grpc = (f"127.0.0.1:{ports[f'chat_api_{kind}']}" for kind in ("http", "grpc"))
        script = [sys.executable, str(CLONE / "scripts/verify-system.py"), "--target", f"http://{rest}", "--grpc", grpc]
        result = subprocess.run(script, capture_output=True, text=True, timeout=100)
        assert result.returncode == 0, result.stdout + result.stderr
        return _written_fields(system)


def _written_fields(system: HostedStack) -> set[str]:
    plan = system.blueprint
    reader = Consumer({"bootstrap.servers": plan.kafka_bootstrap, "group.id": "x", "auto.offset.reset": "earliest"})
    reader.subscribe(["task-events"])
    message = reader.poll(20)
    reader.close()
    assert message is not None
    schema = httpx.get(f"{plan.registry_url}/schemas/ids/{schema_id(message.value())}").json()["schema"]
    task = next(field["type"] for field in json.loads(schema)["fields"] if field["name"] == "task")
    return {field["name"] for field in task["fields"]}


def test_consumers_of_the_previous_release_read_events_of_this(previous: Path) -> None:
    assert "title" in _verify(CLONE, dict.fromkeys(CONSUMERS, previous))


def test_consumers_of_this_release_read_events_of_the_previous(previous: Path) -> None:
    assert "title" in _verify(CLONE, {"chat_api": previous})


def test_consumers_of_this_release_read_events_of_a_next(following: Path) -> None:
    assert ADDED in _verify(following, dict.fromkeys(CONSUMERS, CLONE))


def test_consumers_of_a_next_release_read_events_of_this(following: Path) -> None:
    assert ADDED not in _verify(following, {"chat_api": CLONE})
