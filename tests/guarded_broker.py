"""A broker that asks everybody for a certificate, with the rights that kube/base/kafka/catalogue gives the services."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclBindingFilter, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType
from todo_contracts.catalogue import Topic, load_catalogue
from todo_contracts.layout import Layout
from todo_contracts.manifest import Manifest, load_manifests
from todo_runtime.config import KafkaAccess, TlsFiles
from todo_runtime.testing.waiting import eventually
from todo_stack import parts
from todo_stack.account import unprivileged
from todo_stack.components.kafka import Kafka, TlsDoor
from todo_stack.paths import CLONE, cache_dir
from todo_stack.ports import reserved_offset
from todo_stack.process import spawn
from todo_stack.topics import create_topics

from tests.certificates import Authority, Pair

USERS = CLONE / "kube/base/kafka/catalogue/users.yaml"


@dataclass(frozen=True)
class Guarded:
    """The broker. `plain` is the operator's way in; services come with a certificate."""

    plain: str
    secure: str
    authority: Authority
    manifests: tuple[Manifest, ...]
    topics: tuple[Topic, ...]

    def access(self, user: str) -> KafkaAccess:
        """What the service of that user is given."""
        return self.shown(self.authority.sign(user))

    def shown(self, pair: Pair) -> KafkaAccess:
        """Access with any certificate."""
        return KafkaAccess(self.secure, TlsFiles(self.authority.pair.certificate, pair.certificate, pair.key))


@contextmanager
def guarded_broker(folder: Path, host: str = "127.0.0.1") -> Iterator[Guarded]:
    """Runs the broker; its door for services is at an address of this machine."""
    layout = Layout(CLONE)
    manifests, topics = tuple(load_manifests(layout).values()), tuple(load_catalogue(layout).values())
    authority = Authority(folder / "certificates")
    found = parts.obtain({"kafka"}, cache_dir(), account=unprivileged(), say=print)
    with reserved_offset(manifests) as offset:
        tls = TlsDoor(9094 + offset, _keystore(authority, host), authority.pair.certificate, host)
        broker = Kafka(found.kafka, folder / "kafka", 9092 + offset, 9093 + offset, tls)
        with _running(broker, folder):
            create_topics(broker.bootstrap, topics)
            _grant(broker.bootstrap)
            yield Guarded(broker.bootstrap, f"{host}:{tls.port}", authority, manifests, topics)


@contextmanager
def _running(broker: Kafka, folder: Path) -> Iterator[None]:
    broker.prepare()
    with asyncio.Runner() as loop:
        child = loop.run(spawn(broker.launch(), log=folder / "kafka.log", group=os.getpgrp()))
        try:
            loop.run(eventually(lambda: asyncio.to_thread(broker.is_ready), within=60, what="the broker"))
            yield
        finally:
            loop.run(child.stop())


def _keystore(authority: Authority, host: str) -> Path:
    pair = authority.sign("broker", hosts=(host, "localhost"))
    keystore = pair.key.with_suffix(".pem")
    keystore.write_bytes(pair.key.read_bytes() + pair.certificate.read_bytes())
    return keystore


def _grant(bootstrap: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    bindings = [binding for user in yaml.safe_load_all(USERS.read_text()) for binding in _bindings(user)]
    for future in admin.create_acls(bindings).values():
        future.result(30)
    asyncio.run(eventually(lambda: _known(admin) == len(bindings), what="the broker's knowledge of its new rights"))


def _known(admin: AdminClient) -> int:
    anything = AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]  # the stub forgets that None is any
        ResourcePatternType.ANY,
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    return len(admin.describe_acls(anything).result(10))


def _bindings(user: Any) -> list[AclBinding]:
    name, spec = user["metadata"]["name"], user["spec"]
    return [
        AclBinding(
            ResourceType[right["resource"]["type"].upper()],
            right["resource"]["name"],
            ResourcePatternType[right["resource"]["patternType"].upper()],
            f"User:CN={name}",
            "*",
            AclOperation[operation.upper()],
            AclPermissionType.ALLOW,
        )
        for right in spec["authorization"]["acls"]
        for operation in right["operations"]
    ]
