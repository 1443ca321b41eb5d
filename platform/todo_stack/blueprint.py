"""Draws up what a stack consists of: every component with its ports, folders and secrets, before any runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from todo_contracts.layout import Layout
from todo_contracts.manifest import Manifest, load_manifests

from todo_stack import parts, preflight
from todo_stack.account import unprivileged
from todo_stack.class_cache import class_cache
from todo_stack.components import Component
from todo_stack.components.kafka import Kafka
from todo_stack.components.postgres import Postgres
from todo_stack.components.registry import Registry
from todo_stack.components.service import Service
from todo_stack.download import Say
from todo_stack.environment import database_url, public_addresses, registry_url, service_environment
from todo_stack.errors import StackError
from todo_stack.paths import CLONE, DataDir, cache_dir
from todo_stack.ports import Ports, assign
from todo_stack.secrets import Secrets, ensure


@dataclass(frozen=True)
class StackConfig:
    """What to start and where.

    `components`: of postgres, kafka, registry; `services`: names, None for every service of the clone;
    `offset` is added to every standard port. Without `durable`, what PostgreSQL wrote may be lost when the machine
    itself goes down, though not when a process is killed.
    """

    data: DataDir
    root: Path = CLONE
    offset: int = 0
    components: frozenset[str] = parts.NAMES
    services: tuple[str, ...] | None = None
    durable: bool = True


@dataclass(frozen=True)
class Blueprint:
    """The parts of one stack. `manifests` are all services of the clone, `services` those to run."""

    config: StackConfig
    manifests: tuple[Manifest, ...]
    ports: Ports
    secrets: Secrets
    postgres: Postgres | None
    kafka: Kafka | None
    registry: Registry | None
    services: tuple[Service, ...]

    @property
    def components(self) -> tuple[Component, ...]:
        """Everything to supervise, in the order in which it is needed."""
        infrastructure = (self.postgres, self.kafka, self.registry)
        return (*(part for part in infrastructure if part), *self.services)

    @property
    def kafka_bootstrap(self) -> str:
        """What Kafka clients connect to."""
        return f"127.0.0.1:{self.ports['kafka']}"

    @property
    def registry_url(self) -> str:
        """The base URL of the registry's Confluent-compatible API."""
        return registry_url(self.ports)

    def postgres_url(self, database: str = "postgres") -> str:
        """The superuser's connection URL."""
        return database_url("postgres", database, self.ports, self.secrets)

    @property
    def addresses(self) -> dict[str, str]:
        """What a person or a program connects to, by what it is."""
        return _web(self) | _grpc(self) | _infrastructure(self)


def draw(config: StackConfig, *, say: Say, interrupted: Callable[[], bool]) -> Blueprint:
    """Read the manifests, fetch the programs, make the secrets (blocking). Raises StackError."""
    account = unprivileged()
    manifests = tuple(load_manifests(Layout(config.root)).values())
    running = _chosen(manifests, config.services)
    found = parts.obtain(config.components, cache_dir(), account=account, say=say, interrupted=interrupted)
    ports, secrets = assign(manifests, offset=config.offset), ensure(config.data.secrets, manifests)
    folder = preflight.postgres_folder(config.data, account)
    password = secrets.passwords["postgres"]
    data = config.data
    return Blueprint(
        config=config,
        manifests=manifests,
        ports=ports,
        secrets=secrets,
        postgres=Postgres(found.postgres, folder, ports["postgres"], password, account, config.durable)
        if found.postgres
        else None,
        kafka=_kafka(found, data, ports),
        registry=_registry(found, data, ports),
        services=tuple(_service(manifest, manifests, config.root, ports, secrets) for manifest in running),
    )


def _kafka(found: parts.Parts, data: DataDir, ports: Ports) -> Kafka | None:
    if not found.kafka:
        return None
    classes = class_cache(cache_dir(), "kafka")
    return Kafka(found.kafka, data.kafka, ports["kafka"], ports["kafka_controller"], classes=classes)


def _registry(found: parts.Parts, data: DataDir, ports: Ports) -> Registry | None:
    if not found.registry:
        return None
    return Registry(found.registry, data.registry, ports["registry"], class_cache(cache_dir(), "registry"))


def _chosen(manifests: Sequence[Manifest], names: Sequence[str] | None) -> list[Manifest]:
    known = {manifest.name: manifest for manifest in manifests}
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        raise StackError(f"There is no service {', '.join(unknown)}: choose from {', '.join(known)}.")
    return list(manifests) if names is None else [known[name] for name in names]


def _service(manifest: Manifest, everybody: Sequence[Manifest], root: Path, ports: Ports, secrets: Secrets) -> Service:
    environment = service_environment(manifest, everybody, ports, secrets)
    return Service(manifest.name, root, ports.of(manifest), environment)


def _web(blueprint: Blueprint) -> dict[str, str]:
    running = {service.name for service in blueprint.services}
    found = public_addresses([m for m in blueprint.manifests if m.name in running], blueprint.ports)
    page, socket = found.get("TODO_PUBLIC_HTTP_URL"), found.get("TODO_PUBLIC_SYNC_URL")
    web = {"web page": f"{page}/", "REST": f"{page}/docs"} if page else {}
    return web | ({"WebSocket": socket} if socket else {})


def _grpc(blueprint: Blueprint) -> dict[str, str]:
    return {f"gRPC {service.name}": f"127.0.0.1:{service.numbers['grpc']}" for service in blueprint.services}


def _infrastructure(blueprint: Blueprint) -> dict[str, str]:
    found = {}
    if blueprint.registry:
        found["schema registry"] = blueprint.registry_url
    if blueprint.kafka:
        found["Kafka"] = blueprint.kafka_bootstrap
    if blueprint.postgres:
        found["PostgreSQL"] = f"127.0.0.1:{blueprint.postgres.port}"
    return found
