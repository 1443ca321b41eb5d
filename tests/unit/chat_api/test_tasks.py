"""The rules of tasks: bounds at every door, reminders that keep who they are and where they count from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unicodedata import normalize
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import (
    Reminder,
    Task,
    TaskDraft,
)
from services.chat_api.tasks.domain.tags import tag_of
from services.chat_api.transfer.formats import normalization

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOBODY = UUID(int=0)
BERLIN, TOKYO = Actor(uuid4(), "Europe/Berlin"), Actor(uuid4(), "Asia/Tokyo")
WHOLE_DAY = LocalTime(date(2026, 12, 1))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE_IN_BERLIN = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
NINE_IN_TOKYO = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


def ids() -> Iterator[UUID]:
    while True:
        yield uuid4()


def made(actor: Actor = BERLIN, **fields: Any) -> Task:
    draft = TaskDraft(title="buy milk", **fields)
    return rules.create(draft, uuid4(), uuid4(), actor, NOW, ids())


def changed(task: Task, actor: Actor, *fields: str, **values: Any) -> Task:
    return rules.update(task, TaskDraft(**values), fields, actor, NOW, ids())


def before(span: timedelta, id_: UUID = NOBODY) -> Reminder:
    return Reminder(id_, before=span)


def field_of(refused: pytest.ExceptionInfo[InvalidArgument]) -> str:
    return refused.value.violations[0].field


def test_the_same_reminder_twice_is_refused_by_name() -> None:
    task = made(due=WHOLE_DAY, reminders=(before(HOUR),))
    known = task.reminders[0].id
    with pytest.raises(InvalidArgument) as refused:
        changed(task, BERLIN, "reminders", reminders=(before(HOUR, known), before(DAY, known)))
    assert field_of(refused) == "task.reminders[1].id"


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_a_reminder_outside_of_the_calendar_is_refused_by_name(year: int) -> None:
    with pytest.raises(InvalidArgument) as refused:
        made(reminders=(before(HOUR), Reminder(NOBODY, at=datetime(year, 1, 2, tzinfo=UTC))))
    assert field_of(refused) == "task.reminders[1].at"


@pytest.mark.parametrize("field", ["due", "start"])
@pytest.mark.parametrize("at", [None, time(9)])
def test_a_day_outside_of_the_calendar_is_refused_by_name(field: str, at: time | None) -> None:
    bad: dict[str, Any] = {field: LocalTime(date(1, 1, 1), at)}
    with pytest.raises(InvalidArgument) as refused:
        made(reminders=(before(DAY),), **bad)
    assert field_of(refused) == f"task.{field}.date"


@pytest.mark.parametrize("span", [-HOUR, timedelta(days=367), timedelta.max])
def test_a_reminder_too_long_before_is_refused_by_name(span: timedelta) -> None:
    with pytest.raises(InvalidArgument) as refused:
        made(due=WHOLE_DAY, reminders=(before(span),))
    assert field_of(refused) == "task.reminders[0].before_due"


def test_a_reminder_without_its_id_is_the_one_that_says_the_same() -> None:
    fixed = Reminder(NOBODY, at=NOW + DAY)
    task = made(due=WHOLE_DAY, reminders=(before(HOUR), fixed))
    again = changed(task, BERLIN, "reminders", reminders=(fixed, before(DAY), before(HOUR)))
    assert [one.id for one in (again.reminders[0], again.reminders[2])] == [
        task.reminders[1].id,
        task.reminders[0].id,
    ]
    assert again.reminders[1].id not in {one.id for one in task.reminders}


def test_an_id_that_is_named_goes_before_one_that_fits() -> None:
    task = made(due=WHOLE_DAY, reminders=(before(HOUR),))
    known = task.reminders[0].id
    again = changed(task, BERLIN, "reminders", reminders=(before(HOUR), before(DAY, known)))
    assert [(one.before, one.id == known) for one in again.reminders] == [(HOUR, False), (DAY, True)]


def test_what_is_sent_back_as_it_was_changes_nothing() -> None:
    task = made(due=WHOLE_DAY, reminders=(before(HOUR),))
    assert changed(task, TOKYO, "reminders", reminders=(before(HOUR),)) is task
    assert changed(task, TOKYO, "reminders", "due", due=WHOLE_DAY, reminders=task.reminders) is task


def test_a_colleague_elsewhere_does_not_move_whole_day_reminders() -> None:
    task = made(due=WHOLE_DAY, reminders=(before(timedelta()),))
    assert task.reminders[0].fires_at == NINE_IN_BERLIN
    for edited in (
        changed(task, TOKYO, "title", title="buy oat milk"),
        changed(task, TOKYO, "due", "title", title="x", due=WHOLE_DAY),
        changed(task, TOKYO, "reminders", reminders=(*task.reminders, before(HOUR))),
    ):
        assert edited.reminders[0] == task.reminders[0]
    moved = changed(task, TOKYO, "due", due=LocalTime(date(2026, 12, 2)))
    assert moved.reminders[0].fires_at == NINE_IN_BERLIN + DAY


def test_whoever_sets_a_reminder_sets_where_its_day_begins() -> None:
    task = made(due=WHOLE_DAY, reminders=(before(HOUR),))
    known = task.reminders[0].id
    edited = changed(task, TOKYO, "reminders", reminders=(before(timedelta(), known), before(DAY)))
    assert [one.fires_at for one in edited.reminders] == [NINE_IN_TOKYO, NINE_IN_TOKYO - DAY]


def test_only_what_is_named_is_looked_at() -> None:
    task = made(due=WHOLE_DAY)
    nonsense = {
        "tags": ("no tag!",),
        "due": LocalTime(date(2026, 12, 1), time(9), "No/Where"),
        "start": LocalTime(date(2026, 12, 1), time(9), "No/Where"),
        "rule": "FREQ=NEVER",
        "reminders": (Reminder(NOBODY, at=datetime(1, 1, 1, tzinfo=UTC)),),
    }
    edited = changed(task, BERLIN, "title", title="oat milk", **nonsense)
    assert edited == replace(task, title="oat milk", revision=2)


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"title": "x" * 501}, "task.title"),
        ({"notes": "x" * 20_001}, "task.notes"),
        ({"tags": tuple(f"t{number}" for number in range(51))}, "task.tags"),
        ({"reminders": tuple(before(timedelta(minutes=n)) for n in range(21))}, "task.reminders"),
    ],
)
def test_the_bounds_hold_at_every_door(fields: dict[str, Any], at_fault: str) -> None:
    values = {"title": "milk", **fields}
    with pytest.raises(InvalidArgument) as created:
        rules.create(TaskDraft(**values), uuid4(), uuid4(), BERLIN, NOW, ids())
    with pytest.raises(InvalidArgument) as updated:
        changed(made(), BERLIN, *fields, **values)
    assert [field_of(created), field_of(updated)] == [at_fault, at_fault]


@pytest.mark.parametrize("tag", ["हिन्दी", "İstanbul", "مَدرسة", "தமிழ்", "ไม้", "日本語"])
def test_letters_keep_their_marks_in_tags(tag: str) -> None:
    kept = tag_of(tag, "tag")
    assert kept == normalize("NFC", tag.lower())
    assert normalization.tags_from_labels([f"# {tag} "]) == (kept,)


@pytest.mark.parametrize("tag", ["", "\u0301", "a b", "a,b", "😀"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(InvalidArgument):
        tag_of(tag, "tag")


def test_what_just_fits_is_taken() -> None:
    tags = tuple(f"t{number}" for number in range(50))
    reminders = tuple(before(timedelta(minutes=n)) for n in range(20))
    task = rules.create(
        TaskDraft(title="x" * 500, notes="x" * 20_000, tags=tags, reminders=reminders),
        uuid4(),
        uuid4(),
        BERLIN,
        NOW,
        ids(),
    )
    assert (len(task.title), len(task.tags), len(task.reminders)) == (500, 50, 20)


spans = st.lists(st.integers(0, 5).map(lambda hours: timedelta(hours=hours)), max_size=6)


@given(spans, spans)
def test_ids_stay_with_what_stays_whatever_is_sent(first: list[timedelta], second: list[timedelta]) -> None:
    task = made(due=WHOLE_DAY, reminders=tuple(before(span) for span in first))
    edited = changed(task, TOKYO, "reminders", reminders=tuple(before(span) for span in second))
    known = {one.before: one for one in task.reminders}
    assert [one.before for one in edited.reminders] == list(dict.fromkeys(second))
    assert len({one.id for one in edited.reminders}) == len(edited.reminders)
    for one in edited.reminders:
        assert one == known.get(one.before, one)
