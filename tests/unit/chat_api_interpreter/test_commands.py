"""What messages that list, change, complete, reopen, delete and search mean."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.chat_api.chat.interpreter import (
    ByWords,
    Change,
    Chosen,
    Command,
    Complete,
    Courtesy,
    DateRange,
    Delete,
    Edit,
    Help,
    Importance,
    List,
    Memory,
    NewDue,
    Query,
    RecurrenceRule,
    Reopen,
    Search,
    TaskRef,
    Undo,
    Unknown,
    interpret,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
TASKS = tuple(TaskRef(f"workspaces/w/tasks/{number}", title) for number, title in enumerate(("milk", "eggs", "bread")))
SHOWN = Memory(listed=TASKS, mentioned=TASKS[:1])
MILK = ByWords("milk")


def meaning(text: str, memory: Memory = SHOWN) -> Command:
    (line,) = interpret(text, NOW, BERLIN, memory)
    return line.command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("done milk", Complete(MILK)),
        ("Done: the milk.", Complete(MILK)),
        ("complete milk", Complete(MILK)),
        ("check off milk", Complete(MILK)),
        ("mark milk as done", Complete(MILK)),
        ("milk is done", Complete(MILK)),
        ("i'm done with milk", Complete(MILK)),
        ("reopen milk", Reopen(MILK)),
        ("mark milk as not done", Reopen(MILK)),
        ("milk isn't done", Reopen(MILK)),
        ("delete milk", Delete(MILK)),
        ("remove milk", Delete(MILK)),
        ("done 2", Complete(Chosen(TASKS[1:2]))),
        ("done #2", Complete(Chosen(TASKS[1:2]))),
        ("done the second one", Complete(Chosen(TASKS[1:2]))),
        ("delete 1 and 3", Delete(Chosen((TASKS[0], TASKS[2])))),
        ("delete 1, 3", Delete(Chosen((TASKS[0], TASKS[2])))),
        ("done 1-3", Complete(Chosen(TASKS))),
        ("2 is done", Complete(Chosen(TASKS[1:2]))),
        ("done it", Complete(Chosen(TASKS[:1]))),
        ("done all", Complete(Chosen(TASKS))),
        ('done "2"', Complete(ByWords("2"))),
        ("done 2 eggs", Complete(ByWords("2 eggs"))),
        ("done milk and eggs", Complete(ByWords("milk and eggs", ("milk", "eggs")))),
        ('done "milk and eggs"', Complete(ByWords("milk and eggs"))),
    ],
)
def test_acting(text: str, command: Command) -> None:
    assert meaning(text) == command


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("rename milk to oat milk", Edit(title="oat milk")),
        ("change the title of milk to Oat milk!", Edit(title="Oat milk")),
        ("move milk to friday", Edit(due=NewDue(day=date(2026, 11, 27)))),
        ("move milk to 5pm", Edit(due=NewDue(at=time(17)))),
        ("reschedule milk for tomorrow at 9", Edit(due=NewDue(date(2026, 11, 26), time(9)))),
        ("postpone milk by 2 days", Edit(due=NewDue(by=timedelta(days=2)))),
        ("postpone milk until next week", Edit(due=NewDue(day=date(2026, 11, 30)))),
        ("change the due date of milk to tomorrow", Edit(due=NewDue(day=date(2026, 11, 26)))),
        ("make milk due friday", Edit(due=NewDue(day=date(2026, 11, 27)))),
        ("remove the due date from milk", Edit(clear_due=True)),
        ("make milk urgent", Edit(importance=Importance.URGENT)),
        ("make milk high priority", Edit(importance=Importance.HIGH)),
        ("set the priority of milk to low", Edit(importance=Importance.LOW)),
        ("mark milk as urgent", Edit(importance=Importance.URGENT)),
        ("prioritize milk", Edit(importance=Importance.HIGH)),
        ("change milk !low", Edit(importance=Importance.LOW)),
        ("tag milk #home #shop", Edit(add_tags=("home", "shop"))),
        ("tag milk #हिन्दी", Edit(add_tags=("हिन्दी",))),
        ("tag milk with home and shop", Edit(add_tags=("home", "shop"))),
        ("add #home to milk", Edit(add_tags=("home",))),
        ("untag milk #home", Edit(remove_tags=("home",))),
        ("remove #home from milk", Edit(remove_tags=("home",))),
        ("remove the tag home from milk", Edit(remove_tags=("home",))),
        ("stop repeating milk", Edit(clear_recurrence=True)),
        (
            "repeat milk every sunday at 9",
            Edit(due=NewDue(date(2026, 11, 29), time(9)), recurrence=RecurrenceRule("WEEKLY", weekdays=(6,))),
        ),
        (
            "change milk: tomorrow !high #home",
            Edit(due=NewDue(day=date(2026, 11, 26)), importance=Importance.HIGH, add_tags=("home",)),
        ),
    ],
)
def test_changing(text: str, edit: Edit) -> None:
    assert meaning(text) == Change(MILK, edit)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("list", Query()),
        ("show me my tasks", Query()),
        ("what do i have to do?", Query()),
        ("what's due today?", Query(due=DateRange(TODAY, TODAY), label="due today")),
        ("today", Query(due=DateRange(TODAY, TODAY), label="due today")),
        ("list tomorrow", Query(due=DateRange(date(2026, 11, 26), date(2026, 11, 26)), label="due tomorrow")),
        ("what is due on friday", Query(due=DateRange(date(2026, 11, 27), date(2026, 11, 27)), label="due friday")),
        ("this week", Query(due=DateRange(date(2026, 11, 23), date(2026, 11, 29)), label="due this week")),
        ("what's overdue?", Query(overdue=True)),
        ("anything overdue", Query(overdue=True)),
        ("list #home", Query(tags=("home",), label="tagged #home")),
        ("list tasks tagged home", Query(tags=("home",), label="tagged #home")),
        ("list !high", Query(importance=Importance.HIGH, label="with high priority")),
        ("show urgent tasks", Query(importance=Importance.URGENT, label="with urgent priority")),
        ("list tasks about milk", Query(words="milk", label="about “milk”")),
        ("list milk", Query(words="milk", label="about “milk”")),
        ("list completed", Query(completed=True)),
        (
            "what did i finish this week?",
            Query(completed=True, completed_on=DateRange(date(2026, 11, 23), date(2026, 11, 29)), label="this week"),
        ),
        (
            "list #home today",
            Query(tags=("home",), due=DateRange(TODAY, TODAY), label="due today tagged #home"),
        ),
    ],
)
def test_listing(text: str, query: Query) -> None:
    assert meaning(text) == List(query)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("search oat milk", Search("oat milk")),
        ('find "oat milk"', Search("oat milk")),
        ("help", Help()),
        ("Hello!", Help()),
        ("what can you do?", Help()),
        ("thank you", Courtesy()),
        ("undo", Undo()),
        ("Please undo that!", Undo()),
        ("take it back", Undo()),
        ("   \n ", Help()),
    ],
)
def test_searching_and_talking(text: str, command: Command) -> None:
    assert meaning(text) == command


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("done 9", "no number 9"),
        ("done 0", "no number 0"),
        ("done", "Which task"),
        ("move milk to groceries", "another day or time"),
        ("search", "look for"),
        ("2", "What shall I do with that?"),
        ("rename milk", "called"),
    ],
)
def test_what_cannot_be_done_is_explained(text: str, reply: str) -> None:
    command = meaning(text)
    assert isinstance(command, Unknown)
    assert reply in command.reply
    assert command.suggestions


def test_numbers_need_a_list() -> None:
    command = meaning("done 2", Memory())
    assert isinstance(command, Unknown)
    assert "numbered list" in command.reply


def test_what_looks_like_a_task_is_offered_as_one() -> None:
    assert meaning("buy milk tomorrow") == Unknown(suggestions=("add buy milk tomorrow", "search buy milk"))


def test_a_number_answers_the_question_which() -> None:
    asked = Memory(listed=TASKS, pending="move milk to friday")
    assert meaning("2", asked) == Change(Chosen(TASKS[1:2]), Edit(due=NewDue(day=date(2026, 11, 27))))
    assert meaning("the first", asked) == Change(Chosen(TASKS[:1]), Edit(due=NewDue(day=date(2026, 11, 27))))


def test_another_message_is_no_answer() -> None:
    asked = Memory(listed=TASKS, pending="delete milk")
    assert meaning("done eggs", asked) == Complete(ByWords("eggs"))


def test_too_many_lines_are_refused() -> None:
    (line,) = interpret("\n".join(["add x"] * 51), NOW, BERLIN, Memory())
    assert isinstance(line.command, Unknown)
