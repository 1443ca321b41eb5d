"""What every pod keeps to: probes, limits, no rights, pinned images, and nothing that is not there."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_kube.render import Document
from todo_stack.cluster import as_yaml
from todo_stack.paths import CLONE

from .conftest import of_kind

MANIFESTS = load_manifests(Layout(CLONE))
OF_OPERATORS = {"todo-cluster-ca-cert", "todo-tls"}
"""Secrets that Strimzi and whoever issues certificates make."""


def templates(documents: list[Document]) -> Iterator[tuple[str, Any]]:
    for one in of_kind(documents, "Deployment", "StatefulSet", "Job"):
        yield one["metadata"]["name"], one["spec"]["template"]["spec"]


def containers(documents: list[Document]) -> Iterator[tuple[str, Any]]:
    for name, pod in templates(documents):
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            yield f"{name}/{container['name']}", container


def test_every_container_has_limits_and_no_rights(overlay: list[Document]) -> None:
    for name, container in containers(overlay):
        assert container["resources"]["limits"]["memory"], name
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
    for name, pod in templates(overlay):
        security = pod["securityContext"]
        assert security["runAsNonRoot"], name
        assert security["runAsUser"] > 0, name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not pod.get("hostNetwork"), name


def test_every_image_is_pinned(overlay: list[Document]) -> None:
    for name, container in containers(overlay):
        tag = container["image"].rpartition(":")[2]
        assert tag[0].isdigit(), name


def test_everything_that_stays_is_probed(overlay: list[Document]) -> None:
    for one in of_kind(overlay, "Deployment", "StatefulSet"):
        for container in one["spec"]["template"]["spec"]["containers"]:
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys(), one["metadata"]["name"]


@pytest.mark.parametrize("service", MANIFESTS)
def test_the_doors_are_those_of_the_manifest(overlay: list[Document], service: str) -> None:
    name, doors = service.replace("_", "-"), MANIFESTS[service].ports
    wanted = {"grpc": doors.grpc, "metrics": doors.metrics} | ({"http": doors.http} if doors.http else {})
    (deployment,) = (one for one in of_kind(overlay, "Deployment") if one["metadata"]["name"] == name)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert {one["name"]: one["containerPort"] for one in container["ports"]} == wanted
    assert container["readinessProbe"]["grpc"] == {"port": doors.grpc}
    environment = {one["name"]: one.get("value") for one in container["env"]}
    assert environment["TODO_SERVICE"] == service
    assert {kind: environment[f"TODO_{kind.upper()}_PORT"] for kind in wanted} == {
        kind: str(port) for kind, port in wanted.items()
    }
    (front,) = (one for one in of_kind(overlay, "Service") if one["metadata"]["name"] == name)
    assert {one["name"]: one["port"] for one in front["spec"]["ports"]} == wanted
    (target,) = (one["data"] for one in of_kind(overlay, "ConfigMap") if one["metadata"]["name"] == "todo")
    assert target[f"TODO_TARGET_{service.upper()}"] == f"{name}:{doors.grpc}"


def test_whatever_is_referred_to_is_there(overlay: list[Document]) -> None:
    made = {one["metadata"]["name"] for one in yaml.safe_load_all(as_yaml(tuple(MANIFESTS.values()), "db:1"))}
    users = {f"kafka-{one['metadata']['name']}" for one in of_kind(overlay, "KafkaUser")}
    assert set(_references(overlay, "secretName", "secretRef", "secretKeyRef")) <= made | users | OF_OPERATORS
    settings = {one["metadata"]["name"] for one in of_kind(overlay, "ConfigMap")}
    assert set(_references(overlay, "configMapRef")) <= settings
    accounts = {one["metadata"]["name"] for one in of_kind(overlay, "ServiceAccount")}
    assert {pod["serviceAccountName"] for _, pod in templates(overlay) if "serviceAccountName" in pod} <= accounts


def _references(node: Any, *keys: str) -> Iterator[str]:
    """The names of objects under some keys, wherever they are."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in keys:
                yield value if isinstance(value, str) else value["name"]
            else:
                yield from _references(value, *keys)
    elif isinstance(node, list):
        for one in node:
            yield from _references(one, *keys)


def test_the_scaler_trusts_whoever_signed_the_brokers(overlay: list[Document]) -> None:
    """The `ca.crt` in the secret of a Kafka user is the authority of clients, which signed no broker."""
    found = of_kind(overlay, "TriggerAuthentication")
    assert found
    for one in found:
        parts = {part["parameter"]: (part["name"], part["key"]) for part in one["spec"]["secretTargetRef"]}
        user = f"kafka-{one['metadata']['name'].removesuffix('-kafka')}"
        assert parts == {
            "ca": ("todo-cluster-ca-cert", "ca.crt"),
            "cert": (user, "user.crt"),
            "key": (user, "user.key"),
        }


def test_a_database_that_initializes_itself_is_not_ready(overlay: list[Document]) -> None:
    """Its first server has a socket only, and goes again; whoever connects comes by TCP."""
    for one in of_kind(overlay, "StatefulSet"):
        (container,) = one["spec"]["template"]["spec"]["containers"]
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert container[kind]["exec"]["command"][1:3] == ["-h", "127.0.0.1"], kind
