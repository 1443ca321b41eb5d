"""Keeps outgoing requests away from private networks: hosts are resolved, and private addresses refused.

Checked when a channel is added and again right before each message, since a name can change its address. A name that is
not found is refused when the channel is added; later it counts as temporarily unavailable.
"""

import asyncio
import socket

from todo_runtime.errors import RetryLater

from services.notification.domain import bad_url, check_url, is_public, refused_host


class UnknownHost(RetryLater):
    """The name does not exist, at least for now."""


class OutgoingGuard:
    """Checks whether an address may be used. With `allow_private`, for development, every host may."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def check(self, url: str) -> tuple[str, str]:
        """The kind and the host of a new address. Raises InvalidArgument, RetryLater while names can't be resolved."""
        try:
            return await self.recheck(url)
        except UnknownHost as error:
            raise bad_url("The host of the channel's address does not exist.") from error

    async def recheck(self, url: str) -> tuple[str, str]:
        """The same for an address that was accepted before. Raises RetryLater also while its host is not found."""
        kind, host = check_url(url)
        if host and not self._allow_private:
            for address in await _addresses(host):
                if not is_public(address):
                    raise refused_host()
        return kind, host


async def _addresses(host: str) -> set[str]:
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise bad_url("The host of the channel's address is not a valid host name.") from error
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise RetryLater("Host names can't be resolved at the moment.") from error
        raise UnknownHost("The host of the channel's address was not found.") from error
    return {str(info[4][0]) for info in infos}
