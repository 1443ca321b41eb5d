"""The service manifests, services/<name>/service.yaml: the one place that names a service."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem
from todo_contracts.strict_yaml import Fields, read_fields

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SECRET = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_GIVEN_SECRETS = frozenset(("signing-key", "jwks"))


@dataclass(frozen=True)
class Ports:
    """Default ports; `http` only where the service has a REST or WebSocket door."""

    grpc: int
    metrics: int
    http: int | None


@dataclass(frozen=True)
class Manifest:
    """What one service serves, calls and owns.

    `calls` maps a gRPC service to the methods that this service may call on it; `gateway_to` names the
    services whose HTTP methods it forwards for people; `extra_roles` are login roles of its database beside
    owner and app; `secrets` are random keys of 32 bytes that it gets beside the ones that every service has.
    """

    file: str
    name: str
    summary: str
    serves: tuple[str, ...]
    calls: Mapping[str, tuple[str, ...]]
    gateway_to: tuple[str, ...]
    database: bool
    extra_roles: tuple[str, ...]
    ports: Ports
    secrets: tuple[str, ...] = ()


def load_manifests(layout: Layout) -> dict[str, Manifest]:
    """Every manifest by service name, sorted; raises ContractError with all that is wrong in any of them."""
    problems: list[Problem] = []
    manifests: dict[str, Manifest] = {}
    for path in sorted(layout.services.glob("*/service.yaml")):
        file = layout.name(path)
        fields = read_fields(path, file, problems)
        if fields is None:
            continue
        manifest = _read(file, fields)
        if manifest.name and manifest.name != path.parent.name:
            fields.complain("name", f"is {manifest.name!r}", f"use the name of the folder, {path.parent.name!r}")
        manifests[path.parent.name] = manifest
    problems.extend(_unknown_targets(manifests))
    if problems:
        raise ContractError(problems)
    return manifests


def _read(file: str, fields: Fields) -> Manifest:
    name = fields.text("name")
    if name and not _NAME.fullmatch(name):
        fields.complain("name", f"is {name!r}", "use lower_snake_case: it is also a Python package and a database")
    manifest = Manifest(
        file=file,
        name=name,
        summary=fields.text("summary"),
        serves=fields.texts("serves"),
        calls=_calls(fields.fields("calls")),
        gateway_to=fields.texts("gateway_to") if fields.has("gateway_to") else (),
        database=fields.flag("database"),
        extra_roles=fields.texts("extra_roles"),
        ports=_ports(fields.fields("ports")),
        secrets=_secrets(fields) if fields.has("secrets") else (),
    )
    fields.close()
    return manifest


def _secrets(fields: Fields) -> tuple[str, ...]:
    names = fields.texts("secrets")
    for name in names:
        if name in _GIVEN_SECRETS or not _SECRET.fullmatch(name):
            fields.complain("secrets", f"has {name!r}", "use a lower-case-name that no other secret has")
    return names


def _calls(fields: Fields) -> dict[str, tuple[str, ...]]:
    return {service: fields.texts(service) for service in fields.keys()}  # noqa: SIM118 (not a dict)


def _ports(fields: Fields) -> Ports:
    http = fields.number("http") if fields.has("http") else None
    ports = Ports(grpc=fields.number("grpc"), metrics=fields.number("metrics"), http=http)
    fields.close()
    return ports


def _unknown_targets(manifests: Mapping[str, Manifest]) -> Iterator[Problem]:
    for manifest in manifests.values():
        for target in manifest.gateway_to:
            if target not in manifests:
                what = f"gateway_to names {target!r}, which is no service"
                yield Problem(manifest.file, what, f"use one of {', '.join(manifests)}")
