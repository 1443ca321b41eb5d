"""Looks at the connections that a message opens, as they are opened (the audit event `socket.connect`, PEP 578).

Promises: none leads into a network of our own, whatever led there: redirects, a name that changes its address, a host
in the parameters of an address. Once a message is given up, what it has open breaks, and nothing more is opened.
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
    """A context for the thread that sends one message. `refused` once it tried to go where it must not."""

    def __init__(self, *, allow_private: bool) -> None:
        self.refused = False
        self._allow_private = allow_private
        self._open: list[socket.socket] = []
        self._over = False
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Begins to look."""
        _look_from_now_on()
        _current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets go."""
        _current.set(None)
        with self._lock:
            while self._open:
                self._open.pop().close()

    def admit(self, connection: socket.socket, address: object) -> None:
        """Looks at a connection that is about to be opened. Raises ConnectionRefusedError."""
        public = isinstance(address, tuple) and is_public(str(address[0]))
        with self._lock:
            self.refused = self.refused or not (public or self._allow_private)
            if self.refused or self._over:
                raise ConnectionRefusedError("this message may not go there")
            self._open.append(connection.dup())  # the same connection, also after TLS has taken the first one over

    def cut(self) -> None:
        """Breaks what is open. For any thread."""
        with self._lock:
            self._over = True
            for connection in self._open:
                _break(connection)


_current: ContextVar[Connections | None] = ContextVar("notification_connections", default=None)


@cache
def _look_from_now_on() -> None:
    """Once: such a hook stays as long as the process. It minds only the threads that send."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and (connections := _current.get()) is not None:
        connections.admit(arguments[0], arguments[1])


def _break(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
