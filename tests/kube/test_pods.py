"""The services as pods on a real node: what they are given holds, and nothing fails while they change."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from todo_runtime.testing import eventually
from todo_stack.paths import CLONE

from tests.chaos.load import Acknowledged, connected, create_all
from tests.chaos.verdict import is_settled, nothing_is_lost
from tests.kube.cluster.control_plane import ControlPlane
from tests.kube.cluster.images import bring
from tests.kube.cluster.programs import wait_for
from tests.kube.deployment import ADDRESSES, SERVICES, Deployment, deployed, pods

pytestmark = pytest.mark.timeout(900)

CLIENTS, CREATES = 8, 3_000


@pytest.fixture(scope="module")
def running(cluster: ControlPlane, socket: Path, folder: Path, programs: Path) -> Iterator[Deployment]:
    bring((*SERVICES, "tools"), folder, socket, programs)
    with deployed(cluster.kubectl, folder) as found:
        yield found


def verified(running: Deployment) -> None:
    """Drives the whole event flow once; fails with what it printed."""
    command = [sys.executable, str(CLONE / "scripts/verify-system.py"), "--target", running.rest]
    command += ["--grpc", f"{ADDRESSES['chat-api']}:50051", "--sync", f"ws://{ADDRESSES['sync']}:8090/v1/sync"]
    done = subprocess.run([*command, "--no-webhook"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def verified_all_along(running: Deployment) -> Iterator[Callable[[], int]]:
    """Drives the event flow again and again; the call tells how often it went through, or raises what failed."""
    done, failures, stop = [0], list[BaseException](), threading.Event()

    def drive() -> None:
        while not stop.is_set():
            try:
                verified(running)
                done[0] += 1
            except BaseException as error:  # noqa: BLE001 - told in the test's own thread
                failures.append(error)
                return

    def count() -> int:
        if failures:
            raise failures[0]
        return done[0]

    thread = threading.Thread(target=drive)
    thread.start()
    try:
        yield count
    finally:
        stop.set()
        thread.join()
    count()


def test_the_event_flow_goes_through_the_pods(running: Deployment) -> None:
    verified(running)


@pytest.mark.parametrize("name", SERVICES)
def test_a_pod_has_no_rights_and_writes_nothing(running: Deployment, name: str) -> None:
    write = "open('/app/x', 'w')"
    shown = running.in_namespace("exec", f"deployment/{name}", "--", "python", "-c", "import os; print(os.getuid())")
    assert shown.strip() == "10001"
    with pytest.raises(Exception, match="Read-only file system"):
        running.in_namespace("exec", f"deployment/{name}", "--", "python", "-c", write)


def test_no_step_fails_while_services_are_replaced_and_put_back(running: Deployment) -> None:
    with verified_all_along(running) as count:
        for name in ("chat-api", "audit", "sync", "notification", "recurring-task"):
            before = count()
            running.in_namespace("rollout", "restart", f"deployment/{name}")
            running.in_namespace("rollout", "status", f"deployment/{name}", "--timeout=180s")
            wait_for(lambda before=before: count() > before + 1, within=120, what="the event flow")  # type: ignore[misc]
        running.in_namespace("rollout", "undo", "deployment/chat-api")
        running.in_namespace("rollout", "status", "deployment/chat-api", "--timeout=180s")
        before = count()
        wait_for(lambda: count() > before + 1, within=120, what="the event flow")


async def test_pods_that_are_killed_under_load_are_replaced_and_nothing_is_lost(running: Deployment) -> None:
    target = f"{ADDRESSES['chat-api']}:50051"
    done = Acknowledged()
    load = asyncio.create_task(create_all(target, await connected(target, CLIENTS), CREATES, done))
    for number, name in enumerate(SERVICES, start=1):
        await eventually(partial(_reached, done, CREATES * number // (len(SERVICES) + 1)), within=300)
        await asyncio.to_thread(killed_and_replaced, running, name)
    await load
    await eventually(lambda: is_settled(running.databases, done), within=180, what="the end of the flow")
    assert done.count == CREATES
    nothing_is_lost(running.databases, done)
    await asyncio.to_thread(verified, running)


def _reached(done: Acknowledged, count: int) -> bool:
    return done.count >= count


def killed_and_replaced(running: Deployment, name: str) -> None:
    """Ends a pod without notice and waits for another one."""
    before = pods(running, name)[0]["metadata"]["name"]
    running.in_namespace("delete", "pod", before, "--grace-period=0", "--force")
    running.in_namespace("rollout", "status", f"deployment/{name}", "--timeout=180s")
    after = [pod["metadata"]["name"] for pod in pods(running, name) if "deletionTimestamp" not in pod["metadata"]]
    assert before not in after
