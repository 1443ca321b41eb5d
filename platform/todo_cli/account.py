"""Signing up, in and out from a terminal."""

import argparse
import getpass
import os
import sys
from pathlib import Path

from todo.identity.v1 import identity_service_pb2 as identity
from todo.identity.v1.client import IdentityServiceClient

from todo_cli.connection import anonymous, signed_in
from todo_cli.errors import CommandError
from todo_cli.options import Subparsers, add_command
from todo_cli.render import print_json
from todo_cli.session import SessionFile, from_tokens


def register(subparsers: Subparsers) -> None:
    """Adds `signup`, `login`, `logout` and `whoami`."""
    for name, run, text in (("signup", sign_up, "Create an account"), ("login", sign_in, "Sign in")):
        parser = add_command(subparsers, name, run, text)
        parser.add_argument("email", help="your e-mail address")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    subparsers.choices["signup"].add_argument(
        "--time-zone", default="", help="IANA name of your time zone; by default that of this machine"
    )
    logout = add_command(subparsers, "logout", sign_out, "Sign out")
    logout.add_argument("--everywhere", action="store_true", help="end all of your sessions")
    add_command(subparsers, "whoami", show_account, "Show your account")


async def sign_up(arguments: argparse.Namespace) -> None:
    """Creates an account and signs in."""
    request = identity.SignUpRequest(
        email=arguments.email,
        password=_password(arguments),
        time_zone=arguments.time_zone or local_time_zone(),
    )
    async with anonymous(arguments.target) as connection:
        response = await IdentityServiceClient(connection.channel).sign_up(request)
    SessionFile().save(arguments.target, from_tokens(response.tokens, arguments.email))
    print(f"Welcome, {response.user.display_name}. Try: todo add buy milk tomorrow at 9")


async def sign_in(arguments: argparse.Namespace) -> None:
    """Signs in with an existing account."""
    request = identity.SignInRequest(email=arguments.email, password=_password(arguments))
    async with anonymous(arguments.target) as connection:
        response = await IdentityServiceClient(connection.channel).sign_in(request)
    SessionFile().save(arguments.target, from_tokens(response.tokens, arguments.email))
    print(f"Signed in as {response.user.email}.")


async def sign_out(arguments: argparse.Namespace) -> None:
    """Ends this session, or all sessions of the person."""
    async with signed_in(arguments.target) as connection:
        request = identity.SignOutRequest(everywhere=arguments.everywhere)
        await IdentityServiceClient(connection.channel).sign_out(request, metadata=connection.metadata)
    SessionFile().remove(arguments.target)
    print("Signed out.")


async def show_account(arguments: argparse.Namespace) -> None:
    """Shows the signed-in account."""
    async with signed_in(arguments.target) as connection:
        client = IdentityServiceClient(connection.channel)
        user = await client.get_me(identity.GetMeRequest(), metadata=connection.metadata)
    if arguments.json:
        print_json(user)
    else:
        print(f"{user.email} ({user.display_name}), {user.time_zone}")


def local_time_zone() -> str:
    """The IANA name of this machine's time zone; UTC if it is unknown."""
    if zone := os.environ.get("TZ"):
        return zone.removeprefix(":")
    _, found, name = str(Path("/etc/localtime").resolve()).rpartition("zoneinfo/")
    return name if found else "UTC"


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise CommandError(
            "Without a terminal there is no password prompt. Pass the password on standard input with --password-stdin."
        )
    return getpass.getpass("Password: ")
