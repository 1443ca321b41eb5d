"""The environment that each service is started with on the local stack."""

import os
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from todo_contracts.manifest import Manifest

from todo_stack.ports import Ports
from todo_stack.provision import login_roles
from todo_stack.secrets import Secrets

_HOST = "127.0.0.1"
_WEBSOCKET = "todo.sync.v1.SyncService"
# What a person may set for all services in the shell that starts the stack.
_PASSED_ON = (
    "TODO_LOG_FORMAT",
    "TODO_LOG_LEVEL",
    "TODO_OTLP_ENDPOINT",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
)


def service_environment(
    manifest: Manifest,
    everybody: Iterable[Manifest],
    ports: Ports,
    secrets: Secrets,
    environ: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Every variable of one service; it learns the addresses of `everybody`."""
    everybody = tuple(everybody)
    numbers = ports.of(manifest)
    return (
        {
            "TODO_SERVICE": manifest.name,
            "TODO_INSTANCE": manifest.name,
            "TODO_BIND_HOST": _HOST,
            "TODO_KAFKA_BOOTSTRAP": f"{_HOST}:{ports['kafka']}",
            "TODO_REGISTRY_URL": registry_url(ports),
            "TODO_SECRETS_DIR": str(secrets.of(manifest.name)),
            "TODO_OUTGOING_ALLOW_PRIVATE": "true",
            "TODO_ENVIRONMENT": "local",
            "GRPC_VERBOSITY": "NONE",  # its core writes text to stderr; what fails is told by the calls
        }
        | {name: environ[name] for name in _PASSED_ON if name in environ}
        | {f"TODO_{kind.upper()}_PORT": str(port) for kind, port in numbers.items()}
        | {f"TODO_TARGET_{m.name.upper()}": f"{_HOST}:{ports.of(m)['grpc']}" for m in everybody}
        | public_addresses(everybody, ports)
        | _databases(manifest, ports, secrets)
    )


def public_addresses(everybody: Iterable[Manifest], ports: Ports) -> dict[str, str]:
    """Where people reach the REST gateway (the service that forwards to others) and the WebSocket."""
    found = {}
    for manifest in everybody:
        http = ports.of(manifest).get("http")
        if http and manifest.gateway_to:
            found["TODO_PUBLIC_HTTP_URL"] = f"http://{_HOST}:{http}"
        if http and _WEBSOCKET in manifest.serves:
            found["TODO_PUBLIC_SYNC_URL"] = f"ws://{_HOST}:{http}/v1/sync"
    return found


def _databases(manifest: Manifest, ports: Ports, secrets: Secrets) -> dict[str, str]:
    """The app role's URL plain, the extra roles' by name; the owner's is for migrations, not for services."""
    return {
        "TODO_DATABASE_URL" if role == "app" else f"TODO_DATABASE_{role.upper()}_URL": database_url(
            f"{manifest.name}_{role}", manifest.name, ports, secrets
        )
        for role in login_roles(manifest)
        if role != "owner"
    }


def registry_url(ports: Ports) -> str:
    """The base URL of the registry's Confluent-compatible API."""
    return f"http://{_HOST}:{ports['registry']}/apis/ccompat/v7"


def database_url(role: str, database: str, ports: Ports, secrets: Secrets) -> str:
    """A role's connection URL."""
    password = quote(secrets.passwords[role], safe="")
    return f"postgresql://{role}:{password}@{_HOST}:{ports['postgres']}/{database}"
