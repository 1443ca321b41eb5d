"""Entry point of the `todo` command: parses the arguments, runs one command, prints errors as one sentence."""

import argparse
import asyncio
import inspect
import os
import sys
from collections.abc import Sequence

import grpc
import todo_contracts.commands
import todo_stack.commands

from todo_cli.errors import CommandError, describe

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    options = build_parser(given).parse_args(given)
    try:
        return _run(options)
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except grpc.RpcError as error:
        print(describe(error, options.target), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def build_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of all commands, or for `todo contracts …` of those commands only."""
    parser = argparse.ArgumentParser(prog="todo", description="Your tasks, the local stack and the contracts.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    if arguments[:1] == ["contracts"]:
        todo_contracts.commands.register(subparsers)
    else:
        _register_all(subparsers)
    return parser


def _register_all(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    # Not at the top: these import generated code, and `todo contracts generate` must run without it.
    from todo_cli import account, conversation, files, tasks, watch  # noqa: PLC0415

    for group in (account, tasks, files, conversation, watch, todo_stack.commands, todo_contracts.commands):
        group.register(subparsers)


def _run(options: argparse.Namespace) -> int:
    result = options.run(options)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    return result or 0


if __name__ == "__main__":
    sys.exit(main())
