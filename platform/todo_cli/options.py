"""The options that all commands on the system share."""

import argparse
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from todo_cli.connection import DEFAULT_TARGET

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - typeshed's name for it
else:
    Subparsers = object

Command = Callable[[argparse.Namespace], Awaitable[None]]


def add_command(subparsers: Subparsers, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    """Adds a command that calls the system over gRPC."""
    parser = subparsers.add_parser(name, help=text, description=text)
    parser.add_argument(
        "--target",
        default=os.environ.get("TODO_TARGET", DEFAULT_TARGET),
        help=f"gRPC address of chat_api; default: TODO_TARGET, or {DEFAULT_TARGET}",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=run)
    return parser
