"""Messages as chat_api sends them: one event with everything in it, numbered streams of it, and topics of one's own."""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from todo.task_events.v1 import TaskCreated
from todo.types.v1 import LocalTime, Priority, Reminder, Task, TaskStatus
from todo_runtime.ids import uuid7
from todo_runtime.wire.headers import headers_of

TOPIC = "task-events"
TYPE = TaskCreated.SCHEMA.full_name
STREAMS = 50
_PARTITIONS = 12
_NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_TASK, _WORKSPACE, _PERSON, _REMINDER, _ASSIGNEE = (uuid4() for _ in range(5))
Numbered = Iterable[tuple[UUID, int]]
"""Messages to send: the key and the sequence of each."""


def task_created(workspace: UUID = _WORKSPACE) -> TaskCreated:
    """An event about a task with everything in it."""
    due = LocalTime(date="2026-12-01", time="09:00:00", time_zone="Europe/Berlin", instant=_NOW)
    return TaskCreated(
        task=Task(
            id=_TASK,
            workspace_id=workspace,
            title="Water the plants",
            notes="Those on the balcony too.",
            status=TaskStatus.OPEN,
            priority=Priority.HIGH,
            tags=["garden", "home"],
            position="a0",
            due=due,
            reminders=[Reminder(id=_REMINDER, before_due_seconds=600, fires_at=_NOW)],
            estimate_seconds=900,
            assignee_id=_ASSIGNEE,
            created_at=_NOW,
            created_by=_PERSON,
            updated_at=_NOW,
            updated_by=_PERSON,
            etag="1",
        ),
        changed_fields=["due", "priority", "reminders", "tags", "title"],
        actor_id=_PERSON,
    )


def streams(count: int) -> list[tuple[UUID, int]]:
    """`count` messages of new streams, which take turns."""
    keys = [uuid4() for _ in range(STREAMS)]
    return [(keys[place % STREAMS], place // STREAMS + 1) for place in range(count)]


def producer(bootstrap: str) -> Producer:
    """A producer with the guarantees of the relay."""
    return Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,
            "linger.ms": 0,
            "partitioner": "murmur2_random",
            "log_level": 2,
        }
    )


async def send(producer: Producer, topic: str, payload: bytes, numbered: Numbered) -> None:
    """Sends a payload again and again, and waits until all are acknowledged. Raises KafkaException."""
    await asyncio.to_thread(_send, producer, topic, payload, numbered)


def _send(producer: Producer, topic: str, payload: bytes, numbered: Numbered) -> None:
    now, refused = datetime.now(UTC), list[KafkaError]()

    def delivered(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            refused.append(error)

    for key, sequence in numbered:
        subject = f"workspaces/{key}/tasks/{uuid7()}"
        headers = headers_of(uuid4(), TYPE, "/todo/chat_api", subject, now, sequence, None, None, None)
        while True:
            try:
                producer.produce(topic, payload, str(key), headers=list(headers), on_delivery=delivered)
            except BufferError:
                producer.poll(0.01)
            else:
                break
    producer.flush()
    if refused:
        raise KafkaException(refused[0])


def new_topic(bootstrap: str) -> str:
    """A topic like that of tasks which nothing else reads or writes; every partition has its leader.

    What is sent sooner may overtake what a broker refused because it did not lead yet.
    """
    name = f"bench-{uuid4()}"
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    made = admin.create_topics([NewTopic(name, num_partitions=_PARTITIONS, replication_factor=1)])
    made[name].result(30)
    end = time.monotonic() + 30
    while not _is_led(admin, name):
        assert time.monotonic() < end, f"The topic {name} has no leaders."
        time.sleep(0.05)
    return name


def _is_led(admin: AdminClient, topic: str) -> bool:
    partitions = admin.list_topics(topic, 10).topics[topic].partitions.values()
    return len(partitions) == _PARTITIONS and all(one.leader >= 0 and one.error is None for one in partitions)
