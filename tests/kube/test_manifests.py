"""Every manifest of every overlay on a real API server, with the types of Strimzi, Dapr, CloudNativePG and KEDA."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from todo_stack.paths import CLONE

from tests.kube.cluster.control_plane import ControlPlane
from tests.kube.cluster.kubectl import Refused

OVERLAYS = ("minikube", "oke", "aks", "gke")
STRICT = ("--dry-run=server", "--validate=strict", "--force-conflicts")
Document = dict[str, Any]
Typo = Callable[[Document], None]


def rendered(plane: ControlPlane, overlay: str) -> list[Document]:
    text = plane.kubectl("kustomize", str(CLONE / "kube/overlays" / overlay))
    return [document for document in yaml.safe_load_all(text) if document]


def with_namespaces(plane: ControlPlane, documents: list[Document]) -> list[Document]:
    """Makes the namespaces, in which the others can then be tried without being made."""
    spaces = [one for one in documents if one["kind"] == "Namespace"]
    plane.kubectl.apply(yaml.safe_dump_all(spaces), "--force-conflicts")
    return documents


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_manifest_is_accepted(plane: ControlPlane, overlay: str) -> None:
    documents = with_namespaces(plane, rendered(plane, overlay))
    said = plane.kubectl.apply(yaml.safe_dump_all(documents), *STRICT)
    assert len(said.splitlines()) == len(documents)


def renamed(path: str, wrong: str) -> Typo:
    """Spells the last key of a path wrongly; numbers are places in lists."""
    *parts, last = path.split(".")

    def typo(document: Document) -> None:
        place: Any = document
        for part in parts:
            place = place[int(part) if part.isdigit() else part]
        place[wrong] = place.pop(last)

    return typo


TYPOS: dict[str, tuple[str, Typo]] = {
    "a probe": ("Deployment", renamed("spec.template.spec.containers.0.livenessProbe", "livenessProb")),
    "a limit": ("Deployment", renamed("spec.template.spec.containers.0.resources.limits", "limit")),
    "a policy": ("NetworkPolicy", renamed("spec.podSelector", "podSelecter")),
    "a disruption budget": ("PodDisruptionBudget", renamed("spec.selector", "selectors")),
    "a broker": ("Kafka", renamed("spec.kafka.listeners", "listener")),
    "a pool": ("KafkaNodePool", renamed("spec.replicas", "replcias")),
    "a topic": ("KafkaTopic", renamed("spec.partitions", "partition")),
    "a user": ("KafkaUser", renamed("spec.authorization", "authorisation")),
    "a cluster": ("Cluster", renamed("spec.storage", "storrage")),
    "a scaler": ("ScaledObject", renamed("spec.triggers", "trigger")),
    "a component": ("Component", renamed("spec.metadata", "metadatas")),
    "a configuration": ("Configuration", renamed("spec.api", "apis")),
}


@pytest.mark.parametrize("what", TYPOS)
def test_a_typo_is_rejected(plane: ControlPlane, what: str) -> None:
    kind, typo = TYPOS[what]
    documents = with_namespaces(plane, rendered(plane, "gke"))
    found = next(one for one in documents if one["kind"] == kind)
    plane.kubectl.apply(yaml.safe_dump(found), *STRICT)
    typo(found)
    with pytest.raises(Refused, match=r"unknown field|Required value|not declared"):
        plane.kubectl.apply(yaml.safe_dump(found), *STRICT)
