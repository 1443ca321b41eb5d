"""From parsed commands to the arguments of the task services."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from todo_runtime.errors import FailedPrecondition, InvalidArgument

from services.chat_api.access.model import Actor
from services.chat_api.chat.interpreter import (
    DateRange,
    Draft,
    Due,
    Edit,
    Importance,
    NewDue,
    Query,
    RecurrenceRule,
    ReminderTime,
)
from services.chat_api.chat.translate import move_due, to_change, to_draft, to_query
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Status
from services.chat_api.tasks.domain.tasks import create
from tests.unit.chat_api_chat.samples import BERLIN, NOW, task

TUESDAY_AT_9 = LocalTime(date(2026, 12, 1), time(9), "America/New_York")
ANY_ID = UUID(int=0)


def test_a_draft_carries_everything_that_was_said() -> None:
    said = Draft(
        "buy milk",
        Importance.HIGH,
        ("home",),
        Due(date(2026, 11, 26), time(9)),
        (ReminderTime(before=timedelta(minutes=10)),),
        RecurrenceRule("DAILY", 2, from_completion=True),
    )
    draft = to_draft(said, BERLIN)
    assert (draft.title, draft.priority, draft.tags) == ("buy milk", Priority.HIGH, ("home",))
    assert draft.due == LocalTime(date(2026, 11, 26), time(9), "Europe/Berlin")
    assert [reminder.before for reminder in draft.reminders] == [timedelta(minutes=10)]
    assert (draft.rule, draft.basis) == ("FREQ=DAILY;INTERVAL=2", Basis.COMPLETION)


@pytest.mark.parametrize(
    ("due", "new", "expected"),
    [
        (TUESDAY_AT_9, NewDue(day=date(2026, 12, 4)), LocalTime(date(2026, 12, 4), time(9), "America/New_York")),
        (TUESDAY_AT_9, NewDue(at=time(17)), LocalTime(date(2026, 12, 1), time(17), "Europe/Berlin")),
        (TUESDAY_AT_9, NewDue(by=timedelta(days=2)), LocalTime(date(2026, 12, 3), time(9), "America/New_York")),
        (TUESDAY_AT_9, NewDue(by=timedelta(hours=20)), LocalTime(date(2026, 12, 2), time(5), "America/New_York")),
        (LocalTime(date(2026, 12, 1)), NewDue(by=timedelta(days=1)), LocalTime(date(2026, 12, 2))),
        (LocalTime(date(2026, 12, 1)), NewDue(by=timedelta(hours=1)), LocalTime(date(2026, 12, 1), time(10))),
        (None, NewDue(day=date(2026, 12, 4)), LocalTime(date(2026, 12, 4))),
        (None, NewDue(at=time(17)), LocalTime(date(2026, 11, 25), time(17), "Europe/Berlin")),
        (None, NewDue(at=time(9)), LocalTime(date(2026, 11, 26), time(9), "Europe/Berlin")),
    ],
)
def test_moving(due: LocalTime | None, new: NewDue, expected: LocalTime) -> None:
    assert move_due(due, new, NOW, BERLIN) == expected


def test_what_has_no_due_time_cannot_be_put_off() -> None:
    with pytest.raises(FailedPrecondition):
        move_due(None, NewDue(by=timedelta(days=1)), NOW, BERLIN)


def test_nothing_is_put_off_beyond_the_calendar() -> None:
    with pytest.raises(FailedPrecondition):
        move_due(LocalTime(date.max), NewDue(by=timedelta(days=1)), NOW, BERLIN)


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        (Edit(title="x"), {"title"}),
        (Edit(importance=Importance.LOW, add_tags=("a",)), {"priority", "tags"}),
        (Edit(clear_due=True), {"due"}),
        (Edit(clear_recurrence=True), {"recurrence"}),
        (Edit(recurrence=RecurrenceRule("DAILY"), due=NewDue(day=date(2026, 12, 4))), {"due", "recurrence"}),
        (Edit(reminders=(ReminderTime(before=timedelta()),)), {"reminders"}),
    ],
)
def test_an_edit_changes_what_it_names(edit: Edit, fields: set[str]) -> None:
    _, changed = to_change(task(), edit, NOW, BERLIN)
    assert set(changed) == fields


def test_tags_are_added_to_and_taken_from_those_that_are_there() -> None:
    draft, _ = to_change(task(tags=("a", "b")), Edit(add_tags=("c",), remove_tags=("a",)), NOW, BERLIN)
    assert draft.tags == ("b", "c")


@pytest.mark.parametrize(
    "said",
    [
        Draft("x" * 501),
        Draft("x", tags=tuple(map(str, range(51)))),
        Draft("x", reminders=tuple(ReminderTime(before=timedelta(hours=n)) for n in range(21))),
    ],
)
def test_the_bounds_of_the_contract_hold_here_too(said: Draft) -> None:
    with pytest.raises(InvalidArgument):
        create(to_draft(said, BERLIN), ANY_ID, ANY_ID, Actor(ANY_ID, BERLIN.key), NOW, iter(uuid4, None))


def test_a_query_bounds_local_days() -> None:
    said = Query(completed=True, completed_on=DateRange(date(2026, 11, 25), date(2026, 11, 25)))
    query = to_query(said, NOW, BERLIN, 51)
    assert query.status is Status.COMPLETED
    assert query.completed_from == datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert query.completed_to == datetime(2026, 11, 25, 23, tzinfo=UTC)


def test_overdue_is_seen_from_the_persons_day() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert to_query(Query(overdue=True), late, ZoneInfo("Asia/Tokyo"), 51).overdue == (late, date(2026, 11, 26))
