"""The store behind the state API of a Dapr sidecar (component `state`)."""

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

# An outdated etag, and one that the store can't have issued.
_CONFLICT: Final = {httpx.codes.CONFLICT, httpx.codes.BAD_REQUEST}


class DaprState:
    """Stores values where the component says, as base64: Dapr expects JSON documents."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar

    async def get(self, key: str) -> StateValue | None:
        """The value of a key; None if there is none or it has expired."""
        answer = await self._sidecar.call("GET", _path(key), params={"consistency": "strong"})
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        self._sidecar.expect_success(answer)
        return StateValue(base64.b64decode(orjson.loads(answer.content)), answer.headers["etag"])

    async def set(self, key: str, value: bytes, *, etag: str | None = None, ttl: timedelta | None = None) -> None:
        """Writes a value. Raises Aborted if `etag` is given and is not that of the value."""
        answer = await self._sidecar.call(
            "POST", f"/v1.0/state/{STORE}", content=orjson.dumps([_item(key, value, etag, ttl)])
        )
        self._check(answer, key, etag)

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Removes a value, if there is one. Raises Aborted if `etag` is given and is not that of the value."""
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
    # Without an etag, "first write" would mean: only if there is no value yet.
    return {"concurrency": "last-write" if etag is None else "first-write"}


def _item(key: str, value: bytes, etag: str | None, ttl: timedelta | None) -> dict[str, Any]:
    item: dict[str, Any] = {"key": key, "value": base64.b64encode(value).decode(), "options": _concurrency(etag)}
    if etag is not None:
        item["etag"] = etag
    if ttl is not None:
        item["metadata"] = {"ttlInSeconds": str(max(1, math.ceil(ttl.total_seconds())))}
    return item
