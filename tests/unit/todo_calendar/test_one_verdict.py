"""chat_api and recurring_task give one verdict on every rule and every date, whichever door it comes in by.

20,000 of each, through the doors as they are: a task that is created or updated, a preview, a completed occurrence.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import cycle, repeat
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from todo.recurrence.v1 import recurrence_service_pb2
from todo.task.v1.task_pb2 import LocalTime, Recurrence, Task
from todo_calendar import local_time, recurrence
from todo_product.access import Access, AccessMemory, AccessSource, Profile, Snapshot
from todo_runtime.auth import Principal
from todo_runtime.db import Database
from todo_runtime.errors import InvalidArgument
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call

from services.chat_api.access.model import Actor
from services.chat_api.shared import local_time as chat_local_time
from services.chat_api.tasks.domain import tasks
from services.chat_api.tasks.domain.model import TaskDraft
from services.chat_api.tasks.rpc.messages import draft_of
from services.recurring_task.domain.series import Completed, next_occurrence
from services.recurring_task.rpc import RecurrenceRpc
from tests.unit.todo_calendar import generated

COUNT = 20_000
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
ACTOR = Actor(uuid4(), "Europe/Berlin")
LATE = LocalTime(date="9998-06-05", time="09:00", time_zone="Europe/Berlin")
"""Soon the calendar ends: a search for an occurrence that never comes is short."""

PLAIN = tasks.create(TaskDraft(title="buy milk"), uuid4(), uuid4(), ACTOR, NOW, repeat(uuid4()))

Verdict = tuple[str, str] | None
"""None for what is accepted; else the part at fault, from the field that the door has it in, and the text."""

Door = Callable[[str, LocalTime], Awaitable[object]]
Pair = tuple[Door, Door]


class Source(AccessSource):
    """Stands for chat_api's AccessService: everybody lives in Berlin."""

    def __init__(self) -> None:
        pass

    async def fetch(self, user: UUID) -> Snapshot | None:
        return Snapshot(Access(user, complete=True, profile=Profile(1, ACTOR.time_zone, "en", uuid4())), {})


RPC = RecurrenceRpc(Database("postgresql:///never-opened"), AccessMemory(Source()), PageTokens(b"key"))
CALL = Call("preview", Principal(ACTOR.user_id, None), uuid4(), None, 0.0, None)


async def created(rule: str, due: LocalTime) -> object:
    """chat_api: CreateTask."""
    draft = draft_of(Task(title="buy milk", due=due, recurrence=Recurrence(rule=rule)))
    return tasks.create(draft, uuid4(), uuid4(), ACTOR, NOW, repeat(PLAIN.id))


async def updated(rule: str, due: LocalTime) -> object:
    """chat_api: UpdateTask."""
    draft = draft_of(Task(due=due, recurrence=Recurrence(rule=rule)))
    return tasks.update(PLAIN, draft, ("due", "recurrence"), ACTOR, NOW, repeat(PLAIN.id))


async def previewed(rule: str, start: LocalTime) -> object:
    """recurring_task: PreviewOccurrences."""
    request = recurrence_service_pb2.PreviewOccurrencesRequest(rule=rule, start=start, count=2)
    return await RPC.preview_occurrences(request, CALL)


async def followed(rule: str, due: LocalTime) -> object:
    """recurring_task: a completed occurrence, as its event says."""
    local = local_time.LocalTime(date.fromisoformat(due.date), time.fromisoformat(due.time), due.time_zone)
    return next_occurrence(Completed(rule, False, local, local, local.date, NOW, ACTOR.time_zone, 0))


async def verdict(door: Door, rule: str, due: LocalTime) -> Verdict:
    """What a door says; whatever is neither an answer nor a refusal fails the test."""
    try:
        await door(rule, due)
    except InvalidArgument as refused:
        (violation,) = refused.violations
        part = violation.field.removeprefix("task.recurrence.").removeprefix("task.due").removeprefix("start")
        return part, refused.message
    return None


async def differences(pairs: Sequence[Pair], rules: Iterable[str], dates: Iterable[LocalTime]) -> list[object]:
    """The cases that two doors judge differently, with what each says; the pairs of doors take turns."""
    found: list[object] = []
    for rule, due, doors in zip(rules, dates, cycle(pairs), strict=False):
        first, second = [await verdict(door, rule, due) for door in doors]
        if first != second:
            found.append((rule, due, first, second))
    return found


def dates(count: int) -> Iterable[LocalTime]:
    parts = zip(generated.dates(1, count), generated.times(2, count), generated.zones(3, count), strict=True)
    return (LocalTime(date=date, time=time, time_zone=zone) for date, time, zone in parts)


async def test_both_services_give_one_verdict_on_every_rule() -> None:
    pairs = ((created, previewed), (created, followed), (updated, previewed), (updated, followed))
    assert await differences(pairs, generated.rules(13, COUNT), repeat(LATE)) == []


async def test_both_services_give_one_verdict_on_every_date() -> None:
    assert (
        await differences(((created, previewed), (updated, previewed)), repeat("FREQ=YEARLY;COUNT=1"), dates(COUNT))
        == []
    )


@pytest.mark.parametrize("seed", range(3))
async def test_the_cases_are_of_both_kinds(seed: int) -> None:
    rules = [await verdict(created, rule, LATE) is None for rule in generated.rules(seed, 500)]
    assert 100 < sum(rules) < 400
    days = [await verdict(created, "FREQ=YEARLY", due) is None for due in dates(500)]
    assert 50 < sum(days) < 450


async def test_a_door_that_lets_more_in_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lax = SimpleNamespace(parse=lambda rule: recurrence.parse(rule.strip()))
    monkeypatch.setattr(tasks, "recurrence", lax)
    found = await differences([(created, previewed)], generated.rules(13, 1_000), repeat(LATE))
    assert len(found) > 5


async def test_a_rule_that_is_accepted_and_then_fails_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrence, "_WEEKS_OF_A_MONTH", 53)
    with pytest.raises(IndexError):
        await differences([(created, followed)], ["FREQ=MONTHLY;BYDAY=53MO"], repeat(LATE))


async def test_a_door_that_takes_other_dates_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lax = SimpleNamespace(LocalTime=local_time.LocalTime, checked=lambda given, _zone: replace(given, time=None))
    monkeypatch.setattr(chat_local_time, "local_time", lax)
    found = await differences([(created, previewed)], repeat("FREQ=YEARLY;COUNT=1"), dates(1_000))
    assert len(found) > 5
