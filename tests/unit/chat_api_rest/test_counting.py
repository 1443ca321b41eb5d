"""What the gateway counts."""

from collections.abc import MutableMapping
from typing import Any

import pytest
from todo_runtime.rest.routes import RouteTable
from todo_runtime.telemetry.calls import REQUESTS

from services.chat_api.gateway.gateway import NO_ROUTE, Gateway


async def _nothing() -> MutableMapping[str, Any]:
    return {"type": "http.disconnect"}


async def _ignore(_message: MutableMapping[str, Any]) -> None:
    return


@pytest.mark.parametrize("path", ["/v1/somewhere", "/v1/somewhere/else"])
async def test_paths_from_outside_are_one_series(path: str) -> None:
    counted = REQUESTS.method(NO_ROUTE)
    before, methods = counted.codes.get("404", 0), len(REQUESTS._methods)
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": []}
    await Gateway(RouteTable([]))(scope, _nothing, _ignore)
    assert counted.codes["404"] == before + 1
    assert len(REQUESTS._methods) == methods
