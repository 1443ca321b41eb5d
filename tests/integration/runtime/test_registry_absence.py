"""Services without the schema registry: they wait for it, go on without it, and refuse one without their schemas."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from pathlib import Path

import httpx
import pytest
from todo.events import Event
from todo.task_events.v1 import TaskCreated
from todo_contracts.register import register
from todo_runtime.kafka import AvroCodec, SchemaRegistry
from todo_runtime.testing import eventually
from todo_stack.hosted import HostedStack
from todo_stack.paths import CLONE

from tests.conftest import DatabaseOf
from tests.integration.service_process import ServiceProcess

Processes = Mapping[str, ServiceProcess]
LACKING = "audit-dead-letters-todo.dead_letters.v1.DeadLetter"


@pytest.fixture
def without_registry(stack: HostedStack) -> Iterator[HostedStack]:
    """The stack with its registry stopped; it runs again afterwards, whatever the test did."""
    stack.halt("registry")
    yield stack
    stack.resume("registry")


def _process(stack: HostedStack, database_of: DatabaseOf, name: str, log: Path, **more: str) -> ServiceProcess:
    manifest = next(one for one in stack.blueprint.manifests if one.name == name)
    environment = dict(more)
    if manifest.database:
        database = database_of(name)
        environment["TODO_DATABASE_URL"] = database.url()
        environment |= {f"TODO_DATABASE_{role.upper()}_URL": database.url(role) for role in manifest.extra_roles}
    return ServiceProcess(stack, name, log, environment)


async def _waits_for_the_registry(process: ServiceProcess) -> bool:
    said = await process.readiness()
    component = said.get("components", {}).get("registry", {})
    return said.get("status") == "starting" and "schema registry does not answer" in component.get("reason", "")


async def test_every_service_waits_for_it_and_says_so(
    without_registry: HostedStack, database_of: DatabaseOf, tmp_path: Path
) -> None:
    names = [manifest.name for manifest in without_registry.blueprint.manifests]
    processes = {name: _process(without_registry, database_of, name, tmp_path / f"{name}.log") for name in names}
    assert len(processes) == 5
    try:
        for process in processes.values():
            process.begin()
        for name, process in processes.items():
            await eventually(partial(_waits_for_the_registry, process), within=30, what=f"{name} waiting")
        await asyncio.to_thread(without_registry.resume, "registry")
        await asyncio.gather(*(process.ready() for process in processes.values()))
    finally:
        assert [process.stop() for process in processes.values()] == [0] * 5


async def test_a_registry_without_its_schema_is_refused(
    stack: HostedStack, database_of: DatabaseOf, tmp_path: Path
) -> None:
    url, log = stack.blueprint.registry_url, tmp_path / "audit.log"
    async with httpx.AsyncClient() as client:
        (await client.delete(f"{url}/subjects/{LACKING}")).raise_for_status()
    try:
        process = _process(stack, database_of, "audit", log)
        process.begin()
        assert await process.ended() == 1
    finally:
        register(CLONE, url, allow_drafts=True)
    said = log.read_text()
    assert f"lacks this release's schemas of {LACKING}. Run `todo contracts register` first." in said


def test_known_schemas_keep_flowing_without_it(running_system: HostedStack) -> None:
    ports = running_system.blueprint.ports
    rest, grpc = (f"127.0.0.1:{ports[f'chat_api_{kind}']}" for kind in ("http", "grpc"))
    script = [sys.executable, str(CLONE / "scripts/verify-system.py"), "--target", f"http://{rest}", "--grpc", grpc]
    running_system.halt("registry")
    try:
        result = subprocess.run(script, capture_output=True, text=True, timeout=100)
    finally:
        running_system.resume("registry")
    assert result.returncode == 0, result.stdout + result.stderr


@contextlib.asynccontextmanager
async def _listening(answer: bytes) -> AsyncIterator[str]:
    """Something that takes connections, says `answer` to each request, or nothing at all."""

    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await reader.read()
        writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.add(asyncio.create_task(serve(reader, writer)))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    await asyncio.gather(*served)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", "The schema registry does not answer: ReadTimeout."),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "The schema registry answers 503."),
    ],
    ids=["hangs", "answers 503"],
)
async def test_one_that_hangs_or_fails_is_waited_for_as_well(answer: bytes, expected: str) -> None:
    reports: list[tuple[bool, str]] = []
    events: list[tuple[str, list[type[Event]]]] = [("task-events", [TaskCreated])]
    async with _listening(answer) as url, SchemaRegistry(url, timeout=0.2) as registry:
        loading = asyncio.create_task(AvroCodec(registry, lambda ok, why: reports.append((ok, why))).load(events))
        await eventually(lambda: len(reports) > 1, within=10, what="two reports")
        assert not loading.done()
        loading.cancel()
        await asyncio.wait([loading])
    assert set(reports) == {(False, expected)}
