"""The page and what is served beside the API."""

import re

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from services.chat_api.gateway.app import HttpApp
from services.chat_api.gateway.gateway import Gateway
from services.chat_api.gateway.site import WEB, Site, content_security_policy
from tests.unit.chat_api_rest.backend import RecordingBackend, table

SYNC = "ws://127.0.0.1:8090/v1/sync"


def client() -> httpx.AsyncClient:
    app = HttpApp(Gateway(table(RecordingBackend())), Site({"openapi": "3.1.0"}, sync_url=SYNC))

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://site")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/web/app.js", "text/javascript; charset=utf-8"),
        ("/web/base.css", "text/css; charset=utf-8"),
        ("/web/icon.svg", "image/svg+xml"),
        ("/openapi.json", "application/json"),
        ("/healthz", "application/json"),
    ],
)
async def test_documents(path: str, kind: str) -> None:
    async with client() as http:
        answer = await http.get(path)
        again = await http.get(path, headers={"if-none-match": answer.headers["etag"]})
        head = await http.head(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content) == (200, b"")


async def test_the_page_may_load_nothing_from_elsewhere() -> None:
    async with client() as http:
        answer = await http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "connect-src 'self' ws://127.0.0.1:8090;" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in answer.headers


def test_the_policy_without_a_websocket() -> None:
    assert "connect-src 'self';" in content_security_policy("")


def test_the_pages_name_only_files_that_are_there_and_have_nothing_inline() -> None:
    for page in WEB.glob("*.html"):
        text = page.read_text()
        assert "style=" not in text
        assert "<style" not in text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        for name in re.findall(r'(?:src|href)="(/web/[^"]+)"', text):
            assert (WEB / name.removeprefix("/web/")).is_file(), name
    for script in WEB.glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', script.read_text()):
            assert (WEB / name).is_file(), name


async def test_where_the_page_finds_the_websocket() -> None:
    async with client() as http:
        assert (await http.get("/config.json")).json() == {"syncUrl": SYNC}


async def test_everything_else_is_the_gateways() -> None:
    async with client() as http:
        missing = await http.get("/nothing")
        wrong = await http.post("/docs")
        call = await http.get("/v1/workspaces/w/tasks/t")
    assert (missing.status_code, missing.json()["code"]) == (404, 5)
    assert wrong.status_code in (404, 405)
    assert call.status_code == 200
