"""The store behind a Dapr sidecar's state API (component `state`)."""

import base64
import math
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

import httpx
import orjson

from todo_runtime.sidecar import Sidecar
from todo_runtime.state.interface import StateValue, changed

STORE: Final = "state"

# An etag that is out of date, and one that the store below can't even have given out.
_CONFLICT: Final = {httpx.codes.CONFLICT, httpx.codes.BAD_REQUEST}


class DaprState:
    """Keeps values wherever the component says. Values travel as base64: Dapr's own are JSON documents."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar

    async def get(self, key: str) -> StateValue | None:
        """The value under a key; None when there is none or it has expired."""
        answer = await self._sidecar.call("GET", _path(key), params={"consistency": "strong"})
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        self._sidecar.expect_success(answer)
        return StateValue(base64.b64decode(orjson.loads(answer.content)), answer.headers["etag"])

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> None:
        """Writes a value. Raises Aborted when `etag` is given and is not that of the value."""
        answer = await self._sidecar.call(
            "POST", f"/v1.0/state/{STORE}", content=orjson.dumps([_item(key, value, etag, ttl)])
        )
        self._check(answer, key, etag)

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Removes a value, if it is there. Raises Aborted when `etag` is given and is not that of the value."""
        headers = {} if etag is None else {"If-Match": etag}
        answer = await self._sidecar.call("DELETE", _path(key), headers=headers, params=_concurrency(etag))
        self._check(answer, key, etag)

    def _check(self, answer: httpx.Response, key: str, etag: str | None) -> None:
        if etag is not None and answer.status_code in _CONFLICT:
            raise changed(key)
        self._sidecar.expect_success(answer)


def _path(key: str) -> str:
    return f"/v1.0/state/{STORE}/{quote(key, safe='')}"


def _concurrency(etag: str | None) -> dict[str, str]:
    # Without an etag "first write" would mean: only if there is none yet.
    return {"concurrency": "last-write" if etag is None else "first-write"}


def _item(key: str, value: bytes, etag: str | None, ttl: timedelta | None) -> dict[str, Any]:
    item: dict[str, Any] = {"key": key, "value": base64.b64encode(value).decode(), "options": _concurrency(etag)}
    if etag is not None:
        item["etag"] = etag
    if ttl is not None:
        item["metadata"] = {"ttlInSeconds": str(max(1, math.ceil(ttl.total_seconds())))}
    return item
