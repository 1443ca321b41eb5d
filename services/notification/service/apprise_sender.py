"""Sends one message over one channel, with Apprise.

Guarantees: whatever an address makes Apprise do, each connection is checked (see `connections`); one address is one
channel; an abandoned message is cut off, so that a channel that answers one byte at a time holds no thread. A webhook
gets the message's key as the header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).
What Apprise logs is discarded, since it may quote addresses.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final
from uuid import UUID

import apprise
from apprise.plugins.custom_json import NotifyJSON

from services.notification.domain import bad_url, refused_host
from services.notification.service.connections import Connections

KEY_HEADER: Final = "Idempotency-Key"
THREADS: Final = 16
_SECONDS: Final = 10.0
"""How long Apprise may wait for a connection, or for the next bytes."""


class AppriseSender:
    """Sends in threads of its own. With `allow_private`, for development, messages may go anywhere."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="delivery")

    async def send(self, url: str, title: str, body: str, key: UUID) -> bool:
        """Whether the channel accepted the message; `key` is the same each time that it is sent.

        Raises InvalidArgument if the channel never will. Cancelling cuts it off.
        """
        connections = Connections(allow_private=self._allow_private)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, _send, connections, url, title, body, key)
        finally:
            connections.cut()

    async def close(self) -> None:
        """Accepts no more messages."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def parse_address(url: str) -> apprise.NotifyBase:
    """The plugin for an address. Raises InvalidArgument, without quoting the address, if Apprise can't parse it."""
    _disable_logs()
    try:
        plugin = apprise.Apprise.instantiate(url)
    except Exception:  # noqa: BLE001 - a hundred plugins parse what a person typed, and may quote it in what they raise
        plugin = None
    if not isinstance(plugin, apprise.NotifyBase):
        raise bad_url("The address of the channel is not understood: see the forms that Apprise gives for its kind.")
    plugin.retry, plugin.socket_connect_timeout, plugin.socket_read_timeout = 0, _SECONDS, _SECONDS
    return plugin


def _send(connections: Connections, url: str, title: str, body: str, key: UUID) -> bool:
    target, plugin = apprise.Apprise(), parse_address(url)
    if isinstance(plugin, NotifyJSON):
        own = {name: value for name, value in plugin.headers.items() if name.lower() != KEY_HEADER.lower()}
        plugin.headers = {**own, KEY_HEADER: str(key)}
    target.add(plugin)
    with connections:
        accepted = bool(target.notify(title=title, body=body or title))
    if connections.refused and not accepted:
        raise refused_host()
    return accepted


@cache
def _disable_logs() -> None:
    for name in ("apprise", "urllib3", "requests"):
        logger = logging.getLogger(name)
        logger.disabled, logger.propagate = True, False
        logger.handlers[:] = [logging.NullHandler()]
