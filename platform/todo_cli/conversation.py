"""Chats with the assistant from a terminal: one message, or a conversation until end of input."""

import argparse
import asyncio
import sys

import grpc

from todo_cli.connection import Connection, signed_in
from todo_cli.errors import CommandError, describe
from todo_cli.options import Subparsers, add_command
from todo_cli.tasks import send_message

PROMPT = "you> "


def register(subparsers: Subparsers) -> None:
    """Adds `chat`."""
    parser = add_command(subparsers, "chat", talk, "Talk to the assistant; without a message, start a conversation")
    parser.add_argument("words", nargs="*", help="the message")


async def talk(arguments: argparse.Namespace) -> None:
    """Sends one message, or chats until the person leaves."""
    async with signed_in(arguments.target) as connection:
        if arguments.words:
            await send_message(connection, " ".join(arguments.words), as_json=arguments.json)
        else:
            await _converse(connection, as_json=arguments.json)


async def _converse(connection: Connection, *, as_json: bool) -> None:
    while (line := await asyncio.to_thread(_read_line)) is not None:
        if line.strip() in {"quit", "exit", "bye"}:
            return
        if line.strip():
            await _answer(connection, line, as_json=as_json)


async def _answer(connection: Connection, line: str, *, as_json: bool) -> None:
    try:
        await send_message(connection, line, as_json=as_json)
    except CommandError as question:
        print(question)
    except grpc.RpcError as error:
        print(describe(error, connection.target), file=sys.stderr)


def _read_line() -> str | None:
    try:
        return input(PROMPT if sys.stdin.isatty() else "")
    except EOFError:
        return None
