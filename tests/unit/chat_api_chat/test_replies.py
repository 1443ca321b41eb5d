"""What the assistant says."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chat_api.chat import replies
from services.chat_api.chat.interpreter import Query, RecurrenceRule, TaskRef
from services.chat_api.chat.model import Intent
from services.chat_api.chat.replies import format_due, format_duration, format_recurrence
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Recurrence, Reminder, Status
from tests.unit.chat_api_chat.samples import BERLIN, NOW, task

TOMORROW_AT_9 = LocalTime(date(2026, 11, 26), time(9), "Europe/Berlin", datetime(2026, 11, 26, 8, tzinfo=UTC))
WEEKLY = Recurrence("FREQ=WEEKLY;BYDAY=SU", Basis.DUE, UUID(int=9))


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (LocalTime(date(2026, 11, 25)), "today"),
        (LocalTime(date(2026, 11, 24)), "yesterday"),
        (LocalTime(date(2026, 11, 27)), "Friday"),
        (LocalTime(date(2026, 12, 2)), "Wed 2 Dec"),
        (LocalTime(date(2027, 1, 2)), "2 Jan 2027"),
        (TOMORROW_AT_9, "tomorrow at 09:00"),
        # 23:00 in New York is the next morning in Berlin.
        (
            LocalTime(date(2026, 11, 25), time(23), "America/New_York", datetime(2026, 11, 26, 4, tzinfo=UTC)),
            "tomorrow at 05:00",
        ),
    ],
)
def test_due_times_are_those_of_the_person(due: LocalTime, words: str) -> None:
    assert format_due(due, NOW, BERLIN) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=2", "every 2 days"),
        ("FREQ=WEEKLY;BYDAY=SU", "every Sunday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday and Thursday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on the 1st and the 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
        ("FREQ=MONTHLY;BYDAY=-2FR", "every month on the 2nd last Friday"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "every year on the 24th of Dec"),
    ],
)
def test_repeats(rule: str, words: str) -> None:
    assert format_recurrence(rule) == words


@given(
    st.builds(
        RecurrenceRule,
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        st.integers(1, 999),
        weekdays=st.lists(st.integers(0, 6), unique=True).map(tuple),
        nth=st.none() | st.sampled_from([-1, 1, 2, 5]),
        month_days=st.lists(st.sampled_from([-1, *range(1, 32)]), unique=True, max_size=3).map(tuple),
        month=st.none() | st.integers(1, 12),
    )
)
def test_every_repeat_that_can_be_said_has_words(repeat: RecurrenceRule) -> None:
    assert format_recurrence(repeat.rule).startswith("every ")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=10), "10 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=1, hours=2, minutes=3), "1 day and 2 hours"),
        (timedelta(days=9), "1 week and 2 days"),
        (timedelta(seconds=3), "less than a minute"),
    ],
)
def test_spans(span: timedelta, words: str) -> None:
    assert format_duration(span) == words


def test_an_added_task_is_described() -> None:
    added = task(
        due=TOMORROW_AT_9,
        priority=Priority.HIGH,
        tags=("home",),
        reminders=(Reminder(UUID(int=4), before=timedelta(minutes=10)),),
    )
    assert replies.describe_added(added, NOW, BERLIN) == (
        "Added “buy milk”, due tomorrow at 09:00, high priority, #home. I'll remind you 10 minutes before."
    )


def test_a_reminder_without_a_due_time_waits() -> None:
    waiting = task(reminders=(Reminder(UUID(int=4), before=timedelta()),))
    assert replies.describe_added(waiting, NOW, BERLIN).endswith("I'll remind you once it has a due time.")


def test_what_is_done_already_is_told_apart() -> None:
    said = replies.describe_status_changes(Intent.COMPLETE, [task(recurrence=WEEKLY)], [TaskRef("n", "eggs")])
    assert said == (
        "Done: “buy milk”. “eggs” is done already. “buy milk” repeats every Sunday: the next one is on its way."
    )


def test_a_list_is_numbered_and_says_what_is_late() -> None:
    tasks = [task(due=LocalTime(date(2026, 11, 20))), task(title="eggs", status=Status.COMPLETED)]
    assert replies.describe_list(Query(), tasks, NOW, BERLIN) == (
        "2 open tasks:\n1. buy milk (overdue since Fri 20 Nov)\n2. ✓ eggs"
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query(), "You have no open tasks."),
        (Query(overdue=True), "You have no overdue tasks."),
        (Query(label="due today"), "Nothing is due today."),
        (Query(completed=True, label="this week"), "You have no completed tasks this week."),
        (Query(label="tagged #home"), "You have no open tasks tagged #home."),
    ],
)
def test_an_empty_list_says_what_is_not_there(query: Query, words: str) -> None:
    assert replies.describe_list(query, [], NOW, BERLIN) == words


def test_a_long_list_says_so() -> None:
    assert replies.describe_list(Query(), [task()] * 51, NOW, BERLIN).startswith("More than 50 open tasks:\n")
