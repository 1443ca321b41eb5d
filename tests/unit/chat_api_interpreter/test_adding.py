"""What messages that add a task mean."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.chat_api.chat.interpreter import (
    Add,
    Command,
    Draft,
    Due,
    Importance,
    Memory,
    ReminderTime,
    Unknown,
    interpret,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
"""A Wednesday, 11:00 in Berlin."""
TODAY = date(2026, 11, 25)
AT_DUE = (ReminderTime(before=timedelta()),)


def meaning(text: str) -> Command:
    (line,) = interpret(text, NOW, BERLIN, Memory())
    return line.command


def draft(text: str) -> Draft:
    command = meaning(text)
    assert isinstance(command, Add), command
    return command.draft


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def test_the_whole_sentence() -> None:
    said = draft("add buy milk tomorrow at 9 !high #home, remind me 10 minutes before")
    assert said == Draft(
        title="buy milk",
        importance=Importance.HIGH,
        tags=("home",),
        due=Due(day(1), time(9)),
        reminders=(ReminderTime(before=timedelta(minutes=10)),),
    )


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("today", Due(TODAY)),
        ("tonight", Due(TODAY, time(20))),
        ("tonight at 9", Due(TODAY, time(21))),
        ("tomorrow", Due(day(1))),
        ("tomorrow morning", Due(day(1), time(9))),
        ("tomorrow at 9", Due(day(1), time(9))),
        ("at 9 tomorrow", Due(day(1), time(9))),
        ("at 9", Due(day(1), time(9))),
        ("at 14:15", Due(TODAY, time(14, 15))),
        ("at 5", Due(TODAY, time(17))),
        ("at five", Due(TODAY, time(17))),
        ("at 05:00", Due(day(1), time(5))),
        ("9pm", Due(TODAY, time(21))),
        ("at 9:30 am", Due(day(1), time(9, 30))),
        ("12am", Due(day(1), time(0))),
        ("17:30", Due(TODAY, time(17, 30))),
        ("at noon", Due(TODAY, time(12))),
        ("on friday at midnight", Due(day(3), time(0))),
        ("the day after tomorrow", Due(day(2))),
        ("friday", Due(day(2))),
        ("on wednesday", Due(day(7))),
        ("this wednesday", Due(TODAY)),
        ("on fri", Due(day(2))),
        ("next friday", Due(day(9))),
        ("friday evening at 8", Due(day(2), time(20))),
        ("next week", Due(day(5))),
        ("next month", Due(date(2026, 12, 1))),
        ("this weekend", Due(day(3))),
        ("by the end of the month", Due(date(2026, 11, 30))),
        ("in 3 days", Due(day(3))),
        ("in a week", Due(day(7))),
        ("in two months", Due(date(2027, 1, 25))),
        ("in 2 hours", Due(TODAY, time(13))),
        ("in half an hour", Due(TODAY, time(11, 30))),
        ("20 minutes from now", Due(TODAY, time(11, 20))),
        ("on 24 dec", Due(date(2026, 12, 24))),
        ("on dec 24 2027", Due(date(2027, 12, 24))),
        ("on the 24th of december", Due(date(2026, 12, 24))),
        ("by the 24th", Due(date(2026, 12, 24))),
        ("on 1 november", Due(date(2027, 11, 1))),
        ("on 29 feb", Due(date(2028, 2, 29))),
        ("2026-12-24", Due(date(2026, 12, 24))),
        ("2026-12-24 17:30", Due(date(2026, 12, 24), time(17, 30))),
        ("2026-12-24T09:00", Due(date(2026, 12, 24), time(9))),
        ("2026-12-24T09:00Z", Due(date(2026, 12, 24), time(10))),
        ("24.12.2026", Due(date(2026, 12, 24))),
        ("due on monday.", Due(day(5))),
    ],
)
def test_due_times(said: str, due: Due) -> None:
    found = draft(f"add water the plants {said}")
    assert (found.title, found.due) == ("water the plants", due)


@pytest.mark.parametrize(
    ("said", "rule", "first", "at"),
    [
        ("every day", "FREQ=DAILY", TODAY, None),
        ("daily at 7", "FREQ=DAILY", day(1), time(7)),
        ("every morning", "FREQ=DAILY", day(1), time(9)),
        ("every other day", "FREQ=DAILY;INTERVAL=2", TODAY, None),
        ("every sunday at 9", "FREQ=WEEKLY;BYDAY=SU", day(4), time(9)),
        ("every sunday morning", "FREQ=WEEKLY;BYDAY=SU", day(4), time(9)),
        ("every wednesday at 9", "FREQ=WEEKLY;BYDAY=WE", day(7), time(9)),
        ("every wednesday at 18:00", "FREQ=WEEKLY;BYDAY=WE", TODAY, time(18)),
        ("every mon, wed and fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", TODAY, None),
        ("every weekday at 9:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", day(1), time(9, 30)),
        ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU", day(3), None),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2", TODAY, None),
        ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", day(2), None),
        ("every week on monday and thursday", "FREQ=WEEKLY;BYDAY=MO,TH", day(1), None),
        ("every month on the 1st", "FREQ=MONTHLY;BYMONTHDAY=1", date(2026, 12, 1), None),
        ("every month on the 1st and 15th", "FREQ=MONTHLY;BYMONTHDAY=1,15", date(2026, 12, 1), None),
        ("every month on the last day", "FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 11, 30), None),
        ("every first monday of the month", "FREQ=MONTHLY;BYDAY=1MO", date(2026, 12, 7), None),
        ("every month on the last friday", "FREQ=MONTHLY;BYDAY=-1FR", day(2), None),
        ("every 3 months", "FREQ=MONTHLY;INTERVAL=3", TODAY, None),
        ("every year on 24 dec", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", date(2026, 12, 24), None),
        ("yearly", "FREQ=YEARLY", TODAY, None),
        ("every tuesday starting next week", "FREQ=WEEKLY;BYDAY=TU", day(6), None),
    ],
)
def test_repeats(said: str, rule: str, first: date, at: time | None) -> None:
    found = draft(f"add water the plants {said}")
    assert found.recurrence is not None
    assert (found.title, found.recurrence.rule, found.due) == ("water the plants", rule, Due(first, at))


def test_a_repeat_can_count_from_completion() -> None:
    repeat = draft("add cut hair every 6 weeks after completion").recurrence
    assert repeat is not None
    assert (repeat.rule, repeat.from_completion) == ("FREQ=WEEKLY;INTERVAL=6", True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("remind me", [timedelta()]),
        ("remind me an hour before", [timedelta(hours=1)]),
        ("remind me 10m before", [timedelta(minutes=10)]),
        ("and remind me 1 day and 1 hour before", [timedelta(days=1), timedelta(hours=1)]),
        ("with a reminder the day before", [timedelta(days=1)]),
        ("remind me when it's due", [timedelta()]),
        ("remind me at 8", [datetime(2026, 11, 26, 7, tzinfo=UTC)]),
        ("remind me today at 18:00", [datetime(2026, 11, 25, 17, tzinfo=UTC)]),
    ],
)
def test_reminders(said: str, expected: list[timedelta | datetime]) -> None:
    found = draft(f"add standup tomorrow at 9, {said}")
    assert (found.title, found.due) == ("standup", Due(day(1), time(9)))
    assert [reminder.at or reminder.before for reminder in found.reminders] == expected


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("remind me to water the plants every sunday at 9", "water the plants", Due(day(4), time(9))),
        ("remind me tomorrow at 8 to call mom", "call mom", Due(day(1), time(8))),
        ("remind me in 20 minutes to check the oven", "check the oven", Due(TODAY, time(11, 20))),
        ("remind me about the meeting on friday", "the meeting", Due(day(2))),
        ("please remind me to talk to Ann about friday", "talk to Ann about friday", None),
        ("remind me to water the plants", "water the plants", None),
    ],
)
def test_remind_me_adds_a_task_with_a_reminder_when_it_is_due(text: str, title: str, due: Due | None) -> None:
    found = draft(text)
    assert (found.title, found.due, found.reminders) == (title, due, AT_DUE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add buy  milk", {"title": "buy  milk"}),
        ("Add Call Mr. Smith!", {"title": "Call Mr. Smith!"}),
        ("add call mom about sunday dinner", {"title": "call mom about sunday dinner"}),
        ("add backup on 31 feb", {"title": "backup on 31 feb"}),
        ("add read 1984", {"title": "read 1984"}),
        ("add book a table for 2 at 8pm", {"title": "book a table for 2"}),
        ('add "tomorrow at 9 #x"', {"title": "tomorrow at 9 #x", "due": None, "tags": ()}),
        ('add read "Dune tomorrow"', {"title": 'read "Dune tomorrow"', "due": None}),
        ("add “milk !high” tomorrow", {"title": "milk !high", "importance": None}),
        ("add fix issue #42 #bug", {"title": "fix issue #42", "tags": ("bug",)}),
        ("add #home paint the door #Home/Garden", {"title": "paint the door", "tags": ("home", "home/garden")}),
        ("add tomorrow", {"title": "tomorrow", "due": None}),
        ("add milk, eggs: 12, tomorrow", {"title": "milk, eggs: 12"}),
        ("add a task: buy milk", {"title": "buy milk"}),
        ("create a new task to buy milk", {"title": "buy milk"}),
        ("add milk to my to-do list", {"title": "milk"}),
        ("i need to buy milk", {"title": "buy milk"}),
        ("add pay rent with high priority", {"title": "pay rent", "importance": Importance.HIGH}),
        ("add pay rent !urgent now", {"title": "pay rent now", "importance": Importance.URGENT}),
        ("add pay rent !", {"title": "pay rent !"}),
    ],
)
def test_titles_keep_their_words(text: str, expected: dict[str, Any]) -> None:
    found = draft(text)
    assert {name: getattr(found, name) for name in expected} == expected


def test_several_lines_are_several_tasks() -> None:
    lines = interpret("add:\n- milk\n* eggs tomorrow\n\nbread", NOW, BERLIN, Memory())
    drafts = [line.command.draft for line in lines if isinstance(line.command, Add)]
    assert [(one.title, one.due) for one in drafts] == [("milk", None), ("eggs", Due(day(1))), ("bread", None)]


@pytest.mark.parametrize("text", ["add", "add:", "add #home", "add !high", 'add "  "'])
def test_nothing_to_add(text: str) -> None:
    command = meaning(text)
    assert isinstance(command, Unknown)
    assert command.suggestions


def test_times_are_those_of_the_person() -> None:
    (line,) = interpret("add x today", datetime(2026, 11, 25, 20, tzinfo=UTC), ZoneInfo("Asia/Tokyo"), Memory())
    assert isinstance(line.command, Add)
    assert line.command.draft.due == Due(date(2026, 11, 26))
