"""Live changes in a terminal, over the same WebSocket as the web page: reconnects where it stopped, gap-free."""

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
PASSING = frozenset({"TOKEN_EXPIRED", "GOING_AWAY", "UNAVAILABLE", "SLOW_READER", "INTERNAL"})
"""Errors after which the same person may connect again, with a fresh token."""
SILENT = frozenset({"ready", "authenticated", "subscribed", "unsubscribed"})
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0


def register(subparsers: Subparsers) -> None:
    """Adds `watch`."""
    parser = add_command(subparsers, "watch", watch, "Show changes as they happen, until Ctrl-C")
    parser.add_argument("--sync-url", default=os.environ.get("TODO_SYNC_URL", DEFAULT_SYNC_URL), help="address of sync")
    parser.add_argument("--count", type=int, default=0, help="stop after so many changes")


async def watch(arguments: argparse.Namespace) -> None:
    """Prints a line a change; with --json, a JSON document a line."""
    watcher = Watcher(arguments.sync_url, as_json=arguments.json, count=arguments.count)
    pause = FIRST_PAUSE
    while not watcher.is_done:
        async with signed_in(arguments.target) as connection:
            token = connection.token or ""
        try:
            await watcher.follow(token)
            pause = FIRST_PAUSE
        except (OSError, websockets.WebSocketException):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


class Watcher:
    """Follows the changes and remembers the cursors between connections."""

    def __init__(self, url: str, *, as_json: bool, count: int) -> None:
        self._url = url
        self._as_json = as_json
        self._left = count or None
        self._cursors: dict[str, str] = {}
        self._console = Console()

    @property
    def is_done(self) -> bool:
        """Whether as many changes were shown as were asked for."""
        return self._left == 0

    async def follow(self, token: str) -> None:
        """Shows changes until the connection ends; CommandError when the server refuses."""
        async with websockets.connect(self._url, subprotocols=[SUBPROTOCOL]) as socket:
            await socket.send(json.dumps({"type": "auth", "token": token, "cursors": self._cursors}))
            async for message in socket:
                self._take(json.loads(message))
                if self.is_done:
                    return

    def _take(self, frame: Mapping[str, Any]) -> None:
        kind = frame.get("type")
        if kind == "error" and frame.get("code") in PASSING:
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
        if self._left:
            self._left -= 1

    def _line(self, frame: Mapping[str, Any]) -> None:
        subject = frame.get("task") or frame.get("notification") or {}
        title = printable(str(subject.get("title", "")))
        changed = ", ".join(frame.get("changed", ()))
        self._console.print(f"[dim]{frame.get('type', '')}[/dim] {title} [dim]{printable(changed)}[/dim]")
