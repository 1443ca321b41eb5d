"""From a completed occurrence to the next one: once, whatever comes twice, and with a reason where there is none."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from todo.dead_letters.v1 import DeadLetter
from todo.identity_events.v1 import UserSignedUp
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task_events.v1 import TaskCompleted
from todo.types.v1 import LocalTime, Priority, Recurrence, RecurrenceBasis, Task, TaskStatus
from todo_product.access import Access, AccessProjection, AccessSource, Profile, Snapshot
from todo_runtime.clock import SystemClock
from todo_runtime.db import Database
from todo_runtime.errors import DomainError, FieldViolation, InvalidArgument, PermissionDenied, RetryLater
from todo_runtime.errors.status import DETAILS_KEY, grpc_code, to_status
from todo_runtime.kafka import AvroCodec, DeadLetters, EventProcessor, Record, SchemaRegistry
from todo_runtime.kafka.processor import Blocked
from todo_runtime.wire.headers import headers_of
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from services.recurring_task.consumer import Completions
from services.recurring_task.service import Occurrences

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
PERSON = uuid4()


class Told(AccessSource):
    """Stands for chat_api's AccessService: everybody lives in Berlin."""

    def __init__(self) -> None:
        pass

    async def fetch(self, user: UUID) -> Snapshot | None:
        return Snapshot(Access(user, complete=True, profile=Profile(1, "Europe/Berlin", "en", uuid4())), {})


@dataclass
class Tasks:
    """Stands for chat_api's TaskService: one successor for a predecessor, after the refusals that are in line."""

    refusals: list[Exception] = field(default_factory=list)
    away_for: set[str] = field(default_factory=set)
    made: dict[str, task_pb2.Task] = field(default_factory=dict)
    requests: list[task_service_pb2.CreateTaskRequest] = field(default_factory=list)

    async def create_task(self, request: task_service_pb2.CreateTaskRequest, **_: Any) -> task_pb2.Task:
        self.requests.append(task_service_pb2.CreateTaskRequest.FromString(request.SerializeToString()))
        if request.parent in self.away_for:
            raise RetryLater("chat_api is away")
        if self.refusals:
            raise self.refusals.pop(0)
        name = f"{request.parent}/tasks/{uuid4()}"
        return self.made.setdefault(request.predecessor, task_pb2.Task(name=name))


@dataclass
class Room:
    """recurring_task without its edges."""

    superuser: Database
    processor: EventProcessor
    codec: AvroCodec
    tasks: Tasks

    async def value(self, query: str) -> Any:
        async with self.superuser.transaction() as tx:
            row = await tx.fetch_one(query)
        return row[0] if row else None

    def completed(self, task: Task, sequence: int) -> Record:
        event = TaskCompleted(task=task, changed_fields=["status"], actor_id=PERSON)
        kind, subject = event.SCHEMA.full_name, f"workspaces/{task.workspace_id}/tasks/{task.id}"
        headers = headers_of(uuid4(), kind, "/todo/chat_api", subject, NOW, sequence, uuid4(), None, None)
        value = self.codec.encode(event, "task-events")
        return Record("task-events", 0, sequence, str(task.workspace_id).encode(), value, headers, 0)


def task(day: str = "2026-11-20", rule: str = "FREQ=DAILY", **changes: Any) -> Task:
    values: dict[str, Any] = {
        "id": uuid4(),
        "workspace_id": uuid4(),
        "title": "water the plants",
        "notes": "",
        "status": TaskStatus.COMPLETED,
        "priority": Priority.NONE,
        "tags": ["home"],
        "position": "a0",
        "reminders": [],
        "created_at": NOW,
        "created_by": PERSON,
        "updated_at": NOW,
        "updated_by": PERSON,
        "completed_at": NOW,
        "etag": "1",
        "due": LocalTime(date=day),
        "recurrence": Recurrence(rule=rule, basis=RecurrenceBasis.DUE, series_id=uuid4()),
    }
    return Task(**(values | changes))


