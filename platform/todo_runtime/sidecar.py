"""Owns the way to a Dapr sidecar: its HTTP API, with a deadline, a few attempts and the runtime's own errors.

Promises: a sidecar that is down is RetryLater within the deadline; `watch` says all the time whether it is up.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

import httpx

from todo_runtime.config import DaprSettings
from todo_runtime.errors import RetryLater

EVERY: Final = 2.0
_DEADLINE: Final = 5.0
# Seconds before each attempt.
_PAUSES: Final = (0.0, 0.1, 0.2, 0.4)
_RETRY_AFTER: Final = timedelta(seconds=1)
_HEALTH: Final = "/v1.0/healthz/outbound"


class SidecarRefused(Exception):
    """The sidecar lacks a component or denies access to it: a fault of the deployment, not one that passes."""


class Sidecar:
    """A client of one sidecar; an async context manager."""

    def __init__(self, settings: DaprSettings) -> None:
        self._endpoint = settings.endpoint
        # The proxies of the surroundings are for the world outside; the sidecar is on this host.
        self._http = httpx.AsyncClient(
            base_url=settings.endpoint, headers=_identity(settings.token), timeout=_DEADLINE, trust_env=False
        )

    async def __aenter__(self) -> Self:
        """Nothing is sent before the first call."""
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
        """The sidecar's answer, whatever its status. RetryLater when none comes.

        Tried again only while nothing was sent: what may have been carried out is the caller's to repeat.
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
        """Raises RetryLater where the component behind the sidecar fails, SidecarRefused where it can't be used."""
        if answer.is_server_error:
            raise RetryLater(f"The Dapr sidecar answers {describe(answer)}.", _RETRY_AFTER)
        if answer.is_client_error:
            raise SidecarRefused(f"the Dapr sidecar at {self._endpoint} refuses: {describe(answer)}")

    async def check(self) -> None:
        """Asks whether the sidecar and its components are up. Raises RetryLater, SidecarRefused."""
        self.expect_success(await self.call("GET", _HEALTH))

    def _down(self) -> RetryLater:
        return RetryLater(f"The Dapr sidecar at {self._endpoint} does not answer just now.", _RETRY_AFTER)


async def watch(sidecar: Sidecar, report: Callable[[bool, str], None]) -> None:
    """Asks the sidecar every `EVERY` seconds and reports the outcome; works until cancelled."""
    while True:
        try:
            await sidecar.check()
        except RetryLater as error:
            report(False, error.message)
        except SidecarRefused as error:
            report(False, str(error))
        else:
            report(True, "")
        await asyncio.sleep(EVERY)


def describe(answer: httpx.Response) -> str:
    """The status and the name of the error, without its text: that may quote a connection string."""
    return f"HTTP {answer.status_code} {error_of(answer).get('errorCode', '')}".strip()


def error_of(answer: httpx.Response) -> Mapping[str, str]:
    """The error document, `{errorCode, message}`; empty when it is none."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _identity(token: str | None) -> dict[str, str]:
    return {} if token is None else {"dapr-api-token": token}
