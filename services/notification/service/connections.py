"""Checks the connections that a message opens, as they are opened (the audit event `socket.connect`, PEP 578).

Guarantees: none leads into a private network, whatever led there: redirects, a name that changes its address, a host
in the parameters of an address. Once a message is abandoned, its open connections break, and no more are opened.
"""

import socket
import sys
from contextvars import ContextVar
from functools import cache
from threading import Lock
from types import TracebackType
from typing import Any, Self

from services.notification.domain import is_public


class Connections:
    """A context for the thread that sends one message. `refused` once it tried to connect to a private address."""

    def __init__(self, *, allow_private: bool) -> None:
        self.refused = False
        self._allow_private = allow_private
        self._open: list[socket.socket] = []
        self._is_cut = False
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Starts to check the connections of this thread."""
        _install_hook()
        _current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops checking, and releases the connections."""
        _current.set(None)
        with self._lock:
            while self._open:
                self._open.pop().close()

    def admit(self, connection: socket.socket, address: object) -> None:
        """Checks a connection that is about to be opened. Raises ConnectionRefusedError."""
        public = isinstance(address, tuple) and is_public(str(address[0]))
        with self._lock:
            self.refused = self.refused or not (public or self._allow_private)
            if self.refused or self._is_cut:
                raise ConnectionRefusedError("This message may not connect to that address.")
            self._open.append(connection.dup())  # the same connection, also after TLS has taken the first one over

    def cut(self) -> None:
        """Breaks the open connections. Any thread may call it."""
        with self._lock:
            self._is_cut = True
            for connection in self._open:
                _break(connection)


_current: ContextVar[Connections | None] = ContextVar("notification_connections", default=None)


@cache
def _install_hook() -> None:
    """Installs the hook once: it stays as long as the process, and checks only the threads that send."""
    sys.addaudithook(_check_connect)


def _check_connect(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and (connections := _current.get()) is not None:
        connections.admit(arguments[0], arguments[1])


def _break(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already
