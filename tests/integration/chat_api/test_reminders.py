"""Reminders fire once, in whatever way schedulers come and go, and follow their task."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from todo_runtime.outbox import lock_streams
from todo_runtime.telemetry.metrics import REGISTRY
from todo_runtime.testing import eventually

from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain.model import (
    Reminder,
)
from services.chat_api.tasks.reminders.scheduler import (
    BATCH,
    ReminderScheduler,
)

from .conftest import NOW, Room, draft

NOBODY = UUID(int=0)
EVENTS = "SELECT array_agg(type ORDER BY id) FROM outbox WHERE topic = 'reminders'"
DUE, CANCELLED = "todo.reminders.v1.ReminderDue", "todo.reminders.v1.ReminderCancelled"


def soon(seconds: int = 60) -> tuple[Reminder, ...]:
    return (Reminder(NOBODY, at=NOW + timedelta(seconds=seconds)),)


async def fire(room: Room, schedulers: int = 1) -> None:
    """What is due now fires; nothing else can be waited for."""
    made = [ReminderScheduler(room.scheduler, room.events, room.clock) for _ in range(schedulers)]
    await asyncio.gather(*(scheduler._drain() for scheduler in made))


async def test_what_is_due_fires_once_also_with_two_schedulers(room: Room) -> None:
    people = [await room.person() for _ in range(3)]
    for person in people:
        for _ in range(5):
            await room.tasks.create_task(person.actor, "personal", draft(reminders=soon()))
    room.clock.advance(timedelta(seconds=61))
    await fire(room, schedulers=2)
    await fire(room)
    assert await room.all_rows(EVENTS) == [([DUE] * 15,)]
    gaps = "SELECT key FROM outbox WHERE topic = 'reminders' GROUP BY key HAVING max(sequence) <> count(*)"
    assert await room.all_rows(gaps) == []


async def test_how_late_a_reminder_fired_is_known(room: Room) -> None:
    def late(bound: str) -> float:
        return REGISTRY.get_sample_value("todo_reminder_lateness_seconds_bucket", {"le": bound}) or 0.0

    ada = await room.person()
    await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    room.clock.advance(timedelta(seconds=67))
    before = late("5.0"), late("10.0")
    await fire(room)
    assert (late("5.0"), late("10.0")) == (before[0], before[1] + 1)


async def test_how_late_one_is_that_does_not_fire_is_known(room: Room) -> None:
    ada = await room.person()
    scheduler = ReminderScheduler(room.scheduler, room.events, room.clock)
    await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    assert await scheduler.overdue() == 0.0
    room.clock.advance(timedelta(seconds=67))
    assert await scheduler.overdue() == 7.0
    await fire(room)
    assert await scheduler.overdue() == 0.0


async def test_what_is_not_due_waits(room: Room) -> None:
    ada = await room.person()
    await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    await fire(room)
    assert await room.all_rows(EVENTS) == [(None,)]


async def test_a_completed_task_reminds_nobody(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    await room.tasks.complete_task(ada.actor, ada.names(task))
    room.clock.advance(timedelta(seconds=61))
    await fire(room)
    assert await room.all_rows(EVENTS) == [(None,)]


async def test_a_reminder_that_fired_is_taken_back_when_the_task_is_done(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    room.clock.advance(timedelta(seconds=61))
    await fire(room)
    await room.tasks.complete_task(ada.actor, ada.names(task))
    assert await room.all_rows(EVENTS) == [([DUE, CANCELLED],)]


async def test_a_moved_reminder_fires_at_its_new_time(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon(60)))
    await room.tasks.update_task(ada.actor, ada.names(task), draft(reminders=soon(3600)), {"reminders"})
    room.clock.advance(timedelta(seconds=61))
    await fire(room)
    assert await room.all_rows(EVENTS) == [(None,)]
    room.clock.advance(timedelta(hours=1))
    await fire(room)
    assert await room.all_rows(EVENTS) == [([DUE],)]


async def test_a_task_that_is_back_reminds_again(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    await room.tasks.delete_task(ada.actor, ada.names(task))
    await room.tasks.undelete_task(ada.actor, ada.names(task))
    room.clock.advance(timedelta(seconds=61))
    await fire(room)
    assert await room.all_rows(EVENTS) == [([DUE],)]


async def test_what_fired_never_fires_again_however_the_others_are_changed(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    name, fired = ada.names(task), task.reminders[0]
    room.clock.advance(timedelta(seconds=61))
    await fire(room)
    for seconds in (3600, 7200):
        await room.tasks.update_task(ada.actor, name, draft(reminders=(fired, *soon(seconds))), {"reminders"})
        await fire(room)
    assert await room.all_rows(EVENTS) == [([DUE],)]
    await room.tasks.complete_task(ada.actor, name)
    assert await room.all_rows(EVENTS) == [([DUE, CANCELLED],)]
    await room.tasks.reopen_task(ada.actor, name)
    await fire(room)
    assert await room.all_rows(EVENTS) == [([DUE, CANCELLED],)]


async def test_a_reminder_that_fired_and_is_sent_back_without_its_id_does_not_fire_again(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    room.clock.advance(timedelta(seconds=61))
    await fire(room)
    same = await room.tasks.update_task(
        ada.actor, ada.names(task), draft(reminders=(*soon(), *soon(3600))), {"reminders"}
    )
    assert same.reminders[0] == task.reminders[0]
    await fire(room)
    assert await room.all_rows(EVENTS) == [([DUE],)]


async def test_the_next_occurrence_keeps_where_the_days_of_its_reminders_begin(room: Room) -> None:
    """Somebody in Tokyo completes what somebody in Berlin is reminded of."""
    ada = await room.person()
    repeating = draft(
        rule="FREQ=DAILY", due=LocalTime(date(2026, 12, 1)), reminders=(Reminder(NOBODY, before=timedelta()),)
    )
    first = await room.tasks.create_task(ada.actor, "personal", repeating)
    service = replace(ada.actor, service="recurring_task", time_zone="Asia/Tokyo")
    following = replace(repeating, due=LocalTime(date(2026, 12, 2)))
    second = await room.tasks.create_successor(service, "personal", following, first.id)
    assert second.reminders[0].fires_at == datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    assert await room.tasks.get_task(ada.actor, ada.names(second)) == second


async def test_a_locked_workspace_with_much_that_is_due_holds_up_nobody_else(room: Room) -> None:
    held, free = await room.person(), await room.person()
    many = [draft(f"{n}", reminders=soon(n % 50)) for n in range(BATCH + 20)]
    await room.tasks.batch_create_tasks(held.actor, "personal", many)
    await room.tasks.create_task(free.actor, "personal", draft(reminders=soon()))
    room.clock.advance(timedelta(seconds=61))
    scheduler = ReminderScheduler(room.scheduler, room.events, room.clock)
    fired = "SELECT count(*) FROM outbox WHERE topic = 'reminders' AND key = %s"

    async def one_fired() -> bool:
        return await room.all_rows(fired, free.workspace) == [(1,)]

    async with room.database.transaction() as tx:
        await lock_streams(tx, [("reminders", held.workspace)])
        draining = asyncio.create_task(scheduler._drain())
        await eventually(one_fired, within=5, what="the reminder of the free workspace")
        assert not draining.done()
        assert await room.all_rows(fired, held.workspace) == [(0,)]
    await draining
    assert await room.all_rows(fired, held.workspace) == [(BATCH + 20,)]


async def test_one_whose_event_would_break_its_contract_holds_nobody_up(room: Room) -> None:
    ada, ben = await room.person(), await room.person()
    broken = await room.tasks.create_task(ada.actor, "personal", draft(reminders=soon()))
    await room.tasks.create_task(ben.actor, "personal", draft(reminders=soon()))
    await room.all_rows("UPDATE tasks SET title = '' WHERE id = %s RETURNING id", broken.id)
    room.clock.advance(timedelta(seconds=61))
    await fire(room)
    assert await room.all_rows("SELECT key FROM outbox WHERE topic = 'reminders'") == [(ben.workspace,)]
