"""Shows live changes, over the same WebSocket as the web page; after a reconnect it resumes without a gap."""

import argparse
import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any

import websockets
from rich.console import Console

from todo_cli.connection import DEFAULT_SYNC_URL, signed_in
from todo_cli.errors import CommandError
from todo_cli.options import Subparsers, add_command
from todo_cli.render import printable

SUBPROTOCOL = websockets.Subprotocol("todo.v1.json")
RETRIED = frozenset({"TOKEN_EXPIRED", "GOING_AWAY", "UNAVAILABLE", "SLOW_READER", "INTERNAL"})
"""Errors after which the client reconnects, with a new token."""
SILENT = frozenset({"ready", "authenticated", "subscribed", "unsubscribed"})
FIRST_DELAY = 0.5
LONGEST_DELAY = 15.0


def register(subparsers: Subparsers) -> None:
    """Adds `watch`."""
    parser = add_command(subparsers, "watch", watch, "Show changes as they happen, until Ctrl-C")
    parser.add_argument(
        "--sync-url", default=os.environ.get("TODO_SYNC_URL", DEFAULT_SYNC_URL), help="WebSocket address of sync"
    )
    parser.add_argument("--count", type=int, default=0, help="stop after this many changes")


async def watch(arguments: argparse.Namespace) -> None:
    """Prints one line per change; with --json, a JSON document."""
    watcher = Watcher(arguments.sync_url, as_json=arguments.json, count=arguments.count)
    delay = FIRST_DELAY
    while not watcher.is_done:
        async with signed_in(arguments.target) as connection:
            token = connection.token or ""
        try:
            await watcher.follow(token)
            delay = FIRST_DELAY
        except (OSError, websockets.WebSocketException):
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)


class Watcher:
    """Follows changes and keeps the cursors between connections."""

    def __init__(self, url: str, *, as_json: bool, count: int) -> None:
        self._url = url
        self._as_json = as_json
        self._remaining = count or None
        self._cursors: dict[str, str] = {}
        self._console = Console()

    @property
    def is_done(self) -> bool:
        """Whether the requested number of changes was shown."""
        return self._remaining == 0

    async def follow(self, token: str) -> None:
        """Shows changes until the connection ends. Raises CommandError if the server refuses."""
        async with websockets.connect(self._url, subprotocols=[SUBPROTOCOL]) as socket:
            await socket.send(json.dumps({"type": "auth", "token": token, "cursors": self._cursors}))
            async for message in socket:
                self._handle(json.loads(message))
                if self.is_done:
                    return

    def _handle(self, frame: Mapping[str, Any]) -> None:
        kind = frame.get("type")
        if kind == "error" and frame.get("code") in RETRIED:
            raise ConnectionResetError(frame.get("message"))
        if kind == "error":
            raise CommandError(str(frame.get("message", "The server closed the connection.")))
        self._cursors.update(frame.get("cursors", {}))
        if "cursor" in frame and "stream" in frame:
            self._cursors[frame["stream"]] = frame["cursor"]
        if kind not in SILENT:
            self._show(frame)

    def _show(self, frame: Mapping[str, Any]) -> None:
        print(json.dumps(frame, ensure_ascii=False), flush=True) if self._as_json else self._line(frame)
        if self._remaining:
            self._remaining -= 1

    def _line(self, frame: Mapping[str, Any]) -> None:
        subject = frame.get("task") or frame.get("notification") or {}
        title = printable(str(subject.get("title", "")))
        changed = ", ".join(frame.get("changed", ()))
        self._console.print(f"[dim]{frame.get('type', '')}[/dim] {title} [dim]{printable(changed)}[/dim]")
