"""The metrics port, asked as a prober asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families
from todo_runtime.health import Health
from todo_runtime.service.probes import ProbeServer
from todo_runtime.telemetry.calls import CALLS


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def server(health: Health) -> AsyncIterator[ProbeServer]:
    async with ProbeServer(health, "127.0.0.1", 0) as running:
        yield running


async def ask(server: ProbeServer, path: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.request(method, f"http://127.0.0.1:{server.port}{path}", timeout=5)


async def raw(server: ProbeServer, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(data)
        writer.write_eof()
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


async def test_it_lives_before_it_is_ready(server: ProbeServer, health: Health) -> None:
    assert (await ask(server, "/healthz")).status_code == 200
    assert (await ask(server, "/readyz")).status_code == 503
    health.start()
    assert (await ask(server, "/readyz?verbose")).status_code == 200


async def test_readiness_lists_the_components(server: ProbeServer, health: Health) -> None:
    health.start()
    health.set("kafka", ok=False, reason="no broker answers")
    found: dict[str, Any] = orjson.loads((await ask(server, "/readyz")).content)
    assert found == {
        "status": "degraded",
        "components": {"kafka": {"ok": False, "required": False, "reason": "no broker answers"}},
    }


async def test_metrics_can_be_parsed(server: ProbeServer, health: Health) -> None:
    health.set("database", ok=True)
    CALLS.method("/p.S/M")
    answer = await ask(server, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert {"todo_rpc_requests", "todo_rpc_duration_seconds", "todo_health"} <= families.keys()
    assert any(sample.labels == {"component": "database"} for sample in families["todo_health"].samples)


async def test_head_has_no_body(server: ProbeServer) -> None:
    answer = await ask(server, "/healthz", "HEAD")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "3")


@pytest.mark.parametrize(("method", "path", "code"), [("POST", "/healthz", 405), ("GET", "/secrets", 404)])
async def test_there_is_nothing_else(server: ProbeServer, method: str, path: str, code: int) -> None:
    assert (await ask(server, path, method)).status_code == code


@pytest.mark.parametrize("data", [b"", b"\x16\x03\x01", b"x" * 100_000, b"GET / HTTP/1.1\r\n"], ids=len)
async def test_what_is_no_request_gets_no_answer(server: ProbeServer, data: bytes) -> None:
    with suppress(ConnectionError):  # closed with bytes unread: a reset, as it should be
        assert await raw(server, data) == b""
    assert (await ask(server, "/healthz")).status_code == 200


async def test_a_port_in_use_is_named(server: ProbeServer, health: Health) -> None:
    with pytest.raises(OSError, match=f"127.0.0.1:{server.port}"):
        await ProbeServer(health, "127.0.0.1", server.port).__aenter__()
