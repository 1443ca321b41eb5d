"""PostgreSQL destroyed and restored under load: nothing acknowledged is lost, and the figures are printed.

Run by `make rehearse`; TODO_REHEARSAL_CREATES says how many tasks are created meanwhile.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import monotonic
from uuid import UUID

import grpc
import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from todo.task.v1 import task_pb2
from todo.task.v1.client import TaskServiceClient
from todo_runtime.testing import eventually
from todo_stack.contracts import bring_topics
from todo_stack.hosted import HostedStack, private_stack

from tests.chaos.load import Acknowledged, Client, connected, create, create_all
from tests.chaos.verdict import Databases, audited_tasks, broken_sequences, lag, nothing_is_lost
from tests.rehearsal.cluster import Cluster

CREATES = int(os.environ.get("TODO_REHEARSAL_CREATES", "3000"))
CLIENTS = 16
SERVICES = ("chat_api", "notification", "recurring_task", "audit", "sync")
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "after-restore.py"
TASKS = "SELECT id FROM tasks ORDER BY created_at, id"
IN_OUTBOX = "SELECT split_part(subject, '/', 4)::uuid FROM outbox WHERE topic = 'task-events' ORDER BY id"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def system(request: pytest.FixtureRequest) -> Iterator[HostedStack]:
    """A whole system of its own: its data are destroyed."""
    with private_stack(services=None, keep=lambda: request.session.testsfailed > 0) as running:
        yield running


async def test_what_was_acknowledged_before_the_loss_is_there_after_it(system: HostedStack) -> None:
    cluster, done = Cluster(system), Acknowledged()
    target = f"127.0.0.1:{system.blueprint.ports['chat_api_grpc']}"
    clients = await connected(target, CLIENTS)
    await asyncio.to_thread(cluster.archive)
    load = asyncio.create_task(create_all(target, clients, CREATES, done))
    await _created(done, CREATES // 4)
    backup = await _timed(cluster.back_up)
    await _created(done, CREATES * 3 // 4)
    lost_at, before = monotonic(), done.count
    await asyncio.to_thread(cluster.destroy)
    restore = await _timed(cluster.restore)
    await _created(done, before + CLIENTS + 1)  # more than may have been under way
    outage = monotonic() - lost_at
    await load
    databases = _databases(system)
    await eventually(lambda: lag(databases) == 0, within=120, what="the end of the flow")
    assert done.count == CREATES
    assert done.repeats > 0, "no call was cut off: the load was over before the loss"
    nothing_is_lost(databases, done)
    sizes = ", ".join(f"{name} {size:.0f} MiB" for name, size in cluster.sizes().items())
    print(
        f"\n{before} of {CREATES} tasks acknowledged before the loss, none lost; {sizes}; base backup {backup:.1f} s, "
        f"restore and replay {restore:.1f} s, from the loss to the next new tasks {outage:.1f} s"
    )


async def test_after_a_restore_to_a_moment_events_come_again_and_count_once(system: HostedStack) -> None:
    """The broker knows the future that was lost; what was published before and comes again is dropped."""
    cluster, databases = Cluster(system), _databases(system)
    target = f"127.0.0.1:{system.blueprint.ports['chat_api_grpc']}"
    (client,) = await connected(target, 1)
    await asyncio.to_thread(cluster.archive)
    kept = await _settled(databases, target, client, "kept")
    await asyncio.to_thread(cluster.back_up)
    await asyncio.to_thread(system.halt, "kafka")
    waiting = await _create(target, client, "waits in the outbox")
    await asyncio.to_thread(cluster.mark, "noon")
    await asyncio.to_thread(system.resume, "kafka")
    lost = await _settled(databases, target, client, "lost")

    await _each(system.halt)
    await asyncio.to_thread(cluster.destroy)
    restore = await _timed(partial(cluster.restore, until="noon"))
    assert _column(databases.chat_api, TASKS) == [*kept, *waiting]
    assert _column(databases.chat_api, IN_OUTBOX) == waiting, "what was published is not there to come again"
    repair = await _timed(partial(_after_restore, system))
    await _each(system.resume)

    new = await _settled(databases, target, client, "new")
    found = audited_tasks(databases, [client.workspace])[client.workspace]
    assert sorted(found) == sorted([*kept, *waiting, *lost, *new]), "audit has each creation once, the lost ones too"
    assert broken_sequences(databases) == []
    assert _column(databases.chat_api, TASKS) == [*kept, *waiting, *new]
    assert await _duplicates(system) >= len(kept) + len(waiting)
    print(f"\nrestore to a marked moment {restore:.1f} s, scripts/after-restore.py {repair:.1f} s")


async def test_after_the_loss_of_kafka_what_waits_in_the_outbox_goes_on(system: HostedStack) -> None:
    """All topics and all offsets are gone. Whatever every consumer had read is safe, and so is what waits."""
    databases, plan = _databases(system), system.blueprint
    target = f"127.0.0.1:{plan.ports['chat_api_grpc']}"
    (client,) = await connected(target, 1)
    read = await _settled(databases, target, client, "read before the loss")
    await asyncio.to_thread(system.halt, "kafka")
    waiting = await _create(target, client, "waits in the outbox")
    await asyncio.to_thread(shutil.rmtree, plan.config.data.kafka)
    await asyncio.to_thread(system.resume, "kafka")
    await asyncio.to_thread(bring_topics, plan.config.root, plan.kafka_bootstrap)
    new = await _settled(databases, target, client, "new")
    found = audited_tasks(databases, [client.workspace])[client.workspace]
    assert sorted(found) == sorted([*read, *waiting, *new])
    assert broken_sequences(databases) == []


async def _each(work: Callable[[str], None]) -> None:
    """Does something to every service, to all at once."""
    await asyncio.gather(*(asyncio.to_thread(work, service) for service in SERVICES))


async def _settled(databases: Databases, target: str, client: Client, title: str) -> list[UUID]:
    """Tasks that were created and are in audit."""
    made = await _create(target, client, title)

    def audited() -> bool:
        return set(made) <= set(audited_tasks(databases, [client.workspace]).get(client.workspace, []))

    await eventually(audited, within=60, what=f"audit's copy of what is {title}")
    await eventually(lambda: _column(databases.chat_api, IN_OUTBOX) == [], within=60, what="an empty outbox")
    return made


async def _create(target: str, client: Client, title: str) -> list[UUID]:
    done = Acknowledged()
    async with grpc.aio.insecure_channel(target) as channel:
        service = TaskServiceClient(channel)
        made = [await create(service, client, task_pb2.Task(title=title), done) for _ in range(5)]
    return [UUID(task.name.rpartition("/")[2]) for task in made]


def _after_restore(system: HostedStack) -> None:
    plan = system.blueprint
    postgres = f"postgresql://postgres@127.0.0.1:{plan.ports['postgres']}/{{service}}"
    command = [sys.executable, str(SCRIPT), "--kafka", plan.kafka_bootstrap, "--postgres", postgres]
    environment = {**os.environ, "PGPASSWORD": plan.secrets.passwords["postgres"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


async def _duplicates(system: HostedStack) -> float:
    """Events of tasks that audit's inbox has dropped since it started."""
    async with httpx.AsyncClient() as http:
        text = (await http.get(f"http://127.0.0.1:{system.blueprint.ports['audit_metrics']}/metrics")).text
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return sum(one.value for one in samples if one.labels.get("outcome") == "duplicate")


def _column(dsn: str, query: str) -> list[UUID]:
    with psycopg.connect(dsn) as connection:
        return [row[0] for row in connection.execute(query.encode())]


async def _created(done: Acknowledged, count: int) -> None:
    await eventually(lambda: done.count >= count, within=300, what=f"create number {count}")


async def _timed(work: Callable[[], None]) -> float:
    begun = monotonic()
    await asyncio.to_thread(work)
    return monotonic() - begun


def _databases(system: HostedStack) -> Databases:
    plan = system.blueprint
    return Databases(plan.postgres_url("chat_api"), plan.postgres_url("audit"))
