"""The whole system from outside: what README promises, run as a newcomer runs it."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import grpc
import httpx
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from todo_stack.hosted import HostedStack

CLONE = Path(__file__).resolve().parent.parent.parent
SERVICES = ("chat_api", "notification", "recurring_task", "audit", "sync")


def test_verify_system_passes_every_step(running_system: HostedStack) -> None:
    ports = running_system.blueprint.ports
    command = [
        sys.executable,
        str(CLONE / "scripts" / "verify-system.py"),
        "--target",
        f"http://127.0.0.1:{ports['chat_api_http']}",
        "--grpc",
        f"127.0.0.1:{ports['chat_api_grpc']}",
    ]
    result = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert result.returncode == 0, result.stdout + result.stderr


def test_verify_system_fails_where_nothing_runs() -> None:
    command = [sys.executable, str(CLONE / "scripts" / "verify-system.py"), "--target", "http://127.0.0.1:1"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert "FAIL  1" in result.stdout


@pytest.mark.parametrize("service", SERVICES)
async def test_reflection_lists_what_the_manifest_names(running_system: HostedStack, service: str) -> None:
    plan = running_system.blueprint
    manifest = next(one for one in plan.manifests if one.name == service)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{plan.ports[f'{service}_grpc']}") as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        answers = [answer async for answer in stub.ServerReflectionInfo(iter([request]))]
    listed = {one.name for one in answers[0].list_services_response.service}
    assert set(manifest.serves) <= listed
    assert "grpc.health.v1.Health" in listed


async def test_changes_come_as_server_sent_events(running_system: HostedStack) -> None:
    base = f"http://127.0.0.1:{running_system.blueprint.ports['chat_api_http']}/v1"
    async with httpx.AsyncClient(timeout=20) as client:
        account = {"email": f"{uuid4()}@example.com", "password": "correct horse battery"}
        tokens = (await client.post(f"{base}/auth:signUp", json=account)).json()["tokens"]
        client.headers = {"authorization": f"Bearer {tokens['accessToken']}", "accept": "text/event-stream"}
        async with client.stream("POST", f"{base}/sync:subscribe", json={}) as response:
            changes = (json.loads(line[5:]) async for line in response.aiter_lines() if line.startswith("data:"))
            assert (await anext(changes))["type"] == "ready"
            await client.post(f"{base}/workspaces/personal/tasks", json={"title": "Seen at once"})
            change = await anext(changes)
    assert (change["type"], change["task"]["title"]) == ("task.created", "Seen at once")


def test_the_stack_at_rest_stays_small(running_system: HostedStack) -> None:
    """1.3 GiB in all (PSS), of which the five services take 550 MiB."""
    sizes = {name: _pss(running_system.pid(name)) for name in (*SERVICES, "postgres", "kafka", "registry")}
    services = sum(sizes[name] for name in SERVICES)
    assert services < 550 * 2**20, sizes
    assert sum(sizes.values()) < 1.3 * 2**30, sizes


def _pss(pid: int) -> int:
    """Proportional memory of a process and its children, in bytes."""
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        pytest.skip("PSS is a figure of Linux")
    own = sum(int(line.split()[1]) for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own * 1024 + sum(_pss(int(child)) for child in children)