@pytest.fixture
async def room(stack: HostedStack, database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[Room]:
    copy = database_of("recurring_task")
    async with (
        Database(copy.url()) as database,
        Database(stack.blueprint.postgres_url(copy.name)) as superuser,
        SchemaRegistry(stack.blueprint.registry_url) as registry,
    ):
        codec = AvroCodec(registry)
        await codec.load(
            [
                ("task-events", [TaskCompleted]),
                ("identity-events", [UserSignedUp]),
                ("recurring-task-dead-letters", [DeadLetter]),
            ]
        )
        tasks = Tasks()
        occurrences = Occurrences(database, tasks, _Unsigned(), AccessProjection(database, Told()))  # type: ignore[arg-type]
        dead_letters = DeadLetters("recurring_task", codec, SystemClock())
        processor = EventProcessor("recurring_task", database, dead_letters, codec, [Completions(occurrences)])
        yield Room(superuser, processor, codec, tasks)


class _Unsigned:
    """Stands for the service's credentials."""

    def call_metadata(self, **_: Any) -> tuple[tuple[str, str], ...]:
        return ()


async def test_a_completed_occurrence_is_followed_by_the_next_one(room: Room) -> None:
    done = task()
    await room.processor.handle([room.completed(done, 1)])
    (request,) = room.tasks.requests
    assert (request.task.title, request.task.due.date, list(request.task.tags)) == (
        "water the plants",
        "2026-11-21",
        ["home"],
    )
    assert request.predecessor.endswith(str(done.id))
    assert await room.value("SELECT outcome || made FROM occurrences JOIN series ON id = series_id") == "created1"
    assert str(await room.value("SELECT due_date FROM occurrences")) == "2026-11-21"


async def test_an_event_that_comes_again_makes_nothing(room: Room) -> None:
    record = room.completed(task(), 1)
    await room.processor.handle([record])
    await room.processor.handle([record])
    assert len(room.tasks.requests) == 1
    assert await room.value("SELECT made FROM series") == 1


async def test_the_same_task_completed_twice_in_a_batch_is_followed_once(room: Room) -> None:
    done = task()
    await room.processor.handle([room.completed(done, number) for number in (1, 2, 3)])
    assert len(room.tasks.requests) == 1
    assert await room.value("SELECT made FROM series") == 1


async def test_a_series_counts_within_one_batch(room: Room) -> None:
    first = task(rule="FREQ=DAILY;COUNT=3")
    days = ("2026-11-20", "2026-11-21", "2026-11-22")
    batch = [
        task(day, workspace_id=first.workspace_id, recurrence=first.recurrence, completed_at=first.completed_at)
        for day in days
    ]
    await room.processor.handle([room.completed(one, number) for number, one in enumerate(batch, start=1)])
    assert [request.task.due.date for request in room.tasks.requests] == ["2026-11-21", "2026-11-22"]
    assert await room.value("SELECT state || made FROM series") == "ended2"


async def test_whoever_has_lost_access_ends_the_series_with_a_reason(room: Room) -> None:
    room.tasks.refusals = [_rpc(PermissionDenied("Your role does not allow this."))]
    await room.processor.handle([room.completed(task(), 1)])
    assert await room.value("SELECT outcome || reason FROM occurrences") == "skippedYour role does not allow this."
    assert await room.value("SELECT state FROM series") == "ended"
    assert await room.value("SELECT count(*) FROM dead_letters") == 0


async def test_what_was_skipped_can_be_followed_later(room: Room) -> None:
    done = task()
    room.tasks.refusals = [_rpc(PermissionDenied("Not now."))]
    await room.processor.handle([room.completed(done, 1)])
    await room.processor.handle([room.completed(done, 2)])
    assert await room.value("SELECT outcome || state FROM occurrences JOIN series ON id = series_id") == "createdactive"


async def test_an_assignee_who_has_left_is_left_out(room: Room) -> None:
    gone = InvalidArgument("No member.", violations=[FieldViolation("task.assignee", "no member")])
    room.tasks.refusals = [_rpc(gone)]
    await room.processor.handle([room.completed(task(assignee_id=uuid4()), 1)])
    assert [bool(request.task.assignee) for request in room.tasks.requests] == [True, False]
    assert await room.value("SELECT outcome FROM occurrences") == "created"


async def test_what_chat_api_calls_invalid_is_a_dead_letter(room: Room) -> None:
    room.tasks.refusals = [_rpc(InvalidArgument("Too long.")) for _ in range(3)]
    await room.processor.handle([room.completed(task(), 1)])
    assert await room.value("SELECT error FROM dead_letters") == "Too long."


async def test_a_workspace_that_has_to_wait_holds_up_no_other(room: Room) -> None:
    waiting, going = task(), task()
    room.tasks.away_for = {f"workspaces/{waiting.workspace_id}"}
    with pytest.raises(Blocked) as blocked:
        await room.processor.handle([room.completed(waiting, 1), room.completed(going, 1)])
    assert [record.key for record in blocked.value.records] == [str(waiting.workspace_id).encode()]
    assert await room.value("SELECT predecessor_id FROM occurrences") == going.id
    room.tasks.away_for.clear()
    await room.processor.handle(blocked.value.records)
    assert await room.value("SELECT count(*) FROM occurrences") == 2
    assert await room.value("SELECT count(*) FROM dead_letters") == 0


def _rpc(error: DomainError) -> grpc.aio.AioRpcError:
    status = to_status(error)
    assert status is not None
    code = grpc_code(status)
    return grpc.aio.AioRpcError(
        code, grpc.aio.Metadata(), grpc.aio.Metadata((DETAILS_KEY, status.SerializeToString())), error.message
    )
