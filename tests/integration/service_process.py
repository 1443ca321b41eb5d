"""One service as a process of its own, with a database of the test's choice, to be killed and started again."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import httpx
from todo_runtime.testing import eventually
from todo_stack.environment import service_environment
from todo_stack.hosted import HostedStack

_PORTS = range(25_000, 32_000)


class ServiceProcess:
    """Started by `start`; `kill` is -9. What it logs goes to a file."""

    def __init__(self, stack: HostedStack, name: str, log: Path, environment: Mapping[str, str]) -> None:
        plan = stack.blueprint
        manifest = next(one for one in plan.manifests if one.name == name)
        defaults = service_environment(manifest, plan.manifests, plan.ports, plan.secrets)
        self.grpc_port, self._metrics_port = free_port(), free_port()
        ports = {"TODO_GRPC_PORT": str(self.grpc_port), "TODO_METRICS_PORT": str(self._metrics_port)}
        self._environment = {**os.environ, **defaults, **ports, **environment}
        self._module = f"services.{name}.main"
        self._log: IO[bytes] = log.open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Starts it and waits until it is ready."""
        self.begin()
        await self.ready()

    def begin(self) -> None:
        """Starts it and leaves it alone."""
        self._process = self._spawn()

    async def ready(self) -> None:
        """Waits until it is ready."""
        await eventually(self._is_ready, within=30, what=f"{self._module} getting ready")

    async def readiness(self) -> dict[str, Any]:
        """What its readiness probe says, `{status, components}`; empty while nothing answers."""
        try:
            async with httpx.AsyncClient() as client:
                answer: dict[str, Any] = (await client.get(f"http://127.0.0.1:{self._metrics_port}/readyz")).json()
        except httpx.TransportError:
            return {}
        return answer

    async def ended(self) -> int:
        """Waits until it has ended by itself; its exit code."""
        assert self._process is not None
        process, self._process = self._process, None
        code = await asyncio.to_thread(process.wait, 30)
        self._log.close()
        return code

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", self._module]
        return subprocess.Popen(command, env=self._environment, stdout=self._log, stderr=subprocess.STDOUT)

    def kill(self) -> None:
        """Ends it in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ends it in order; its exit code."""
        code = self._end(signal.SIGTERM)
        self._log.close()
        return code

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(timeout=30)
        self._process = None
        return code

    async def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "it has ended"
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"http://127.0.0.1:{self._metrics_port}/readyz")).is_success
        except httpx.TransportError:
            return False


def free_port() -> int:
    """A port that nobody listens on, that no stack of the tests uses, and that the system gives to no connection.

    One of those that it gives to connections might be taken again before a program can listen on it.
    """
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
