"""Secrets from the secrets API of a Dapr sidecar (component `secrets`).

A service has one secret, with its name, that holds all its keys, like a Kubernetes Secret; so a service needs access to
one name only. `local.file` offers the same with `multiValued`.
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
WAIT_TIMEOUT: Final = 30.0
"""Seconds to wait for the sidecar: a service reads its secrets when it starts, and its sidecar may start later."""

_PAUSE: Final = 0.5
_log = structlog.get_logger(__name__)


class DaprSecrets:
    """The keys of one service's secret."""

    def __init__(self, sidecar: Sidecar, service: str, *, timeout: float = WAIT_TIMEOUT) -> None:
        self._sidecar = sidecar
        # The name of a Kubernetes object has no underscore (RFC 1123).
        self._secret = service.replace("_", "-")
        self._timeout = timeout

    async def get(self, name: str) -> str:
        """The text of a key. Raises SecretNotFoundError if there is none.

        Waits up to `timeout` seconds for a sidecar that is down, then raises RetryLater.
        """
        try:
            return (await self._read_when_up())[name]
        except KeyError:
            raise SecretNotFoundError(f"The secret {self._secret} of the Dapr sidecar has no key {name!r}.") from None

    async def _read_when_up(self) -> Mapping[str, str]:
        end = asyncio.get_running_loop().time() + self._timeout
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
            raise SecretNotFoundError(
                f"The Dapr sidecar has no secret {self._secret}, or this service may not read it."
            )
        self._sidecar.expect_success(answer)
        document: Mapping[str, str] = answer.json()
        return document


def _is_missing(answer: httpx.Response) -> bool:
    """A missing secret has the same status (500) as a failing store; only the text differs."""
    error = error_of(answer)
    return error.get("errorCode") == "ERR_SECRET_GET" and "not found" in error.get("message", "")
