"""The services as pods: the manifests of kube/base, beside PostgreSQL, Kafka and the registry of this machine.

There are no names in this cluster, so addresses stand where names do; and no operators, so their secrets are made here.
"""

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_kube.render import Document, render
from todo_stack.cluster import SUPERUSER_URL, as_yaml
from todo_stack.hosted import HostedStack, private_stack
from todo_stack.paths import CLONE

from tests.chaos.verdict import Databases
from tests.guarded_broker import Guarded, guarded_broker
from tests.kube.cluster.kubectl import Kubectl
from tests.kube.cluster.node import GATEWAY
from tests.kube.cluster.programs import Program, wait_for

SERVICES = ("audit", "chat-api", "notification", "recurring-task", "sync")
ADDRESSES = {name: f"10.96.7.{number}" for number, name in enumerate(SERVICES, 1)}
JOBS = ("databases", *(f"{name}-migrate" for name in SERVICES[:4]), "register-contracts")
DOORS = [(ADDRESSES["chat-api"], 8080), (ADDRESSES["chat-api"], 50051), (ADDRESSES["sync"], 8090)]
POSTGRES, REGISTRY = 15432, 18081
_OF_OPERATORS = {"Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser", "ScaledObject", "TriggerAuthentication"}


@dataclass(frozen=True)
class Deployment:
    """What runs in the cluster, and how to reach it."""

    kubectl: Kubectl
    databases: Databases

    @property
    def rest(self) -> str:
        return f"http://{ADDRESSES['chat-api']}:8080"

    def in_namespace(self, *arguments: str, within: float = 300) -> str:
        """kubectl in the namespace."""
        return self.kubectl("--namespace", "todo", *arguments, within=within)


@contextmanager
def deployed(kubectl: Kubectl, folder: Path) -> Iterator[Deployment]:
    """Applies everything and waits until all of it is ready."""
    with ExitStack() as opened:
        stack = opened.enter_context(private_stack())
        broker = opened.enter_context(guarded_broker(folder / "broker", GATEWAY))
        for port, target in ((POSTGRES, "postgres"), (REGISTRY, "registry")):
            relay = [
                "socat",
                f"TCP-LISTEN:{port},bind={GATEWAY},fork,reuseaddr",
                f"TCP:127.0.0.1:{stack.blueprint.ports[target]}",
            ]
            opened.enter_context(Program(f"socat-{target}", relay, folder, lambda: True))
        documents = list(_documents(broker))
        kubectl.apply(yaml.safe_dump_all([one for one in documents if one["kind"] == "Namespace"]))
        kubectl.apply(yaml.safe_dump_all([*_secrets(stack, broker), *documents]), "--namespace", "todo")
        address = stack.blueprint.postgres_url
        running = Deployment(kubectl, Databases(address("chat_api"), address("audit")))
        for job in JOBS:
            running.in_namespace("wait", "--for=condition=Complete", f"job/{job}", "--timeout=240s")
        for name in SERVICES:
            running.in_namespace("rollout", "status", f"deployment/{name}", "--timeout=240s")
        # A pod is ready a moment before the node knows the way to it.
        wait_for(lambda: all(map(_answers, DOORS)), within=60, what="the way to the services")
        yield running


def _answers(door: tuple[str, int]) -> bool:
    with socket.socket() as client:
        client.settimeout(2)
        return client.connect_ex(door) == 0


def _documents(broker: Guarded) -> Iterator[Document]:
    for one in render(CLONE / "kube" / "base"):
        name = one["metadata"]["name"]
        if one["kind"] in _OF_OPERATORS or name == "schema-registry":
            continue
        if one["kind"] == "ConfigMap":
            one["data"] |= _settings(broker)
        if one["kind"] == "Service":
            one["spec"]["clusterIP"] = ADDRESSES[name]
        yield one


def _settings(broker: Guarded) -> dict[str, str]:
    manifests = load_manifests(Layout(CLONE)).values()
    targets = {f"TODO_TARGET_{one.name.upper()}": f"{_address(one.name)}:{one.ports.grpc}" for one in manifests}
    return targets | {
        "TODO_KAFKA_BOOTSTRAP": broker.secure,
        "TODO_REGISTRY_URL": f"http://{GATEWAY}:{REGISTRY}/apis/ccompat/v7",
        "TODO_PUBLIC_HTTP_URL": f"http://{_address('chat_api')}:8080",
        "TODO_PUBLIC_SYNC_URL": f"ws://{_address('sync')}:8090/v1/sync",
    }


def _address(service: str) -> str:
    return ADDRESSES[service.replace("_", "-")]


def _secrets(stack: HostedStack, broker: Guarded) -> Iterator[Document]:
    """Those that deploying makes, and those that Strimzi would."""
    manifests = tuple(load_manifests(Layout(CLONE)).values())
    for one in yaml.safe_load_all(as_yaml(manifests, f"{GATEWAY}:{POSTGRES}")):
        if one["metadata"]["name"] == "postgres-administration":
            server = urlsplit(stack.blueprint.postgres_url())
            there = f"{server.username}:{server.password}@{GATEWAY}:{POSTGRES}"
            one["stringData"][SUPERUSER_URL] = server._replace(netloc=there).geturl()
        yield one
    yield _secret("todo-cluster-ca-cert", {"ca.crt": broker.authority.pair.certificate})
    for name in SERVICES:
        pair = broker.authority.sign(name)
        yield _secret(f"kafka-{name}", {"user.crt": pair.certificate, "user.key": pair.key})


def _secret(name: str, files: dict[str, Path]) -> dict[str, Any]:
    data = {key: base64.b64encode(file.read_bytes()).decode() for key, file in files.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}


def pods(running: Deployment, name: str) -> list[Any]:
    """The pods of a service."""
    selector = f"app.kubernetes.io/name={name}"
    found = json.loads(running.in_namespace("get", "pods", "--selector", selector, "--output", "json"))
    return list(found["items"])
