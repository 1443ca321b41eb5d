"""The commands of the local stack: `todo up`, `down`, `status`, `logs`.

`register` adds them to an argparse parser; each sets `run`, a function of the parsed arguments that returns
the exit code. What a person asked for goes to standard output, what went wrong is a sentence on standard
error.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from todo_stack.down import down
from todo_stack.errors import StackError
from todo_stack.logs import logs
from todo_stack.paths import CLONE, DataDir
from todo_stack.status import status

_Run = Callable[[argparse.Namespace], int]
_FOLLOWED_LINES = 20


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the stack's commands."""
    _add_up(subparsers.add_parser("up", help="Start the local stack and all services"))
    _command(subparsers.add_parser("down", help="Stop the local stack"), down)
    state = _command(subparsers.add_parser("status", help="Show what runs, where, in how much memory"), status)
    state.add_argument("--json", action="store_true", help="for programs")
    shown = _command(subparsers.add_parser("logs", help="Show what the services and the stack wrote"), logs)
    shown.add_argument("name", nargs="?", help="one component or service (default: all)")
    shown.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    shown.add_argument("-n", "--lines", type=int, default=_FOLLOWED_LINES, help="how many to start with")


def _add_up(parser: argparse.ArgumentParser) -> None:
    _command(parser, _up)
    parser.add_argument("--detach", action="store_true", help="return when everything is ready")
    parser.add_argument("--port-offset", type=int, default=0, metavar="N", help="add N to every port")
    parser.add_argument("--only", metavar="NAMES", help="a comma-separated list of components and services")


def _command(parser: argparse.ArgumentParser, run: _Run) -> argparse.ArgumentParser:
    parser.add_argument(
        "--data-dir",
        type=lambda text: DataDir(Path(text).expanduser().resolve()),
        default=DataDir(CLONE / ".todo"),
        metavar="DIR",
        help="where the stack keeps its data (default: .todo in the clone)",
    )
    parser.set_defaults(run=lambda arguments: _reporting(run, arguments))
    return parser


def _up(arguments: argparse.Namespace) -> int:
    # Imported when needed: the other commands answer at once, without Kafka's and PostgreSQL's clients.
    from todo_stack.up import up, up_detached  # noqa: PLC0415

    return up_detached(arguments) if arguments.detach else up(arguments)


def _reporting(run: _Run, arguments: argparse.Namespace) -> int:
    try:
        return run(arguments)
    except StackError as error:
        print(f"todo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
