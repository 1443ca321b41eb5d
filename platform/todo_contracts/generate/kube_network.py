"""Who may talk to whom in the cluster: the calls of the manifests and nothing else.

Every pod is denied everything by kube/base/network; each of these policies opens the doors of one service. They need a
network plugin that enforces them.
"""

from typing import Any

from todo_contracts.generate.kube_pods import labels, name_of, ports
from todo_contracts.manifest import Manifest
from todo_contracts.wiring import Wiring

KAFKA, REGISTRY, POSTGRES, DNS, OTLP = 9093, 8081, 5432, 53, 4317
ROLE = "todo.dev/role"
"""Label of namespaces: `gateway` has the ingress, `monitoring` what reads metrics and takes traces."""

Resource = dict[str, Any]


def policy(wiring: Wiring, manifest: Manifest) -> Resource:
    """The NetworkPolicy of a service."""
    name = name_of(manifest.name)
    return {
        "podSelector": {"matchLabels": labels(name)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": _ingress(wiring, manifest),
        "egress": _egress(wiring, manifest),
    }


def callees(wiring: Wiring, manifest: Manifest) -> set[str]:
    """The services whose gRPC port a service uses."""
    return {wiring.home(service) for service in wiring.called_by(manifest)} | set(manifest.gateway_to)


def _ingress(wiring: Wiring, manifest: Manifest) -> list[Resource]:
    doors = ports(manifest)
    callers = [one.name for one in wiring.manifests.values() if manifest.name in callees(wiring, one)]
    rules = [{"from": [_pods(name_of(caller)) for caller in callers], "ports": _tcp(doors["grpc"])}] if callers else []
    if "http" in doors:
        rules.append({"from": [_namespace("gateway")], "ports": _tcp(doors["http"])})
    return [*rules, {"from": [_namespace("monitoring")], "ports": _tcp(doors["metrics"])}]


def _egress(wiring: Wiring, manifest: Manifest) -> list[Resource]:
    rules = [
        dns(),
        {"to": [{"podSelector": {"matchLabels": {"strimzi.io/name": "todo-kafka"}}}], "ports": _tcp(KAFKA)},
        {"to": [_pods("schema-registry")], "ports": _tcp(REGISTRY)},
        {"to": [_namespace("monitoring")], "ports": _tcp(OTLP)},
    ]
    if manifest.database:
        rules.append(to_postgres())
    called = sorted(callees(wiring, manifest))
    return rules + [{"to": [_pods(name_of(one))], "ports": _tcp(wiring.manifests[one].ports.grpc)} for one in called]


def to_postgres() -> Resource:
    """The door to the database."""
    return {"to": [_pods("postgres")], "ports": _tcp(POSTGRES)}


def dns() -> Resource:
    """The door to the cluster's names."""
    return {
        "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
        "ports": [{"protocol": protocol, "port": DNS} for protocol in ("UDP", "TCP")],
    }


def _pods(name: str) -> Resource:
    return {"podSelector": {"matchLabels": labels(name)}}


def _namespace(role: str) -> Resource:
    return {"namespaceSelector": {"matchLabels": {ROLE: role}}}


def _tcp(port: int) -> list[Resource]:
    return [{"protocol": "TCP", "port": port}]
