"""Keeps outgoing requests away from our own network: hosts are resolved, and private addresses refused.

Checked when a channel is added and again right before each message, since a name can change its address.
"""

import asyncio
import socket

from todo_runtime.errors import FieldViolation, InvalidArgument, RetryLater

from services.notification.domain import check_url, is_public


class OutgoingGuard:
    """Says whether an address may be used. With `allow_private`, on a laptop, every host may."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def check(self, url: str) -> tuple[str, str]:
        """The kind and the host of an address. Raises InvalidArgument, or RetryLater while names can't be resolved."""
        kind, host = check_url(url)
        if host and not self._allow_private:
            for address in await _addresses(host):
                if not is_public(address):
                    raise _refused()
        return kind, host


async def _addresses(host: str) -> set[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            raise RetryLater("Names can't be resolved just now.") from error
        text = "The host of the channel's address does not exist."
        raise InvalidArgument(text, violations=[FieldViolation("channel.url", text)]) from error
    return {str(address[4][0]) for address in found}


def _refused() -> InvalidArgument:
    text = "The host of the channel's address is not on the public internet."
    return InvalidArgument(text, violations=[FieldViolation("channel.url", text)])
