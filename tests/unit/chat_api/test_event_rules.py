"""The domain keeps the rules of the events that it causes: whatever is done to a task, no event is refused."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_bindings.chat_api.producers import RemindersProducer, TaskEventsProducer
from todo_runtime.errors import DomainError, InvalidArgument
from todo_runtime.wire.codec import AvroCodec
from todo_runtime.wire.registry import SchemaRegistry

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.fields import DRAFT_FIELDS
from services.chat_api.tasks.domain.model import (
    Basis,
    Priority,
    Reminder,
    Task,
    TaskDraft,
)
from services.chat_api.tasks.events import TaskEvents

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ACTOR = Actor(uuid4(), "Europe/Berlin")
NAMES = sorted(DRAFT_FIELDS)

ZONES = st.sampled_from([None, "Asia/Tokyo", "UTC", "America/St_Johns"])
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
TIMES = st.one_of(st.none(), st.sampled_from([time(2, 30), time(9), time(23, 59, 59)]))
LOCAL = st.one_of(st.none(), st.builds(LocalTime, DAYS, TIMES, ZONES))
REMINDERS = st.one_of(
    st.builds(lambda span: Reminder(UUID(int=0), before=span), st.timedeltas(timedelta(), timedelta(days=30))),
    st.builds(lambda days: Reminder(UUID(int=0), at=NOW + timedelta(days=days)), st.integers(-9, 9)),
)
DRAFTS = st.builds(
    TaskDraft,
    title=st.sampled_from(["buy milk", " \u00dcbung ", "x" * 500]),
    priority=st.sampled_from(list(Priority)),
    due=LOCAL,
    start=LOCAL,
    reminders=st.lists(REMINDERS, max_size=3).map(tuple),
    rule=st.sampled_from([None, "FREQ=DAILY"]),
    basis=st.sampled_from(list(Basis)),
)
# A clock of another replica may be behind.
MOMENTS = st.integers(-5, 5).map(lambda seconds: NOW + timedelta(seconds=seconds))
CHANGES = st.one_of(
    st.tuples(st.sampled_from([rules.complete, rules.reopen, rules.drop, rules.delete, rules.undelete]), MOMENTS),
    st.tuples(st.tuples(DRAFTS, st.sets(st.sampled_from(NAMES), min_size=1)), MOMENTS),
)


def ids() -> Iterator[UUID]:
    while True:
        yield uuid4()


@pytest.fixture(scope="module")
def events() -> TaskEvents:
    codec = AvroCodec(SchemaRegistry("http://localhost:1"))
    for number, event in enumerate(TaskEventsProducer.EVENTS, 1):
        codec._cache(TaskEventsProducer.TOPIC, event, number)
    return TaskEvents(TaskEventsProducer(codec), RemindersProducer(codec))


def applied(task: Task, change: Any, now: datetime) -> Task:
    if isinstance(change, tuple):
        draft, fields = change
        return rules.update(task, draft, fields, ACTOR, now, ids())
    after: Task = change(task, ACTOR, now)
    return after


@given(DRAFTS, st.lists(CHANGES, max_size=8))
def test_no_event_of_a_task_breaks_its_contract(
    events: TaskEvents, draft: TaskDraft, changes: list[tuple[Any, datetime]]
) -> None:
    try:
        task = rules.create(draft, uuid4(), uuid4(), ACTOR, NOW, ids())
    except DomainError:
        return
    events.created(task, ACTOR)
    for change, now in changes:
        try:
            after = applied(task, change, now)
        except DomainError:
            continue
        if after != task:
            events.changed(task, after, ACTOR)
        task = after


def test_the_time_of_a_task_never_goes_back() -> None:
    task = rules.create(TaskDraft(title="buy milk"), uuid4(), uuid4(), ACTOR, NOW, ids())
    done = rules.complete(task, ACTOR, NOW - timedelta(seconds=1))
    assert done.updated_at == NOW
    assert done.revision == 2


@pytest.mark.parametrize("name", ["posix/Europe/Berlin", "right/UTC", "posixrules", "Berlin", "../UTC"])
def test_a_zone_that_only_this_machine_knows_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        rules.create(
            TaskDraft(title="x", due=LocalTime(date(2026, 12, 1), time(9), name)), uuid4(), uuid4(), ACTOR, NOW, ids()
        )
    assert refused.value.violations[0].field == "task.due.time_zone"
