"""TaskService beside the model: whatever is asked of both, in any order, they answer the same.

A short run here; `make model` does 1,000 runs of 50 steps (TODO_MODEL_RUNS, TODO_MODEL_STEPS).
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from unittest.mock import AsyncMock

import pytest
from hypothesis import Phase
from todo_runtime.outbox import Outgoing
from todo_stack.hosted import HostedStack

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain import undo
from services.chat_api.tasks.domain.model import (
    Task,
)
from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.service import moves
from services.chat_api.tasks.store import tasks as store
from tests.integration.chat_api.conftest import open_room
from tests.model.machine import RUNS, Beside, run


@pytest.fixture
def beside(stack: HostedStack) -> Iterator[type[Beside]]:
    with asyncio.Runner() as loop, stack.database("chat_api") as copy:
        opened = open_room(stack, copy)
        Beside.room, Beside.loop = loop.run(opened.__aenter__()), loop
        yield Beside
        loop.run(opened.__aexit__(None, None, None))


@pytest.mark.timeout(7_200)
def test_the_service_and_the_model_answer_the_same(beside: type[Beside]) -> None:
    run(beside, RUNS, Phase.generate, *([Phase.shrink] if RUNS >= 1_000 else []))


def not_deleted(task: Task, _actor: Actor, _now: datetime) -> Task:
    return task


def retold(self: TaskEvents, before: Task, after: Task, actor: Actor) -> Outgoing:
    return self.created(after, actor)


FAULTS: list[tuple[object, str, object]] = [
    (rules, "delete", not_deleted),
    (rules, "require_etag", lambda _task, _etag: None),
    (store, "open_descendants", AsyncMock(return_value=[])),
    (TaskEvents, "changed", retold),
    (moves, "require_parent", AsyncMock()),
    (undo, "taken_back", lambda _before, _after, current, _actor, _now: current),
]


@pytest.mark.parametrize(("where", "name", "fault"), FAULTS, ids=[name for _, name, _ in FAULTS])
def test_a_service_with_a_fault_is_found_out(
    beside: type[Beside], monkeypatch: pytest.MonkeyPatch, where: object, name: str, fault: object
) -> None:
    monkeypatch.setattr(where, name, fault)
    with pytest.raises(AssertionError):
        run(beside, 20 * RUNS, Phase.generate)
