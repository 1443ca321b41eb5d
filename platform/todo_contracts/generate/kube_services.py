"""The services as Kubernetes resources, from their manifests: how each runs, scales, and who may talk to it."""

from collections.abc import Iterator
from typing import Any

import yaml

from todo_contracts.generate.kube_network import dns, policy, to_postgres
from todo_contracts.generate.kube_pods import CA_SECRET, KAFKA_SECRET, image_of, labels, migration, name_of, pod, ports
from todo_contracts.manifest import Manifest
from todo_contracts.wiring import Wiring

LAG_FOR_ONE_MORE = 5_000
"""Messages behind at which another consumer is started: some seconds of one's work, by `make bench`."""

_HEAD = "# Generated from services/*/service.yaml and avro/topics by `make generate`.\n"
Resource = dict[str, Any]


def kube_services(wiring: Wiring, version: str) -> dict[str, str]:
    """Name of a file in kube/base/services → its text; `version` is the tag of the images."""
    files = {
        f"{name_of(manifest.name)}.yaml": list(_resources(wiring, manifest, image_of(manifest.name, version)))
        for manifest in wiring.manifests.values()
    }
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": sorted(files),
    }
    return {name: _text(documents) for name, documents in {"kustomization.yaml": [kustomization], **files}.items()}


def _text(documents: list[Resource]) -> str:
    return _HEAD + yaml.safe_dump_all(documents, sort_keys=False, width=120)


def _resources(wiring: Wiring, manifest: Manifest, image: str) -> Iterator[Resource]:
    name = name_of(manifest.name)
    yield {**_head("v1", "ServiceAccount", name), "automountServiceAccountToken": False}
    yield _deployment(manifest, image)
    yield _service(manifest)
    yield {
        **_head("policy/v1", "PodDisruptionBudget", name),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels(name)}},
    }
    yield {**_head("networking.k8s.io/v1", "NetworkPolicy", name), "spec": policy(wiring, manifest)}
    yield from _scaling(wiring, manifest)
    if manifest.database:
        yield from _migrating(manifest, image)


def _head(version: str, kind: str, name: str) -> Resource:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": labels(name)}}


def _deployment(manifest: Manifest, image: str) -> Resource:
    """Without `replicas`: that is the autoscaler's."""
    name = name_of(manifest.name)
    return {
        **_head("apps/v1", "Deployment", name),
        "spec": {
            "revisionHistoryLimit": 5,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "selector": {"matchLabels": labels(name)},
            "template": {"metadata": {"labels": labels(name)}, "spec": pod(manifest, image)},
        },
    }


def _service(manifest: Manifest) -> Resource:
    name = name_of(manifest.name)
    doors = [
        # A gateway and a mesh read the protocol here.
        {
            "name": kind,
            "port": port,
            "targetPort": kind,
            **({"appProtocol": "kubernetes.io/h2c"} if kind == "grpc" else {}),
        }
        for kind, port in ports(manifest).items()
    ]
    return {**_head("v1", "Service", name), "spec": {"selector": labels(name), "ports": doors}}


def _scaling(wiring: Wiring, manifest: Manifest) -> Iterator[Resource]:
    """Members of a consumer group scale by their lag, the others by their work."""
    name = name_of(manifest.name)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    topics = wiring.consumed_by(manifest)
    if manifest.database and topics:
        most = min(topic.partitions for topic in topics)
        triggers = [_lag(manifest, topic.name) for topic in topics]
        yield {**_head("keda.sh/v1alpha1", "TriggerAuthentication", f"{name}-kafka"), "spec": _kafka_identity(name)}
        yield {
            **_head("keda.sh/v1alpha1", "ScaledObject", name),
            "spec": {
                "scaleTargetRef": {"name": name},
                "minReplicaCount": 2,
                "maxReplicaCount": most,
                "triggers": triggers,
            },
        }
    else:
        usage = {
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
        }
        spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 10, "metrics": [usage]}
        yield {**_head("autoscaling/v2", "HorizontalPodAutoscaler", name), "spec": spec}


def _lag(manifest: Manifest, topic: str) -> Resource:
    return {
        "type": "kafka",
        "authenticationRef": {"name": f"{name_of(manifest.name)}-kafka"},
        "metadata": {
            "bootstrapServers": "todo-kafka-bootstrap.todo.svc:9093",
            "consumerGroup": manifest.name,
            "topic": topic,
            "lagThreshold": str(LAG_FOR_ONE_MORE),
            "tls": "enable",
        },
    }


def _kafka_identity(name: str) -> Resource:
    """KEDA asks as the service. The `ca.crt` beside a user's certificate signed no broker."""
    user = f"{KAFKA_SECRET}{name}"
    return {
        "secretTargetRef": [
            {"parameter": "ca", "name": CA_SECRET, "key": "ca.crt"},
            {"parameter": "cert", "name": user, "key": "user.crt"},
            {"parameter": "key", "name": user, "key": "user.key"},
        ]
    }


def _migrating(manifest: Manifest, image: str) -> Iterator[Resource]:
    """The Job that migrates the database; the pods of the Deployment wait for what it does."""
    name = f"{name_of(manifest.name)}-migrate"
    template = {"metadata": {"labels": labels(name)}, "spec": migration(manifest, image)}
    yield {**_head("batch/v1", "Job", name), "spec": {"backoffLimit": 20, "template": template}}
    yield {
        **_head("networking.k8s.io/v1", "NetworkPolicy", name),
        "spec": {
            "podSelector": {"matchLabels": labels(name)},
            "policyTypes": ["Ingress", "Egress"],
            "egress": [dns(), to_postgres()],
        },
    }
