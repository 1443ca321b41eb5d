"""Looks up schemas in a Confluent-compatible registry. It never registers one: the contract pipeline does.

The schema of an id never changes, so answers can be cached forever.
"""

from typing import Any, Self
from urllib.parse import quote

import httpx

from todo_runtime.errors import RetryLater

_ACCEPT = "application/vnd.schemaregistry.v1+json, application/json"
_CONTENT_TYPE = "application/vnd.schemaregistry.v1+json"


class SchemaRegistry:
    """A client of one registry; `timeout` in seconds bounds each call."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            timeout=timeout,
            headers={"accept": _ACCEPT, "content-type": _CONTENT_TYPE},
        )

    async def __aenter__(self) -> Self:
        """Connects on the first call."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def id_of(self, subject: str, schema: str) -> int | None:
        """The id of exactly this schema under a subject; None if it is not registered. Raises RetryLater."""
        answer = await self._call("POST", f"/subjects/{quote(subject, safe='')}", json={"schema": schema})
        return int(answer["id"]) if answer else None

    async def schema(self, id_: int) -> str | None:
        """The schema with an id; None if there is none. Raises RetryLater."""
        answer = await self._call("GET", f"/schemas/ids/{id_}")
        return str(answer["schema"]) if answer else None

    async def _call(self, method: str, path: str, json: object = None) -> dict[str, Any] | None:
        try:
            response = await self._client.request(method, path, json=json)
        except httpx.HTTPError as error:
            raise RetryLater(f"The schema registry does not answer: {type(error).__name__}.") from error
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        if response.is_error:
            raise RetryLater(f"The schema registry answers {response.status_code}.")
        answer: dict[str, Any] = response.json()
        return answer
