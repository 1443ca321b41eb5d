"""A daprd as a process of its own, to be killed and started again."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import grpc
import httpx
import yaml
from todo_runtime.testing import eventually
from todo_stack.paths import CLONE

from tests.integration.service_process import free_port

CONFIGURATIONS = CLONE / "compose/dapr"
TOKEN = "only-ours"
"""What whoever calls the sidecar must present."""


class Daprd:
    """A sidecar of one service: state in a PostgreSQL database, secrets in a file."""

    def __init__(self, program: Path, folder: Path, service: str, database: str) -> None:
        self.port, self._grpc_port = free_port(), free_port()
        self._program, self._folder, self._service = program, folder, service.replace("_", "-")
        self._components = folder / "components"
        self._components.mkdir(parents=True)
        self._secrets = folder / "secrets.json"
        self._log: IO[bytes] = (folder / "daprd.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self.keep({})
        # Without a prefix its tables would be called as ours are: `state`.
        self._component("state", "state.postgresql", "v2", {"connectionString": database, "tablePrefix": "dapr_"})
        self._component(
            "secrets", "secretstores.local.file", "v1", {"secretsFile": str(self._secrets), "multiValued": "true"}
        )

    @property
    def endpoint(self) -> str:
        """The base URL of its HTTP API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What Dapr's injector would tell the service."""
        return {"DAPR_HTTP_PORT": str(self.port), "DAPR_API_TOKEN": TOKEN}

    def keep(self, secrets: Mapping[str, str]) -> None:
        """Sets the keys of the service's secret; read when the sidecar starts."""
        self._secrets.write_text(json.dumps({self._service: dict(secrets)}))

    def begin(self) -> None:
        """Starts it and leaves it alone."""
        command = [
            str(self._program), "--mode", "standalone", "--app-id", self._service,
            "--resources-path", str(self._components), "--config", str(CONFIGURATIONS / f"{self._service}.yaml"),
            "--dapr-listen-addresses", "127.0.0.1", "--dapr-http-port", str(self.port),
            "--dapr-grpc-port", str(self._grpc_port), "--dapr-internal-grpc-port", str(free_port()),
            "--dapr-internal-grpc-listen-address", "127.0.0.1",
            "--placement-host-address", "", "--scheduler-host-address", "", "--enable-metrics=false",
        ]  # fmt: skip
        environment = {**os.environ, "DAPR_API_TOKEN": TOKEN}
        self._process = subprocess.Popen(command, env=environment, stdout=self._log, stderr=subprocess.STDOUT)

    async def ready(self) -> None:
        """Waits until its components are up."""
        await eventually(self._is_ready, within=30, what="daprd getting ready")

    async def start(self) -> None:
        """Starts it and waits until its components are up."""
        self.begin()
        await self.ready()

    def kill(self) -> None:
        """Ends it in the middle of whatever it does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=30)
            self._process = None

    def close(self) -> None:
        """Ends it for good."""
        self.kill()
        self._log.close()

    async def refusal(self, method: str) -> str:
        """What its gRPC API says to an empty request; "" when it carries it out."""
        metadata = [("dapr-api-token", TOKEN)]
        async with grpc.aio.insecure_channel(f"127.0.0.1:{self._grpc_port}") as channel:
            call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
            call = channel.unary_unary(f"/dapr.proto.runtime.v1.Dapr/{method}")
            try:
                await call(b"", metadata=metadata, timeout=10)
            except grpc.aio.AioRpcError as error:
                return error.details() or str(error.code())
        return ""

    async def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "daprd.log").read_text()[-2000:]
        try:
            async with httpx.AsyncClient(headers={"dapr-api-token": TOKEN}) as client:
                return (await client.get(f"{self.endpoint}/v1.0/healthz/outbound")).is_success
        except httpx.TransportError:
            return False

    def _component(self, name: str, kind: str, version: str, metadata: Mapping[str, str]) -> None:
        settings = [{"name": key, "value": value} for key, value in metadata.items()]
        document = {
            "apiVersion": "dapr.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": name},
            "spec": {"type": kind, "version": version, "metadata": settings},
        }
        (self._components / f"{name}.yaml").write_text(yaml.safe_dump(document))
