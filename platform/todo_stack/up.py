"""`todo up`: the stack in the foreground, until Ctrl-C, SIGTERM or a closed terminal; or detached."""

import argparse
import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from typing import BinaryIO

from todo_stack import parts, record
from todo_stack.blueprint import StackConfig
from todo_stack.errors import StackError
from todo_stack.paths import DataDir, cache_dir
from todo_stack.process import open_log
from todo_stack.stack import Stack

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_POLL = 0.1


def up(arguments: argparse.Namespace) -> int:
    """Start and stay; the exit code (130 when interrupted before everything was ready)."""
    try:
        return asyncio.run(_run(_config(arguments)))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            where = f"{arguments.data_dir.root} or of {cache_dir()}"
            raise StackError(f"The disk of {where} is full: free some space, then start again.") from error
        raise


def up_detached(arguments: argparse.Namespace) -> int:
    """Start a supervisor in the background, show its progress, return when everything is ready."""
    data: DataDir = arguments.data_dir
    log = data.logs / "supervisor.log"
    with open_log(log) as output, log.open("rb") as shown:
        shown.seek(0, os.SEEK_END)
        supervisor = subprocess.Popen(
            _command(arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            return _follow_start(supervisor, shown, data)
        except KeyboardInterrupt:
            supervisor.terminate()
            return supervisor.wait()


def _command(arguments: argparse.Namespace) -> list[str]:
    options = ["--data-dir", str(arguments.data_dir.root), "--port-offset", str(arguments.port_offset)]
    only = ["--only", arguments.only] if arguments.only else []
    return [sys.executable, "-m", "todo_stack", "up", *options, *only]


def _follow_start(supervisor: "subprocess.Popen[bytes]", shown: BinaryIO, data: DataDir) -> int:
    while True:
        code = supervisor.poll()
        known = record.read(data)
        sys.stdout.write(shown.read().decode(errors="replace"))
        sys.stdout.flush()
        if code is not None:
            return code
        if known and known.ready and known.pid == supervisor.pid:
            return 0
        time.sleep(_POLL)


def _config(arguments: argparse.Namespace) -> StackConfig:
    names = arguments.only.split(",") if arguments.only else None
    return StackConfig(
        data=arguments.data_dir,
        offset=arguments.port_offset,
        components=parts.NAMES if names is None else parts.NAMES & set(names),
        services=None if names is None else tuple(name for name in names if name not in parts.NAMES),
    )


async def _run(config: StackConfig) -> int:
    begun = time.monotonic()
    stopping = _stop_requests()
    stack = Stack(config, say=_say)
    if not await _started(stack, stopping):
        _say("Stopped.")
        return 130
    _welcome(stack, time.monotonic() - begun)
    await stopping.wait()
    _say("Stopping...")
    await stack.stop()
    _say("Stopped.")
    return 0


def _stop_requests() -> asyncio.Event:
    """Set by the first Ctrl-C or the like; later ones change nothing, since stopping is bounded."""
    stopping = asyncio.Event()
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


async def _started(stack: Stack, stopping: asyncio.Event) -> bool:
    """Whether the start was completed; False when it was broken off. Raises what the start raised."""
    starting = asyncio.create_task(stack.start())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait([starting, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if starting.done():
        starting.result()
        return True
    _say("Stopping...")
    starting.cancel()
    await asyncio.wait([starting])
    return False


def _welcome(stack: Stack, seconds: float) -> None:
    _say(f"\nEverything is ready after {seconds:.1f} s.\n")
    for what, address in stack.blueprint.addresses.items():
        _say(f"  {what:<24} {address}")
    _say("\nCtrl-C or `todo down` stops it.")


def _say(text: str) -> None:
    print(text, flush=True)
