"""Keeps outgoing requests away from our own network: hosts are resolved, and private addresses refused.

Checked when a channel is added and again right before each message, since a name can change its address. A name that is
not found is refused when it is typed in, and may be found again later when it was once good.
"""

import asyncio
import socket

from todo_runtime.errors import RetryLater

from services.notification.domain import bad_url, check_url, is_public, refused_host


class UnknownHost(RetryLater):
    """There is no such name, as far as can be seen just now."""


class OutgoingGuard:
    """Says whether an address may be used. With `allow_private`, on a laptop, every host may."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def check(self, url: str) -> tuple[str, str]:
        """The kind and the host of a new address. Raises InvalidArgument, RetryLater while names can't be resolved."""
        try:
            return await self.check_again(url)
        except UnknownHost as error:
            raise bad_url("The host of the channel's address does not exist.") from error

    async def check_again(self, url: str) -> tuple[str, str]:
        """The same for an address that was taken before. Raises RetryLater also while its host is not found."""
        kind, host = check_url(url)
        if host and not self._allow_private:
            for address in await _addresses(host):
                if not is_public(address):
                    raise refused_host()
        return kind, host


async def _addresses(host: str) -> set[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise bad_url("The host of the channel's address is no name of a host.") from error
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise RetryLater("Names can't be resolved just now.") from error
        raise UnknownHost("The host of the channel's address is not found just now.") from error
    return {str(address[4][0]) for address in found}
