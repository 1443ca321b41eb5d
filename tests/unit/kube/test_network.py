"""Who may talk to whom: what the contracts say, and nobody else."""

from itertools import product

import pytest
from todo_contracts.generate.pipeline import load_wiring
from todo_contracts.layout import Layout
from todo_contracts.wiring import Wiring
from todo_kube.render import Document
from todo_stack.paths import CLONE

from .conftest import of_kind
from .network import allowed, elsewhere, outside, pods_of

SERVICES = {"audit": 50054, "chat-api": 50051, "notification": 50052, "recurring-task": 50053, "sync": 50055}
KAFKA, REGISTRY, POSTGRES = ("kafka", 9093), ("schema-registry", 8081), ("postgres", 5432)
WITH_DATABASE = ("audit", "chat-api", "notification", "recurring-task")
METRICS = {"audit": 9104, "chat-api": 9101, "notification": 9102, "recurring-task": 9103, "sync": 9105}
PORTS = {*SERVICES.values(), *METRICS.values(), 22, 53, 80, 443, 587, 8000, 8080, 8081, 8090, 9091, 9093, 9187, 5432}
LET_IN = {
    "gateway": {("chat-api", 8080), ("sync", 8090)},
    "monitoring": {*METRICS.items(), ("postgres", 9187)},
    "keda": {KAFKA},
    "cnpg-system": {POSTGRES, ("postgres", 8000)},
    "stranger": set[tuple[str, int]](),
}
ROLES = {"gateway", "monitoring"}
"""Namespaces that are known by a label, whatever they are called."""
WITH_SIDECAR = set(SERVICES)
# Who asks the API server, which is in no namespace, may use its ports anywhere.
ON_THE_API_SERVER = {*WITH_SIDECAR, "kafka"}
LET_OUT = {
    ("203.0.113.9", 587): {"notification"},
    ("203.0.113.9", 80): {"notification"},
    ("10.1.2.3", 80): set[str](),
    ("169.254.169.254", 80): set[str](),
    ("203.0.113.9", 443): ON_THE_API_SERVER,
    ("10.1.2.3", 443): ON_THE_API_SERVER,
}


@pytest.fixture(scope="module")
def wiring() -> Wiring:
    return load_wiring(Layout(CLONE))


def expected(wiring: Wiring) -> set[tuple[str, str, int]]:
    """Source, target and port of each connection that the house needs."""
    edges = {(service, *target) for service in SERVICES for target in (KAFKA, REGISTRY)}
    edges |= {(name, *POSTGRES) for one in WITH_DATABASE for name in (one, f"{one}-migrate")}
    edges |= {("databases", *POSTGRES), ("register-contracts", *REGISTRY)}
    edges |= {("schema-registry", *KAFKA), ("schema-registry", *REGISTRY)}
    for manifest in wiring.manifests.values():
        called = {wiring.home(service) for service in wiring.called_by(manifest)} | set(manifest.gateway_to)
        source = manifest.name.replace("_", "-")
        edges |= {(source, (name := one.replace("_", "-")), SERVICES[name]) for one in called}
    return edges


def found(documents: list[Document]) -> set[tuple[str, str, int]]:
    """The same as the policies allow it, between all pods on all doors."""
    policies, pods = of_kind(documents, "NetworkPolicy"), list(pods_of(documents))
    doors = {KAFKA[1], REGISTRY[1], POSTGRES[1], *SERVICES.values(), 8080, 8090, 9101, 9102, 9103, 9104, 9105, 22}
    between = product(pods, pods, doors)
    edges = {(one.name, other.name, port) for one, other, port in between if allowed(policies, one, other, port)}
    # Kafka's and PostgreSQL's own pods among each other are their operators' business.
    return {edge for edge in edges if edge[0] != edge[1] or edge[0] == "schema-registry"}


def test_the_doors_are_those_of_the_contracts(overlay: list[Document], wiring: Wiring) -> None:
    assert found(overlay) == expected(wiring)


def test_a_rule_too_many_is_seen(overlay: list[Document], wiring: Wiring) -> None:
    extra = {
        "kind": "NetworkPolicy",
        "spec": {
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "audit"}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "chat-api"}}}]}],
        },
    }
    assert found([*overlay, extra]) == expected(wiring)  # let in, and not let out
    outward = {
        "kind": "NetworkPolicy",
        "spec": {
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "chat-api"}},
            "policyTypes": ["Egress"],
            "egress": [{"ports": [{"protocol": "TCP", "port": 9104}]}],
        },
    }
    assert found([*overlay, extra, outward]) - expected(wiring) == {("chat-api", "audit", 9104)}


def test_a_missing_policy_is_seen(overlay: list[Document], wiring: Wiring) -> None:
    without = {"default-deny", "databases", "register-contracts"}
    rest = [one for one in overlay if one["kind"] != "NetworkPolicy" or one["metadata"]["name"] not in without]
    assert ("databases", "register-contracts", 22) in found(rest)


@pytest.mark.parametrize("name", LET_IN)
def test_from_other_namespaces_only_these_doors_are_open(overlay: list[Document], name: str) -> None:
    somebody = elsewhere(name, **({"todo.dev/role": name} if name in ROLES else {}))
    policies, pods = of_kind(overlay, "NetworkPolicy"), list(pods_of(overlay))
    doors = {(pod.name, port) for pod, port in product(pods, PORTS) if allowed(policies, somebody, pod, port)}
    of_the_operator = {("postgres", 9187), ("postgres", 8000), *(LET_IN["cnpg-system"])}
    assert doors == LET_IN[name] - (set() if of_kind(overlay, "Cluster") else of_the_operator)


@pytest.mark.parametrize(("address", "port"), LET_OUT)
def test_out_of_the_cluster_only_these_connect(overlay: list[Document], address: str, port: int) -> None:
    policies = of_kind(overlay, "NetworkPolicy")
    found = {pod.name for pod in pods_of(overlay) if allowed(policies, pod, outside(address), port)}
    asks_too = {"postgres"} if of_kind(overlay, "Cluster") and port == 443 else set()
    assert found == LET_OUT[address, port] | asks_too


def test_only_sidecars_ask_the_control_plane_of_dapr(overlay: list[Document]) -> None:
    policies = of_kind(overlay, "NetworkPolicy")
    for port in (443, 50001):
        found = {pod.name for pod in pods_of(overlay) if allowed(policies, pod, elsewhere("dapr-system"), port)}
        assert found >= WITH_SIDECAR
        assert found <= (ON_THE_API_SERVER | {"postgres"} if port == 443 else WITH_SIDECAR)
