"""What each service may do on Kafka, tried on a real broker: what the catalogue says, and nothing else."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from todo_runtime.config import KafkaAccess
from todo_runtime.outbox.publisher import Publisher

from tests.certificates import Authority
from tests.guarded_broker import Guarded

pytestmark = pytest.mark.own_stack

DENIED = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED}
TIME = 15.0


def client(access: KafkaAccess, **more: Any) -> dict[str, Any]:
    return {**access.client(), "log_level": 0, **more}


def may_write(access: KafkaAccess, topic: str) -> bool:
    outcome: list[KafkaError | None] = []
    producer = Producer(client(access, **{"enable.idempotence": True, "message.timeout.ms": 15_000}))
    producer.produce(topic, b"probe", on_delivery=lambda error, _message: outcome.append(error))
    try:
        producer.flush(TIME)
    except KafkaException as error:  # who may write nothing at all is not even given a producer's id
        return _allowed(error.args[0])
    return _allowed(outcome[0])


def may_read(access: KafkaAccess, group: str, topic: str) -> bool:
    with closing(Consumer(client(access, **{"group.id": group, "enable.partition.eof": True}))) as consumer:
        if not _allowed(consumer.list_topics(topic, timeout=TIME).topics[topic].error):
            return False
        consumer.assign([TopicPartition(topic, 0, 0)])
        while (message := consumer.poll(TIME)) is not None:
            error = message.error()
            if error is None or error.code() == KafkaError._PARTITION_EOF:
                return True
            if error.code() != KafkaError.GROUP_AUTHORIZATION_FAILED:
                return _allowed(error)
    raise AssertionError(f"{topic} was neither read nor refused")


def rights(access: KafkaAccess, service: str, topics: list[str]) -> tuple[set[str], set[str]]:
    """The topics that a service can write, and those that it can read."""
    written = {topic for topic in topics if may_write(access, topic)}
    return written, {topic for topic in topics if may_read(access, service, topic)}


def may_join(access: KafkaAccess, group: str, topic: str) -> bool:
    assigned: list[object] = []
    consumer = Consumer(client(access, **{"group.id": group}))
    consumer.subscribe([topic], on_assign=lambda _consumer, partitions: assigned.append(partitions))
    end = monotonic() + TIME
    with closing(consumer):
        while monotonic() < end:
            message = consumer.poll(0.1)
            if assigned:
                return True
            error = message.error() if message is not None else None
            if error is not None and error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
                return False
    raise AssertionError(f"{group} neither joined nor refused")


def _allowed(error: KafkaError | None) -> bool:
    assert error is None or error.code() in DENIED, error
    return error is None


def test_each_service_writes_and_reads_what_the_catalogue_says_and_nothing_else(guarded: Guarded) -> None:
    services = [manifest.name for manifest in guarded.manifests]
    users = [guarded.access(service.replace("_", "-")) for service in services]
    topics = [topic.name for topic in guarded.topics]
    # Processes: a client that is refused as a whole raises in whichever thread is calling back.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = list(pool.map(rights, users, services, [topics] * len(users)))
    for service, (written, read) in zip(services, found, strict=True):
        assert written == {topic.name for topic in guarded.topics if service in topic.producers}
        assert read == {topic.name for topic in guarded.topics if service in topic.consumers}


def test_each_service_uses_its_own_group_and_no_other(guarded: Guarded) -> None:
    groups = [manifest.name for manifest in guarded.manifests]
    for manifest in guarded.manifests:
        consumed = [topic.name for topic in guarded.topics if manifest.name in topic.consumers]
        access = guarded.access(manifest.name.replace("_", "-"))
        joined = [group for group in groups if may_join(access, group, (consumed or ["task-events"])[0])]
        assert joined == ([manifest.name] if consumed and manifest.database else [])


def test_nobody_makes_or_removes_topics(guarded: Guarded) -> None:
    for manifest in guarded.manifests:
        admin = AdminClient(client(guarded.access(manifest.name.replace("_", "-"))))
        made = admin.create_topics([NewTopic(f"own-{uuid4()}", 1, 1)])
        removed = admin.delete_topics(["task-events"])
        for future in (*made.values(), *removed.values()):
            error = future.exception(TIME)
            assert isinstance(error, KafkaException)
            assert error.args[0].code() in DENIED


def test_a_person_with_a_certificate_and_no_rights_sees_nothing(guarded: Guarded) -> None:
    access = guarded.access("somebody")
    assert not any(
        may_read(access, "somebody", topic.name) or may_write(access, topic.name) for topic in guarded.topics
    )
    assert set(AdminClient(client(access)).list_topics(timeout=TIME).topics) == set()


def test_the_relay_comes_in_with_its_services_certificate(guarded: Guarded) -> None:
    Publisher(guarded.access("chat-api"), "/todo/chat_api", lambda _alive: None).warm_up()


async def test_without_a_certificate_of_this_authority_nobody_comes_in(guarded: Guarded, tmp_path: Path) -> None:
    stranger = Authority(tmp_path).sign("chat-api")
    plain = KafkaAccess(guarded.secure)
    for access in (guarded.shown(stranger), plain):
        assert not await asyncio.to_thread(_answers, access)
    assert await asyncio.to_thread(_answers, guarded.access("chat-api"))


def _answers(access: KafkaAccess) -> bool:
    try:
        return bool(AdminClient(client(access)).list_topics(timeout=2).brokers)
    except KafkaException:
        return False
