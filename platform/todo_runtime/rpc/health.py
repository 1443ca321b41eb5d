"""The standard health service (grpc.health.v1) for the server as a whole, "", and for each service by name."""

import asyncio
from collections.abc import Iterable
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio

from todo_runtime.health import Health

SERVICE = "grpc.health.v1.Health"


class HealthService:
    """Serves the readiness of `Health`, and notifies watchers of changes."""

    def __init__(self, health: Health, services: Iterable[str]) -> None:
        self._health = health
        self._names = ("", *services)
        self._servicer = aio.HealthServicer()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, server: grpc.aio.Server) -> None:
        """Registers with a server that has not been started."""
        health_pb2_grpc.add_HealthServicer_to_server(self._servicer, server)
        await self._publish()
        self._health.subscribe(self._changed.set)
        self._task = asyncio.create_task(self._follow(), name="grpc-health")

    async def stop(self) -> None:
        """Reports NOT_SERVING from now on."""
        if self._task is not None:
            self._task.cancel()
        await self._servicer.enter_graceful_shutdown()

    async def _follow(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._publish()

    async def _publish(self) -> None:
        statuses: Any = health_pb2.HealthCheckResponse
        status = statuses.SERVING if self._health.ready else statuses.NOT_SERVING
        for name in self._names:
            await self._servicer.set(name, status)
