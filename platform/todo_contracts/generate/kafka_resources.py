"""The catalogue as Strimzi resources: a KafkaTopic for each topic, a KafkaUser with least rights for each service.

A producer may describe and write its topics, a consumer with a database describe and read them and use the group
of its name; one without follows them without joining a group, and only looks up the coordinator of its name, as every
client does. Nobody may create, alter or delete anything: the topic operator does.
Source: https://strimzi.io/docs/operators/latest/configuring.html (KafkaTopic, KafkaUser)
"""

from collections.abc import Iterator
from typing import Any

import yaml

from todo_contracts.catalogue import Topic
from todo_contracts.manifest import Manifest
from todo_contracts.wiring import Wiring

CLUSTER = "todo"
_API = "kafka.strimzi.io/v1"
_HEAD = "# Generated from avro/topics by `make generate`.\n"
Resource = dict[str, Any]


def kafka_resources(wiring: Wiring) -> dict[str, str]:
    """Name of a file in kube/base/kafka/catalogue → its text."""
    topics = [_topic(topic) for topic in wiring.topics.values()]
    users = [_user(wiring, manifest) for manifest in wiring.manifests.values()]
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["topics.yaml", "users.yaml"],
    }
    return {
        "kustomization.yaml": _text([kustomization]),
        "topics.yaml": _text(topics),
        "users.yaml": _text(users),
    }


def _text(resources: list[Resource]) -> str:
    return _HEAD + yaml.safe_dump_all(resources, sort_keys=False, width=120)


def _resource(kind: str, name: str, spec: Resource) -> Resource:
    labels = {"strimzi.io/cluster": CLUSTER}
    return {"apiVersion": _API, "kind": kind, "metadata": {"name": name, "labels": labels}, "spec": spec}


def _topic(topic: Topic) -> Resource:
    """Without `replicas`, so that the cluster's default holds: one on a single node, three in the clouds."""
    keep = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    config = {"cleanup.policy": topic.cleanup, "retention.ms": keep}
    return _resource("KafkaTopic", topic.name, {"partitions": topic.partitions, "config": config})


def _user(wiring: Wiring, manifest: Manifest) -> Resource:
    spec = {
        "authentication": {"type": "tls"},
        "authorization": {"type": "simple", "acls": list(_rights(wiring, manifest))},
    }
    return _resource("KafkaUser", manifest.name.replace("_", "-"), spec)


def _rights(wiring: Wiring, manifest: Manifest) -> Iterator[Resource]:
    for topic in wiring.produced_by(manifest):
        yield _right("topic", topic.name, "Describe", "Write")
    consumed = wiring.consumed_by(manifest)
    for topic in consumed:
        yield _right("topic", topic.name, "Describe", "Read")
    if consumed:
        yield _right("group", manifest.name, "Describe", *(["Read"] if manifest.database else []))


def _right(kind: str, name: str, *operations: str) -> Resource:
    return {"resource": {"type": kind, "name": name, "patternType": "literal"}, "operations": list(operations)}
