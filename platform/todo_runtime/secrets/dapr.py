"""Secrets behind a Dapr sidecar's secrets API (component `secrets`).

A service has one secret, named for it, that holds all its keys: what a Kubernetes Secret is, and one name is all that a
service needs to be allowed to read. `local.file` gives the same with `multiValued`.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx
import structlog

from todo_runtime.errors import RetryLater
from todo_runtime.secrets.interface import SecretNotFoundError
from todo_runtime.sidecar import Sidecar, error_of

STORE: Final = "secrets"
PATIENCE: Final = 30.0
"""Seconds. A service reads its secrets when it starts, and its sidecar may start after it."""

_PAUSE: Final = 0.5
_log = structlog.get_logger(__name__)


class DaprSecrets:
    """The keys of one service's secret."""

    def __init__(self, sidecar: Sidecar, service: str, *, patience: float = PATIENCE) -> None:
        self._sidecar = sidecar
        # The name of a Kubernetes object has no underscore (RFC 1123).
        self._secret = service.replace("_", "-")
        self._patience = patience

    async def get(self, name: str) -> str:
        """The text under a key; SecretNotFoundError when there is none.

        Waits for a sidecar that is down as long as `patience`, then raises RetryLater.
        """
        try:
            return (await self._patiently())[name]
        except KeyError:
            raise SecretNotFoundError(f"no key {name!r} in the secret {self._secret} of the Dapr sidecar") from None

    async def _patiently(self) -> Mapping[str, str]:
        end = asyncio.get_running_loop().time() + self._patience
        while True:
            try:
                return await self._read()
            except RetryLater as error:
                if asyncio.get_running_loop().time() > end:
                    raise
                _log.warning("secrets_retry", reason=error.message)
                await asyncio.sleep(_PAUSE)

    async def _read(self) -> Mapping[str, str]:
        answer = await self._sidecar.call("GET", f"/v1.0/secrets/{STORE}/{self._secret}")
        if answer.status_code == httpx.codes.FORBIDDEN or _is_missing(answer):
            raise SecretNotFoundError(f"no secret {self._secret} in the Dapr sidecar, or no right to read it")
        self._sidecar.expect_success(answer)
        document: Mapping[str, str] = answer.json()
        return document


def _is_missing(answer: httpx.Response) -> bool:
    """A missing secret has no status of its own: it is a 500 like a store that fails, and only the text differs."""
    error = error_of(answer)
    return error.get("errorCode") == "ERR_SECRET_GET" and "not found" in error.get("message", "")
