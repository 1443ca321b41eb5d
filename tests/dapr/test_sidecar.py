"""What callers see of a sidecar that is down, refuses, or lacks what they ask for."""

import asyncio

import pytest
from todo_runtime.config import DaprSettings
from todo_runtime.errors import RetryLater
from todo_runtime.secrets import DaprSecrets, SecretNotFoundError
from todo_runtime.sidecar import Sidecar, SidecarRefused, watch
from todo_runtime.state import DaprState
from todo_runtime.testing import eventually

from tests.dapr.conftest import SECRETS, SERVICE, Bench
from tests.integration.service_process import free_port


async def test_nobody_there_is_a_fault_that_passes() -> None:
    async with Sidecar(DaprSettings(f"http://127.0.0.1:{free_port()}")) as sidecar:
        for attempt in (
            DaprState(sidecar).get("key"),
            DaprState(sidecar).set("key", b""),
            DaprState(sidecar).delete("key"),
            DaprSecrets(sidecar, SERVICE, timeout=0).get("jwks"),
        ):
            with pytest.raises(RetryLater, match=r"sidecar at http://127\.0\.0\.1:\d+ does not answer") as caught:
                await attempt
            assert caught.value.retry_after is not None


@pytest.mark.slow
async def test_a_killed_sidecar_is_told_and_everything_is_there_when_it_is_back(bench: Bench) -> None:
    state, reports = DaprState(bench.sidecar), list[tuple[bool, str]]()
    watching = asyncio.create_task(watch(bench.sidecar, lambda ok, reason: reports.append((ok, reason))))
    await state.set("key", b"kept")
    await eventually(lambda: reports and reports[-1] == (True, ""))
    bench.daprd.kill()
    with pytest.raises(RetryLater, match="does not answer"):
        await state.get("key")
    await eventually(lambda: not reports[-1][0] and "does not answer" in reports[-1][1])
    waiting = asyncio.create_task(DaprSecrets(bench.sidecar, SERVICE).get("jwks"))
    await bench.daprd.start()
    assert await waiting == SECRETS["jwks"]
    found = await state.get("key")
    assert found is not None
    assert found.value == b"kept"
    await eventually(lambda: reports[-1] == (True, ""))
    watching.cancel()


@pytest.mark.slow
async def test_the_secrets_of_another_service_are_not_to_be_had(bench: Bench) -> None:
    with pytest.raises(SecretNotFoundError, match="audit"):
        await DaprSecrets(bench.sidecar, "audit").get("signing-key")


@pytest.mark.slow
async def test_without_the_token_it_refuses(bench: Bench) -> None:
    async with Sidecar(DaprSettings(bench.daprd.endpoint, "of somebody else")) as stranger:
        with pytest.raises(SidecarRefused, match="HTTP 401"):
            await DaprState(stranger).get("key")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["publish/events/topic", "invoke/audit/method/x", "bindings/x", "metadata"])
async def test_it_does_nothing_but_state_and_secrets(path: str, bench: Bench) -> None:
    answer = await bench.sidecar.call("GET" if path == "metadata" else "POST", f"/v1.0/{path}")
    assert answer.status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    "method", ["PublishEvent", "InvokeService", "InvokeBinding", "GetMetadata", "ListJobs", "Shutdown"]
)
async def test_over_grpc_it_does_nothing_else_either(method: str, bench: Bench) -> None:
    refused = "Not Implemented"  # a method that it does not know would be "unknown method"
    assert await bench.daprd.refusal(method) == refused
    assert await bench.daprd.refusal("GetState") != refused
