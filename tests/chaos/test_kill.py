"""Services and broker killed with -9 under load: nothing acknowledged is lost, nothing is doubled.

1,000 creates by default, so that it runs with all tests; `make chaos` makes 20,000 of it (TODO_CHAOS_CREATES).
"""

import asyncio
import os
import random
from collections.abc import Coroutine
from functools import partial

import httpx
import pytest
from todo_runtime.testing import eventually
from todo_stack.hosted import HostedStack, private_stack

from tests.chaos.load import Acknowledged, connected, create_all
from tests.chaos.verdict import Databases, is_settled, nothing_is_lost

pytestmark = pytest.mark.own_stack

CREATES = int(os.environ.get("TODO_CHAOS_CREATES", "1000"))
VICTIMS = ("chat_api", "audit", "recurring_task", "kafka")
CLIENTS = 16
SETTLED_WITHIN = 120.0


@pytest.mark.timeout(120 + CREATES // 10)
async def test_every_acknowledged_task_is_in_audit_exactly_once(request: pytest.FixtureRequest) -> None:
    with private_stack(services=None, keep=lambda: request.session.testsfailed > 0) as system:
        target = f"127.0.0.1:{system.blueprint.ports['chat_api_grpc']}"
        clients = await connected(target, CLIENTS)
        done = Acknowledged()
        killed = await _load_and_kill(system, create_all(target, clients, CREATES, done), done)
        plan = system.blueprint
        databases = Databases(plan.postgres_url("chat_api"), plan.postgres_url("audit"))
        await eventually(lambda: is_settled(databases, done), within=SETTLED_WITHIN, what="the end of the flow")
        assert done.count == CREATES
        assert done.repeats > 0, "no call was cut off: the load was over before the kill"
        nothing_is_lost(databases, done)
        for service in plan.manifests:
            await eventually(partial(_is_well, plan.ports[f"{service.name}_metrics"]), within=30)
        request.node.user_properties.append(("killed", killed))


async def _load_and_kill(system: HostedStack, load: Coroutine[None, None, None], done: Acknowledged) -> dict[str, int]:
    """Runs the load; kills the victims one after the other as the work goes on, several times for a large load."""
    work = asyncio.create_task(load)
    killed = dict.fromkeys(VICTIMS, 0)
    chosen = random.Random(20_261_123)
    rounds = max(1, CREATES // 5_000)
    victims = [victim for _ in range(rounds) for victim in chosen.sample(VICTIMS, len(VICTIMS))]
    for number, victim in enumerate(victims, start=1):
        await _progress(done, CREATES * number // (len(victims) + 1))
        await asyncio.to_thread(system.ready, victim)
        await asyncio.to_thread(system.kill, victim)
        killed[victim] += 1
    await work
    for victim in VICTIMS:
        await asyncio.to_thread(system.ready, victim)
    return killed


async def _is_well(port: int) -> bool:
    """Whether a service says that all its parts are well again."""
    async with httpx.AsyncClient() as client:
        answer = (await client.get(f"http://127.0.0.1:{port}/readyz")).json()
    assert answer["status"] == "ok", str(answer)
    return True


async def _progress(done: Acknowledged, count: int) -> None:
    await eventually(lambda: done.count >= count, within=600, what=f"create number {count}")
