"""Frames: what an event looks like to a client, and that it is the same over both transports."""

from pathlib import Path

from todo_contracts.layout import find_root

ROOT = find_root(Path(__file__))
