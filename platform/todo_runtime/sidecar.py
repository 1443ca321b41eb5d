"""A client of a Dapr sidecar's HTTP API, with a deadline, a few attempts and the runtime's error classes.

Guarantees: if the sidecar is down, calls raise RetryLater within the deadline; `watch` reports whether it is up.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

import httpx

from todo_runtime.config import DaprSettings
from todo_runtime.errors import RetryLater
from todo_runtime.health import Report

INTERVAL: Final = 2.0
_DEADLINE: Final = 5.0
# Seconds before each attempt.
_PAUSES: Final = (0.0, 0.1, 0.2, 0.4)
_RETRY_AFTER: Final = timedelta(seconds=1)
_HEALTH: Final = "/v1.0/healthz/outbound"


class SidecarRefused(Exception):
    """The sidecar lacks a component or denies access to it: a permanent fault of the deployment."""


class Sidecar:
    """A client of one sidecar; an async context manager."""

    def __init__(self, settings: DaprSettings) -> None:
        self._endpoint = settings.endpoint
        # Proxies of the environment are for external hosts; the sidecar is on this one.
        self._http = httpx.AsyncClient(
            base_url=settings.endpoint, headers=_identity(settings.token), timeout=_DEADLINE, trust_env=False
        )

    async def __aenter__(self) -> Self:
        """Connects on the first call."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The sidecar's answer, whatever its status. Raises RetryLater if there is none.

        Retries only if nothing was sent: repeating a request that may have had an effect is up to the caller.
        """
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            try:
                return await self._http.request(method, path, content=content, params=params, headers=headers)
            except httpx.ConnectError:
                continue
            except httpx.TransportError as error:
                raise self._down() from error
        raise self._down()

    def expect_success(self, answer: httpx.Response) -> None:
        """Raises RetryLater if the component behind the sidecar fails, SidecarRefused if it is not usable."""
        if answer.is_server_error:
            raise RetryLater(f"The Dapr sidecar answers {describe(answer)}.", _RETRY_AFTER)
        if answer.is_client_error:
            raise SidecarRefused(f"The Dapr sidecar at {self._endpoint} refuses: {describe(answer)}.")

    async def check(self) -> None:
        """Checks that the sidecar and its components are up. Raises RetryLater, SidecarRefused."""
        self.expect_success(await self.call("GET", _HEALTH))

    def _down(self) -> RetryLater:
        return RetryLater(f"The Dapr sidecar at {self._endpoint} does not answer.", _RETRY_AFTER)


async def watch(sidecar: Sidecar, report: Report) -> None:
    """Checks the sidecar every `INTERVAL` seconds and reports the result, until cancelled."""
    while True:
        try:
            await sidecar.check()
        except RetryLater as error:
            report(False, error.message)
        except SidecarRefused as error:
            report(False, str(error))
        else:
            report(True, "")
        await asyncio.sleep(INTERVAL)


def describe(answer: httpx.Response) -> str:
    """The status and the name of the error, without its text, which may quote a connection string."""
    return f"HTTP {answer.status_code} {error_of(answer).get('errorCode', '')}".strip()


def error_of(answer: httpx.Response) -> Mapping[str, str]:
    """The error document, `{errorCode, message}`; empty if there is none."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _identity(token: str | None) -> dict[str, str]:
    return {} if token is None else {"dapr-api-token": token}
