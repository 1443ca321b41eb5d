"""Messages as chat_api would send them, and as it never should."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from todo.events import Event
from todo.task_events.v1 import TaskCompleted, TaskCreated, TaskUpdated
from todo.types.v1 import Priority, Task, TaskStatus
from todo_runtime.kafka import AvroCodec, Record
from todo_runtime.wire.headers import headers_of

TASK_EVENTS: Final[tuple[type[Event], ...]] = (TaskCreated, TaskUpdated, TaskCompleted)
USER, WORKSPACE, TASK = uuid4(), uuid4(), uuid4()
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def task(workspace: UUID = WORKSPACE, id_: UUID = TASK, title: str = "buy milk") -> Task:
    return Task(
        id=id_,
        workspace_id=workspace,
        title=title,
        notes="",
        status=TaskStatus.OPEN,
        priority=Priority.NONE,
        tags=[],
        position="a0",
        reminders=[],
        created_at=NOW,
        created_by=USER,
        updated_at=NOW,
        updated_by=USER,
        etag="1",
    )


def created(codec: AvroCodec, sequence: int, workspace: UUID = WORKSPACE, id_: UUID = TASK) -> Record:
    """A well-formed TaskCreated."""
    event = TaskCreated(task=task(workspace, id_, f"task {sequence}"), changed_fields=["title"], actor_id=USER)
    return record(codec, "task-events", event, workspace, sequence, f"workspaces/{workspace}/tasks/{id_}")


def completed(codec: AvroCodec, sequence: int, workspace: UUID = WORKSPACE, id_: UUID = TASK) -> Record:
    """A well-formed TaskCompleted."""
    event = TaskCompleted(task=task(workspace, id_), changed_fields=["status", "completed_at"], actor_id=USER)
    return record(codec, "task-events", event, workspace, sequence, f"workspaces/{workspace}/tasks/{id_}")


def record(codec: AvroCodec, topic: str, event: Event, key: UUID, sequence: int, subject: str) -> Record:
    """An event as a record."""
    headers = headers_of(uuid4(), event.SCHEMA.full_name, "/todo/chat_api", subject, NOW, sequence, uuid4(), None, None)
    return Record(topic, 0, sequence, str(key).encode(), codec.encode(event, topic), headers, 0)


def with_body(original: Record, value: bytes | None) -> Record:
    """The same message with another body."""
    return replace(original, value=value)


def without_header(original: Record, name: str) -> Record:
    """The same message without a header."""
    return replace(original, headers=[(one, value) for one, value in original.headers if one != name])


def with_header(original: Record, name: str, value: bytes) -> Record:
    """The same message with another header in the place of one."""
    return replace(original, headers=[(one, value if one == name else old) for one, old in original.headers])


def placed(records: Sequence[Record]) -> list[Record]:
    """The records at offsets of their own."""
    return [replace(one, offset=offset) for offset, one in enumerate(records)]
