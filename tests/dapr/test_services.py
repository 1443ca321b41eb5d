"""chat_api beside a real sidecar: its secrets and what conversations remember are the sidecar's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from todo_runtime.testing import eventually
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from tests.dapr.conftest import SERVICE, DaprdOf
from tests.dapr.sidecar import Daprd
from tests.integration.service_process import ServiceProcess, free_port

pytestmark = pytest.mark.slow


@dataclass
class Together:
    """The service, its sidecar and a person."""

    service: ServiceProcess
    daprd: Daprd
    database: ServiceDatabase
    http: httpx.AsyncClient
    log: Path

    async def sign_up(self) -> None:
        account = {"email": f"{uuid4().hex}@example.com", "password": "a long password", "timeZone": "Europe/Berlin"}
        answer = (await self.http.post("/v1/auth:signUp", json=account)).json()
        self.http.headers["authorization"] = f"Bearer {answer['tokens']['accessToken']}"

    async def send(self, text: str, request_id: str = "") -> httpx.Response:
        body = {"text": text, "requestId": request_id or str(uuid4())}
        return await self.http.post("/v1/chat:send", json=body)

    async def say(self, text: str) -> dict[str, Any]:
        answer = await self.send(text)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def component(self) -> dict[str, Any]:
        """What the service says of its sidecar."""
        readiness = await self.service.readiness()
        return {"status": readiness.get("status"), **readiness.get("components", {}).get("sidecar", {})}

    def count(self, table: str) -> int:
        with psycopg.connect(self.database.url("owner")) as connection:
            row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        return int(row[0]) if row else 0


@pytest.fixture
async def together(
    stack: HostedStack, daprd_of: DaprdOf, database_of: Callable[[str], ServiceDatabase], tmp_path: Path
) -> AsyncIterator[Together]:
    """Nothing is started yet."""
    database = await asyncio.to_thread(database_of, SERVICE)
    daprd = daprd_of(database)
    daprd.keep({file.name: file.read_text() for file in stack.blueprint.secrets.of(SERVICE).iterdir()})
    port, log = free_port(), tmp_path / "chat_api.log"
    roles = {
        "TODO_DATABASE_URL": "app",
        "TODO_DATABASE_RELAY_URL": "relay",
        "TODO_DATABASE_SCHEDULER_URL": "scheduler",
    }
    environment = {variable: database.url(role) for variable, role in roles.items()}
    environment |= {"TODO_HTTP_PORT": str(port), "TODO_SECRETS_DIR": "", **daprd.environment}
    service = ServiceProcess(stack, SERVICE, log, environment)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        yield Together(service, daprd, database, http, log)
    service.stop()


async def test_conversations_go_on_after_a_restart(together: Together) -> None:
    await together.daprd.start()
    await together.service.start()
    await together.sign_up()
    for text in ("add milk", "add bread", "list"):
        await together.say(text)
    together.service.kill()
    await together.service.start()
    assert [task["title"] for task in (await together.say("done 2"))["tasks"]] == ["bread"]
    assert await asyncio.to_thread(together.count, "dapr_state") == 1
    assert await asyncio.to_thread(together.count, "state") == 0


async def test_a_killed_sidecar_is_a_clear_error_to_retry_and_nothing_is_lost(together: Together) -> None:
    await together.daprd.start()
    await together.service.start()
    await together.sign_up()
    for text in ("add milk", "add bread", "list"):
        await together.say(text)
    together.daprd.kill()
    request_id = str(uuid4())
    refused = await together.send("done 2", request_id)
    assert refused.status_code == 503
    status = refused.json()
    assert "sidecar" in status["message"]
    assert any("retryDelay" in detail for detail in status["details"])
    await eventually(lambda: _is(together, "degraded", ok=False), what="the service saying that it is degraded")
    assert (await together.http.get("/v1/conversations")).status_code == 200

    await together.daprd.start()
    repeated = await together.send("done 2", request_id)
    assert [task["title"] for task in repeated.json()["tasks"]] == ["bread"]
    await eventually(lambda: _is(together, "ok", ok=True), what="the service saying that all is well")


async def test_a_service_waits_for_a_sidecar_that_starts_after_it(together: Together) -> None:
    together.service.begin()
    await eventually(lambda: b"secrets_retry" in together.log.read_bytes(), within=30)
    await together.daprd.start()
    await together.service.ready()
    await together.sign_up()
    assert (await together.say("add milk"))["tasks"][0]["title"] == "milk"


async def test_a_missing_secret_ends_the_service_with_its_name(together: Together) -> None:
    together.daprd.keep({"jwks": "{}"})
    await together.daprd.start()
    together.service.begin()
    assert await together.service.ended() == 1
    assert b"no key 'signing-key' in the secret chat-api" in together.log.read_bytes()


async def _is(together: Together, status: str, *, ok: bool) -> bool:
    found = await together.component()
    return found.get("status") == status and found.get("ok") is ok
