"""NetworkPolicies as a cluster evaluates them: who may open which door of whom.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from todo_kube.render import Document

NAMESPACE = "todo"


@dataclass(frozen=True)
class Pod:
    """Somebody in the cluster: labels, and the labels of the namespace. Outside of it: an address."""

    name: str
    labels: tuple[tuple[str, str], ...]
    namespace: tuple[tuple[str, str], ...] = (("kubernetes.io/metadata.name", NAMESPACE),)
    address: str = ""

    @property
    def at_home(self) -> bool:
        return dict(self.namespace).get("kubernetes.io/metadata.name") == NAMESPACE


def allowed(policies: list[Document], source: Pod, target: Pod, port: int) -> bool:
    """Whether a connection is let out there and let in here."""
    out = not source.at_home or _open(policies, source, target, port, "Egress", "egress", "to")
    return out and (not target.at_home or _open(policies, target, source, port, "Ingress", "ingress", "from"))


def _open(policies: list[Document], of: Pod, other: Pod, port: int, kind: str, rules: str, peers: str) -> bool:
    chosen = [one["spec"] for one in policies if _selects(one["spec"]["podSelector"], dict(of.labels))]
    chosen = [one for one in chosen if kind in one["policyTypes"]]
    return not chosen or any(_meets(rule, peers, other, port) for one in chosen for rule in one.get(rules, ()))


def _meets(rule: Any, peers: str, other: Pod, port: int) -> bool:
    doors = [one["port"] for one in rule.get("ports", ()) if one["protocol"] == "TCP"]
    if "ports" in rule and port not in doors:
        return False
    return peers not in rule or any(_is_peer(peer, other) for peer in rule[peers])


def _is_peer(peer: Any, other: Pod) -> bool:
    if "ipBlock" in peer:
        return bool(other.address) and _is_within(peer["ipBlock"], other.address)
    if other.address:
        return False
    if "namespaceSelector" in peer:
        if not _selects(peer["namespaceSelector"], dict(other.namespace)):
            return False
    elif not other.at_home:
        return False
    return _selects(peer.get("podSelector", {}), dict(other.labels))


def _is_within(block: Any, address: str) -> bool:
    one = ip_address(address)
    return one in ip_network(block["cidr"]) and not any(one in ip_network(part) for part in block.get("except", ()))


def _selects(selector: Any, labels: dict[str, str]) -> bool:
    named = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return named and all(_expression(one, labels) for one in selector.get("matchExpressions", ()))


def _expression(expression: Any, labels: dict[str, str]) -> bool:
    if expression["operator"] != "In":
        raise ValueError(f"operator {expression['operator']} is not known here")
    return labels.get(expression["key"]) in expression["values"]


def elsewhere(namespace: str, **labels: str) -> Pod:
    """Somebody in another namespace."""
    return Pod(namespace, (), (("kubernetes.io/metadata.name", namespace), *labels.items()))


def outside(address: str) -> Pod:
    """Somebody who is in no namespace."""
    return Pod(address, (), (), address)


def pods_of(documents: list[Document]) -> Iterator[Pod]:
    """The pods that an overlay makes, and those that operators make for it."""
    for one in documents:
        if one["kind"] in {"Deployment", "StatefulSet", "Job"}:
            yield Pod(one["metadata"]["name"], tuple(one["spec"]["template"]["metadata"]["labels"].items()))
        elif one["kind"] == "Cluster":
            yield Pod("postgres", tuple(one["spec"]["inheritedMetadata"]["labels"].items()))
        elif one["kind"] == "Kafka":
            yield Pod("kafka", (("strimzi.io/cluster", "todo"), ("strimzi.io/name", "todo-kafka")))
