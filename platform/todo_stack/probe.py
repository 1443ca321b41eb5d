"""Asks a component on this machine over HTTP whether it is there; nothing but the standard library."""

import http.client
from contextlib import closing

_TIMEOUT = 2.0


def answers(port: int, path: str) -> bool:
    """Whether GET answers 200 on the loopback port, within two seconds."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
