"""Creates the catalogue's topics. Partition counts never change, so an existing topic is only checked."""

from collections.abc import Iterable

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from todo_contracts.catalogue import Topic

from todo_stack.errors import StackError

_TIMEOUT = 30.0


def create_topics(bootstrap: str, topics: Iterable[Topic]) -> None:
    """Create what is missing. Raises StackError where a topic has another number of partitions."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    existing = admin.list_topics(timeout=_TIMEOUT).topics
    missing = []
    for topic in topics:
        if topic.name not in existing:
            missing.append(_new(topic))
        elif (count := len(existing[topic.name].partitions)) != topic.partitions:
            raise StackError(
                f"The topic {topic.name} has {count} partitions and the catalogue says {topic.partitions}: "
                "partition counts never change, so restore the number or name a new topic."
            )
    if missing:
        _create(admin, missing)


def _new(topic: Topic) -> NewTopic:
    keep = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    config = {"cleanup.policy": topic.cleanup, "retention.ms": str(keep)}
    return NewTopic(topic.name, num_partitions=topic.partitions, replication_factor=1, config=config)


def _create(admin: AdminClient, topics: list[NewTopic]) -> None:
    for future in admin.create_topics(topics, operation_timeout=_TIMEOUT).values():
        try:
            future.result(_TIMEOUT)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
